using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using StackExchange.Redis;

namespace AuthCode.Farm.Parts;

/// <summary>A Redis server on loopback that keeps its data in memory only.</summary>
internal sealed class RedisServer : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("farm-redis");
    private Process? _process;

    internal int Port { get; } = FreePort.Next();

    internal string Address => $"127.0.0.1:{Port}";

    internal static RedisServer Start()
    {
        var server = new RedisServer();
        server.StartAgain();
        return server;
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

    internal IConnectionMultiplexer Connect() => ConnectionMultiplexer.Connect($"{Address},allowAdmin=true,connectRetry=20,connectTimeout=5000");

    /// <summary>All keys, with all that is stored under them, as one text of Latin-1 characters.</summary>
    internal string Dump()
    {
        using IConnectionMultiplexer connection = Connect();
        IDatabase database = connection.GetDatabase();
        return string.Concat(connection.GetServers()[0].Keys().Select(key => $"{key}\n{System.Text.Encoding.Latin1.GetString(database.KeyDump(key)!)}\n{Values(database, key)}\n"));
    }

    /// <summary>Puts each entry under the key of the next one.</summary>
    internal void SwapAll()
    {
        using IConnectionMultiplexer connection = Connect();
        IDatabase database = connection.GetDatabase();
        RedisKey[] keys = [.. connection.GetServers()[0].Keys()];
        byte[][] entries = [.. keys.Select(key => database.KeyDump(key)!)];
        for (int i = 0; i < keys.Length; i++)
        {
            database.KeyDelete(keys[i]);
            database.KeyRestore(keys[i], entries[(i + 1) % keys.Length], TimeSpan.FromHours(12));
        }
    }

    /// <summary>Cuts off the second half of what is encrypted in each entry.</summary>
    internal void TruncateAll()
    {
        using IConnectionMultiplexer connection = Connect();
        IDatabase database = connection.GetDatabase();
        foreach (RedisKey key in connection.GetServers()[0].Keys())
        {
            byte[] data = database.HashGet(key, "data")!;
            database.HashSet(key, "data", data[..(data.Length / 2)]);
        }
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

    private static string Values(IDatabase database, RedisKey key) => database.KeyType(key) switch
    {
        RedisType.Hash => string.Concat(database.HashGetAll(key).Select(static field => $"{field.Name}={System.Text.Encoding.Latin1.GetString(field.Value!)}\n")),
        RedisType.String => System.Text.Encoding.Latin1.GetString(database.StringGet(key)!),
        _ => throw new InvalidOperationException($"{key} is neither a hash nor a string."),
    };
}
