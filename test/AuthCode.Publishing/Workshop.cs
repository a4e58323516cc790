using System.Diagnostics;
using System.Globalization;

namespace AuthCode.Publishing;

/// <summary>Packs the packages once, and builds programs outside the repository that use them as users do.</summary>
[SetUpFixture]
internal sealed class Workshop
{
    private static string _folder = "";
    private static string _version = "";

    [OneTimeSetUp]
    public static void Pack()
    {
        _folder = Directory.CreateTempSubdirectory("authcode-publishing-").FullName;

        // A version that nobody else has, so that no package cached earlier stands in for this one.
        _version = $"0.0.0-publishing.{TimeProvider.System.GetUtcNow().ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture)}.{Environment.ProcessId}";
        Dotnet(Repository(), "pack", "src/AuthCode", "-c", "Release", $"-p:PackageVersion={_version}", "-o", Path.Combine(_folder, "feed"));

        // No address: the machine's own sources, and this folder beside them.
        string packages = Dotnet(_folder, "nuget", "locals", "global-packages", "--list").Trim()["global-packages: ".Length..];
        File.WriteAllText(Path.Combine(_folder, "nuget.config"), $"""
            <configuration>
              <fallbackPackageFolders><add key="machine" value="{packages}" /></fallbackPackageFolders>
              <packageSources><add key="authcode-publishing" value="feed" /></packageSources>
            </configuration>
            """);
    }

    [OneTimeTearDown]
    public static void Clear() => Directory.Delete(_folder, recursive: true);

    /// <summary>Publishes one of the programs and returns the folder; <paramref name="log"/> is what the build said.</summary>
    internal static string Publish(string program, out string log, params string[] properties)
    {
        string source = CopyProgram(program, "published", properties);
        string output = Path.Combine(source, "published");
        log = Dotnet(source, ["publish", "-c", "Release", "-o", output, $"-p:AuthCodeVersion={_version}", .. properties]);
        return output;
    }

    /// <summary>Builds one of the programs, and returns what the build said.</summary>
    internal static string Build(string program, params string[] properties)
    {
        string source = CopyProgram(program, "built", properties);
        return Dotnet(source, ["build", $"-p:AuthCodeVersion={_version}", .. properties]);
    }

    internal static string Run(string file, params string[] arguments) =>
        File.Exists(file + ".dll") && !File.Exists(file)
            ? Start("dotnet", Path.GetDirectoryName(file)!, [file + ".dll", .. arguments])
            : Start(file, Path.GetDirectoryName(file)!, arguments);

    // A folder for each set of properties: a build that finds nothing to compile repeats no warning.
    private static string CopyProgram(string program, string use, string[] properties)
    {
        string target = Path.Combine(_folder, $"{program}-{use}-{properties.Length}-{Math.Abs(string.Concat(properties).GetHashCode(StringComparison.Ordinal))}");
        string source = Path.Combine(Repository(), "test", "AuthCode.Publishing", "Programs", program);
        foreach (string file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(target, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy, overwrite: true);
        }

        return target;
    }

    private static string Dotnet(string folder, params string[] arguments) => Start("dotnet", folder, arguments);

    private static string Start(string file, string folder, string[] arguments)
    {
        var start = new ProcessStartInfo(file, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };

        // The packages folder is the workshop's own; what the test host and CI set is not for users' builds.
        start.Environment["NUGET_PACKAGES"] = Path.Combine(_folder, "packages");
        foreach (string name in start.Environment.Keys.Where(static name => name is "CI" || name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToArray())
        {
            start.Environment.Remove(name);
        }

        if (arguments is ["nuget", ..] or ["pack", ..])
        {
            start.Environment.Remove("NUGET_PACKAGES");
        }

        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.That(process.ExitCode, Is.Zero, $"{file} {string.Join(' ', arguments.Take(2))}:\n{output}\n{errors.Result}");
        return output;
    }

    private static string Repository()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "AuthCode.sln")))
        {
            folder = folder.Parent;
        }

        return folder!.FullName;
    }
}
