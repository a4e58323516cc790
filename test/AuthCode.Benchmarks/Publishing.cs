using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using AuthCode.Benchmarks.Scenarios;

namespace AuthCode.Benchmarks;

/// <summary>What a published program weighs, and how long a cold process takes to its first token: each subject's own program.</summary>
/// <remarks>Published clean each time: an incremental publish hides warnings and leaves files behind.</remarks>
internal static class Publishing
{
    internal static readonly (string Subject, string Property)[] Subjects = [("Floor", "Floor"), ("AuthCode", "AuthCode"), ("Azure.Identity", "AzureIdentity")];

    internal static async Task<IEnumerable<Measure>> RunAsync(int starts)
    {
        string folder = Directory.CreateTempSubdirectory("authcode-benchmarks-").FullName;
        try
        {
            var measures = new List<Measure>();
            foreach ((string subject, string property) in Subjects)
            {
                string published = await PublishAsync(folder, property);
                FileInfo[] assemblies = [.. Directory.EnumerateFiles(published, "*.dll").Select(static file => new FileInfo(file))];
                measures.Add(new Measure("framework-dependent publish", subject, assemblies.Sum(static file => file.Length) / 1e6, "MB"));
                measures.Add(new Measure("framework-dependent publish: assemblies", subject, assemblies.Length, ""));
                string native = await PublishAsync(folder, property, "-p:Aot=true");
                measures.Add(new Measure("Native AOT", subject, new FileInfo(Path.Combine(native, "Cold")).Length / 1e6, "MB"));
            }

            return [.. measures, .. await StartAsync(folder, starts)];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<Measure[]> StartAsync(string folder, int starts)
    {
        var toToken = Subjects.ToDictionary(static subject => subject.Subject, static _ => new List<double>());
        var whole = Subjects.ToDictionary(static subject => subject.Subject, static _ => new List<double>());
        for (int i = 0; i < starts; i++)
        {
            var order = ((string Subject, string Property)[])Subjects.Clone();
            RandomNumberGenerator.Shuffle(order.AsSpan());
            foreach ((string subject, string property) in order)
            {
                long start = Stopwatch.GetTimestamp();
                string output = await RunAsync("dotnet", [Path.Combine(folder, property, "Cold.dll")]);
                whole[subject].Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                toToken[subject].Add(double.Parse(output, CultureInfo.InvariantCulture));
            }
        }

        return
        [
            .. toToken.Select(static times => new Measure("cold process, JIT: constructor to token", times.Key, LoopbackTls.Median(times.Value), "ms")),
            .. whole.Select(static times => new Measure("cold process, JIT: whole process", times.Key, LoopbackTls.Median(times.Value), "ms")),
        ];
    }

    internal static async Task<string> PublishAsync(string folder, string property, params string[] properties)
    {
        string output = Path.Combine(folder, property + (properties.Length == 0 ? "" : "-aot"));
        string project = Path.Combine(Report.Repository(), "test", "AuthCode.Benchmarks", "Programs", "Cold");
        string objects = Path.Combine(project, "obj", property);
        if (Directory.Exists(objects))
        {
            Directory.Delete(objects, recursive: true);
        }

        await RunAsync("dotnet", ["publish", project, "-c", "Release", "-o", output, $"-p:Subject={property}", .. properties]);
        return output;
    }

    private static async Task<string> RunAsync(string file, string[] arguments)
    {
        var start = new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true };
        start.Environment.Remove("CI");
        using Process process = Process.Start(start)!;
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{file} {string.Join(' ', arguments)}:\n{output}");
    }
}
