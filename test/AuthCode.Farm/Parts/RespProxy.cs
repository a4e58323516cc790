using System.Net;
using System.Net.Sockets;

namespace AuthCode.Farm.Parts;

/// <summary>Stands between the instances and Redis: it can make commands slow, and fail some of them.</summary>
internal sealed class RespProxy : IAsyncDisposable
{
    private static readonly byte[] Refusal = "-ERR refused by the test\r\n"u8.ToArray();

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly int _redis;
    private readonly Task _accepting;
    private int _commands;

    internal RespProxy(int redis)
    {
        _redis = redis;
        _listener.Start();
        Address = _listener.LocalEndpoint.ToString()!;
        _accepting = AcceptAsync();
    }

    internal string Address { get; }

    /// <summary>How long each command is held back.</summary>
    internal TimeSpan Delay { get; set; }

    /// <summary>Of how many commands one fails; 0 for none.</summary>
    internal int FailsOneIn { get; set; }

    /// <summary>How many commands have failed.</summary>
    internal int Failed { get; private set; }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _accepting;
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync(_end.Token);
                _ = ServeAsync(client);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using TcpClient instance = client;
        using var redis = new TcpClient { NoDelay = true };
        instance.NoDelay = true;
        try
        {
            await redis.ConnectAsync(IPAddress.Loopback, _redis, _end.Token);
            using RespStream fromInstance = new(instance.GetStream()), fromRedis = new(redis.GetStream());
            await RelayAsync(fromInstance, fromRedis);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or SocketException)
        {
        }
    }

    private async Task RelayAsync(RespStream instance, RespStream redis)
    {
        while (true)
        {
            RespMessage command = await instance.ReadAsync(_end.Token);
            bool isOfStore = command.Name is "HGET" or "HMGET" or "HGETALL" or "EVAL" or "EVALSHA" or "SET";
            if (isOfStore && Delay > TimeSpan.Zero)
            {
                await Task.Delay(Delay, TimeProvider.System, _end.Token);
            }

            if (isOfStore && FailsOneIn > 0 && Interlocked.Increment(ref _commands) % FailsOneIn == 0)
            {
                Failed++;
                await instance.WriteAsync(Refusal, _end.Token);
                continue;
            }

            await redis.WriteAsync(command.Bytes, _end.Token);
            if (command.Name is "SUBSCRIBE" or "PSUBSCRIBE")
            {
                // From here on the server speaks whenever it wants to.
                await Task.WhenAny(instance.CopyToAsync(redis, _end.Token), redis.CopyToAsync(instance, _end.Token));
                return;
            }

            await instance.WriteAsync((await redis.ReadAsync(_end.Token)).Bytes, _end.Token);
        }
    }
}
