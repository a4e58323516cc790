using StackExchange.Redis;

namespace AuthCode;

/// <summary>Settings of the sessions that are kept in Redis.</summary>
/// <remarks>They are read once, when the client is registered. Not safe for use by several threads at once.</remarks>
public sealed class RedisSessionOptions
{
    /// <summary>Gets or sets what the keys and the channel of a service begin with.</summary>
    /// <value>Default: <c>authcode:</c>. Printable ASCII characters without spaces and braces; at least one.</value>
    /// <remarks>Instances share their sessions if they have the same prefix and database. Braces would place all keys in one slot of a cluster.</remarks>
    public string KeyPrefix { get; set; } = "authcode:";

    /// <summary>Gets or sets the number of the database.</summary>
    /// <value>Default: <see langword="null"/>, the database of the connection. Zero or more. A cluster has database 0 only.</value>
    public int? Database { get; set; }

    /// <summary>Gets or sets the key of the <see cref="IConnectionMultiplexer"/> among the services of the host.</summary>
    /// <value>Default: <see langword="null"/>, the one that is registered without a key.</value>
    public object? ConnectionKey { get; set; }

    /// <summary>Gets or sets what provides the connection, instead of a registered <see cref="IConnectionMultiplexer"/>.</summary>
    /// <value>Default: <see langword="null"/>.</value>
    /// <remarks>
    /// Called with the services of the host when the client is created. If it throws a <see cref="RedisConnectionException"/>, it is called
    /// again when a session is next read or written. The connection is not disposed of: it remains the responsibility of the caller.
    /// </remarks>
    public Func<IServiceProvider, IConnectionMultiplexer>? Connection { get; set; }
}
