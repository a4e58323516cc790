using StackExchange.Redis;

namespace AuthCode;

/// <summary>A subscription to a channel. <see cref="Begin"/> and <see cref="End"/> are called under the lock of its connection.</summary>
/// <param name="channel">The channel.</param>
/// <param name="onMessage">Called with each message. It does not throw.</param>
/// <param name="onDisposed">Called when the subscription is disposed of.</param>
internal sealed class RedisSubscription(RedisChannel channel, Action<RedisValue> onMessage, Action<RedisSubscription> onDisposed) : IDisposable
{
    private IConnectionMultiplexer? _multiplexer;

    // Nothing waits for the server: the client subscribes when it is connected, and again whenever it reconnects.
    internal void Begin(IConnectionMultiplexer multiplexer)
    {
        if (_multiplexer is not null)
        {
            return;
        }

        _multiplexer = multiplexer;
        try
        {
            multiplexer.GetSubscriber().Subscribe(channel, OnMessage, CommandFlags.FireAndForget);
        }
        catch (RedisCommandException)
        {
            // A proxy without publish and subscribe: sessions are read again after RevalidateAfter.
        }
    }

    internal void End()
    {
        try
        {
            _multiplexer?.GetSubscriber().Unsubscribe(channel, OnMessage, CommandFlags.FireAndForget);
        }
        catch (Exception e) when (e is ObjectDisposedException or RedisCommandException)
        {
            // The host has disposed of the connection before.
        }

        _multiplexer = null;
    }

    public void Dispose() => onDisposed(this);

    private void OnMessage(RedisChannel _, RedisValue message) => onMessage(message);
}
