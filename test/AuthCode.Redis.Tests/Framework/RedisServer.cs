using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using AuthCode.Farm.Parts;
using StackExchange.Redis;

namespace AuthCode.Redis.Tests;

/// <summary>A redis-server on loopback, in a process that ends with the test. Nothing is saved to disk.</summary>
internal sealed class RedisServer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly int _port;
    private Process _process;
    private ConnectionMultiplexer? _admin;

    private RedisServer(int port, Process process)
    {
        _port = port;
        _process = process;
    }

    /// <summary>Starts it; skips the test on a machine without redis-server, or fails it where there must be one.</summary>
    internal static async Task<RedisServer> StartAsync()
    {
        int port = FreePort.Next();
        var server = new RedisServer(port, await LaunchAsync(port));
        server._admin = await server.ConnectAsync(static options => options.AllowAdmin = true);
        return server;
    }

    /// <summary>A connection of its own, as another instance of a service has it. It goes on trying to connect.</summary>
    internal async Task<ConnectionMultiplexer> ConnectAsync(Action<ConfigurationOptions>? configure = null) =>
        await ConnectionMultiplexer.ConnectAsync(Options(configure));

    /// <summary>The connection when it is first used, as a host registers it.</summary>
    internal ConnectionMultiplexer Connect(Action<ConfigurationOptions>? configure = null) => ConnectionMultiplexer.Connect(Options(configure));

    /// <summary>Sends a command of an administrator.</summary>
    internal Task<RedisResult> ExecuteAsync(string command, params object[] arguments) => Admin.GetDatabase().ExecuteAsync(command, arguments);

    /// <summary>All keys of a database.</summary>
    internal RedisKey[] Keys(int database = 0) => [.. Admin.GetServer(IPAddress.Loopback, _port).Keys(database)];

    internal IDatabase Database(int database = 0) => Admin.GetDatabase(database);

    /// <summary>For tests of a server that does not respond: a connection that gives up early.</summary>
    internal static void Impatient(ConfigurationOptions options) => (options.ConnectTimeout, options.AsyncTimeout, options.SyncTimeout) = (1000, 2000, 2000);

    internal void Stop()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>Starts it again at the same port, without what it held.</summary>
    internal async Task RestartAsync()
    {
        _process.Dispose();
        _process = await LaunchAsync(_port);
    }

    public async ValueTask DisposeAsync()
    {
        if (_admin is not null)
        {
            await _admin.DisposeAsync();
        }

        Stop();
        _process.Dispose();
    }

    private ConnectionMultiplexer Admin => _admin!;

    private ConfigurationOptions Options(Action<ConfigurationOptions>? configure)
    {
        var options = new ConfigurationOptions
        {
            EndPoints = { { IPAddress.Loopback, _port } },
            AbortOnConnectFail = false,
            ConnectTimeout = 10_000,
            ConnectRetry = 1,
            AsyncTimeout = 20_000,
            SyncTimeout = 20_000,
            ReconnectRetryPolicy = new LinearRetry(100),
        };
        configure?.Invoke(options);
        return options;
    }

    private static async Task<Process> LaunchAsync(int port)
    {
        Process process = Launch(port);
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is null)
            {
                ready.TrySetException(new InvalidOperationException($"redis-server ended before it began; is port {port} free?"));
            }
            else if (line.Data.Contains("Ready to accept connections", StringComparison.Ordinal))
            {
                ready.TrySetResult();
            }
        };
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            await ready.Task.WaitAsync(Patience, TimeProvider.System);
            return process;
        }
        catch
        {
            process.Kill();
            process.Dispose();
            throw;
        }
    }

    private static Process Launch(int port)
    {
        try
        {
            return Process.Start(new ProcessStartInfo("redis-server", ["--port", $"{port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"])
            {
                WorkingDirectory = Path.GetTempPath(),
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
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
