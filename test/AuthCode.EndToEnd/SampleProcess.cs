using System.Diagnostics;
using System.Text.RegularExpressions;

namespace AuthCode.EndToEnd;

/// <summary>A web application of docs/samples in a process of its own, on a port of its own.</summary>
internal sealed partial class SampleProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private readonly Process _process;
    private readonly Task<string> _log;

    private SampleProcess(Process process, Uri address)
    {
        _process = process;
        _log = process.StandardOutput.ReadToEndAsync();
        Address = address;
    }

    /// <summary>Where it listens.</summary>
    internal Uri Address { get; }

    /// <summary>The same by the name of the machine, on which browsers accept secure cookies over http.</summary>
    internal string OnLocalhost => $"http://localhost:{Address.Port}/";

    /// <summary>The folder that a sample was built to, with this project: bin/&lt;configuration&gt;/&lt;framework&gt; here and there.</summary>
    internal static string OutputOf(string sample)
    {
        var own = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        return Path.Combine(FolderOf(sample), "bin", own.Parent!.Name, own.Name);
    }

    /// <summary>Starts a sample.</summary>
    /// <param name="sample">The name of its folder and project.</param>
    /// <param name="home">Where the process keeps its keys: those with the same one read each other's cookies.</param>
    /// <param name="arguments">Settings.</param>
    internal static async Task<SampleProcess> StartAsync(string sample, string home, params string[] arguments)
    {
        Process process = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(OutputOf(sample), $"{sample}.dll"), "--urls", "http://127.0.0.1:0", .. arguments])
        {
            // The files of wwwroot are there.
            WorkingDirectory = FolderOf(sample),
            RedirectStandardOutput = true,
            Environment = { ["HOME"] = home, ["LOCALAPPDATA"] = home, ["DOTNET_NOLOGO"] = "1", ["AZURE_AUTHORITY_HOST"] = null },
        })!;
        try
        {
            using var timeout = new CancellationTokenSource(Patience, TimeProvider.System);
            var said = new List<string>();
            while (await process.StandardOutput.ReadLineAsync(timeout.Token) is { } line)
            {
                said.Add(line);
                if (ListeningOn().Match(line) is { Success: true } match)
                {
                    return new SampleProcess(process, new Uri(match.Groups["address"].Value));
                }
            }

            throw new InvalidOperationException($"The sample did not start: {string.Join('\n', said)}");
        }
        catch
        {
            await StopAsync(process);
            process.Dispose();
            throw;
        }
    }

    /// <summary>Stops it.</summary>
    /// <returns>What it logged since it listens.</returns>
    internal async Task<string> StopAsync()
    {
        await StopAsync(_process);
        return await _log;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _process.Dispose();
    }

    private static async Task StopAsync(Process process)
    {
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
    }

    // An application that is there for tests alone is beside this project.
    private static string FolderOf(string sample) => Path.GetFullPath(Path.Combine(
        AppContext.BaseDirectory, "../../../../..", sample.StartsWith("AuthCode.", StringComparison.Ordinal) ? "test" : "docs/samples", sample));

    [GeneratedRegex(@"Now listening on: (?<address>http://\S+)")]
    private static partial Regex ListeningOn();
}
