using System.Diagnostics;
using System.Text.RegularExpressions;

namespace AuthCode.EndToEnd;

/// <summary>The sample docs/samples/WebApp in a process of its own, on a port of its own.</summary>
internal sealed partial class WebAppProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private readonly Process _process;
    private readonly Task<string> _log;

    private WebAppProcess(Process process, Uri address)
    {
        _process = process;
        _log = process.StandardOutput.ReadToEndAsync();
        Address = address;
    }

    /// <summary>The folder that it was built to, with this project.</summary>
    internal static string Output { get; } = FindOutput();

    /// <summary>Where it listens.</summary>
    internal Uri Address { get; }

    /// <summary>Starts the sample.</summary>
    /// <param name="arguments">Settings.</param>
    /// <param name="home">Where the process keeps its keys: those with the same one read each other's cookies.</param>
    internal static async Task<WebAppProcess> StartAsync(string home, params string[] arguments)
    {
        Process process = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(Output, "WebApp.dll"), "--urls", "http://127.0.0.1:0", .. arguments])
        {
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
                    return new WebAppProcess(process, new Uri(match.Groups["address"].Value));
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

    // bin/<configuration>/<framework> here and there.
    private static string FindOutput()
    {
        var own = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        return Path.GetFullPath(Path.Combine(own.FullName, "../../../../../docs/samples/WebApp/bin", own.Parent!.Name, own.Name));
    }

    [GeneratedRegex(@"Now listening on: (?<address>http://\S+)")]
    private static partial Regex ListeningOn();
}
