using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace AuthCode.Farm.Parts;

/// <summary>A Redis server on loopback that keeps its data in memory only.</summary>
internal sealed partial class RedisServer : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("farm-redis");
    private Process? _process;

    internal int Port { get; } = FreePort.Next();

    internal string Address => $"127.0.0.1:{Port}";

    internal static RedisServer Start()
    {
        var server = new RedisServer();
        try
        {
            server.StartAgain();
            return server;
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    /// <summary>Starts the server with no data.</summary>
    internal void StartAgain()
    {
        var ready = new TaskCompletionSource();
        _process = StartProcess(new ProcessStartInfo(
            "redis-server", ["--port", Port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", _folder.FullName])
        {
            RedirectStandardOutput = true,
        });
        _process.OutputDataReceived += (_, line) =>
        {
            if (line.Data?.Contains("Ready to accept connections", StringComparison.Ordinal) == true)
            {
                ready.TrySetResult();
            }
        };
        _process.BeginOutputReadLine();
        Assert.That(ready.Task.Wait(TimeSpan.FromSeconds(60)), "Redis did not start.");
    }

    internal void Stop()
    {
        using Process? running = _process;
        _process = null;
        running?.Kill();
        running?.WaitForExit();
    }

    public void Dispose()
    {
        Stop();
        _folder.Delete(recursive: true);
    }

    private static Process StartProcess(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            const string Missing = "These tests need redis-server: run .ci/setup.";
            if (Environment.GetEnvironmentVariable("CI") == "true")
            {
                Assert.Fail(Missing);
            }

            Assert.Ignore(Missing);
            throw;
        }
    }
}
