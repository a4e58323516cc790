using System.Diagnostics;

namespace AuthCode.EndToEnd;

/// <summary>A real browser, led by browser.mjs in the folder of this file.</summary>
internal static class Browser
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Leaves the test out on a machine that has no browser, or fails it where there must be one.</summary>
    internal static void Require()
    {
        string chromium = Environment.GetEnvironmentVariable("CHROMIUM") is { Length: > 0 } path ? path : "/usr/bin/chromium";
        NodeScripts.Require(
            File.Exists(chromium) && Directory.Exists(Path.Combine(NodeScripts.Folder, "node_modules", "playwright-core")),
            "A browser test needs chromium (apt-get install chromium, or its path in CHROMIUM) and 'npm ci' in test/AuthCode.EndToEnd.");
    }

    /// <summary>Plays a scene; fails with what the browser's driver says.</summary>
    internal static async Task PlayAsync(string scene, params string[] arguments)
    {
        using Process node = Process.Start(new ProcessStartInfo("node", ["browser.mjs", scene, .. arguments])
        {
            WorkingDirectory = NodeScripts.Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> output = node.StandardOutput.ReadToEndAsync();
        Task<string> errors = node.StandardError.ReadToEndAsync();
        using var timeout = new CancellationTokenSource(Patience, TimeProvider.System);
        try
        {
            await node.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            // Its exit code then says that it was killed.
            node.Kill(entireProcessTree: true);
            await node.WaitForExitAsync(CancellationToken.None);
        }

        Assert.That(node.ExitCode, Is.Zero, $"{await output}{await errors}");
    }
}
