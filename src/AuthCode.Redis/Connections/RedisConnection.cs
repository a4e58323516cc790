using StackExchange.Redis;

namespace AuthCode;

/// <summary>The connection of a client to Redis, which may be established later than the start of the host, and the client's subscriptions.</summary>
/// <param name="connect">Returns the connection, or throws a <see cref="RedisConnectionException"/>; it is then called again.</param>
/// <param name="database">The number of the database; -1 for the connection's.</param>
internal sealed class RedisConnection(Func<IConnectionMultiplexer> connect, int database) : IDisposable
{
    private readonly object _gate = new();
    private readonly HashSet<RedisSubscription> _subscriptions = []; // guarded by _gate
    private Task<IConnectionMultiplexer>? _connecting; // guarded by _gate
    private volatile IConnectionMultiplexer? _multiplexer; // written under _gate

    /// <summary>Makes a first attempt. A server that does not respond is tried again by the first operation.</summary>
    internal void TryOpen()
    {
        try
        {
            Connect();
        }
        catch (RedisConnectionException)
        {
            // The store counts as unavailable until it responds.
        }
    }

    internal async ValueTask<IDatabase> DatabaseAsync(CancellationToken cancellationToken)
    {
        IConnectionMultiplexer multiplexer = _multiplexer ?? await ConnectAsync().OrCanceledAsync(cancellationToken).ConfigureAwait(false);
        return multiplexer.GetDatabase(database);
    }

    /// <summary>Subscribes to a channel, now or once there is a connection.</summary>
    /// <returns>Ends the subscription. The end of this connection ends it as well.</returns>
    internal IDisposable Subscribe(RedisChannel channel, Action<RedisValue> onMessage)
    {
        var subscription = new RedisSubscription(channel, onMessage, Remove);
        lock (_gate)
        {
            _subscriptions.Add(subscription);
            if (_multiplexer is { } multiplexer)
            {
                subscription.Begin(multiplexer);
            }
        }

        return subscription;
    }

    public void Dispose()
    {
        RedisSubscription[] subscriptions;
        lock (_gate)
        {
            subscriptions = [.. _subscriptions];
        }

        Array.ForEach(subscriptions, static subscription => subscription.Dispose());
    }

    private Task<IConnectionMultiplexer> ConnectAsync()
    {
        lock (_gate)
        {
            // One attempt for all who wait, on a thread of its own, since connecting blocks. Whoever comes after a failure begins the next.
            if (_connecting is null or { IsFaulted: true } or { IsCanceled: true })
            {
                _connecting = Task.Run(Connect);
            }

            return _connecting;
        }
    }

    private IConnectionMultiplexer Connect()
    {
        IConnectionMultiplexer multiplexer = connect();
        lock (_gate)
        {
            _multiplexer = multiplexer;
            foreach (RedisSubscription subscription in _subscriptions)
            {
                subscription.Begin(multiplexer);
            }
        }

        return multiplexer;
    }

    private void Remove(RedisSubscription subscription)
    {
        lock (_gate)
        {
            _subscriptions.Remove(subscription);
            subscription.End();
        }
    }
}
