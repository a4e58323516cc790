using StackExchange.Redis;

namespace AuthCode.Redis.Tests;

/// <summary>The store and the leases of one instance of a service, over a connection of its own.</summary>
internal sealed class Instance : IAsyncDisposable
{
    private readonly ConnectionMultiplexer _multiplexer;
    private readonly RedisConnection _connection;

    private Instance(ConnectionMultiplexer multiplexer, string prefix, int database)
    {
        _multiplexer = multiplexer;
        _connection = new RedisConnection(() => multiplexer, database);
        _connection.TryOpen();
        Store = new RedisSessionStore(_connection, prefix);
        Leases = new RedisSessionLeases(_connection, prefix);
    }

    internal RedisSessionStore Store { get; }

    internal RedisSessionLeases Leases { get; }

    internal static async Task<Instance> StartAsync(RedisServer server, string prefix = "test:", int database = -1, Action<ConfigurationOptions>? configure = null) =>
        new(await server.ConnectAsync(configure), prefix, database);

    /// <summary>Ends the subscriptions, as the end of a host does, and leaves the connection open.</summary>
    internal void EndSubscriptions() => _connection.Dispose();

    public async ValueTask DisposeAsync()
    {
        _connection.Dispose();
        await _multiplexer.DisposeAsync();
    }
}
