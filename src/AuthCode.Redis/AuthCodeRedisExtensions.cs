using AuthCode;
using StackExchange.Redis;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Keeps the sessions of a client that is being registered in Redis.</summary>
public static class AuthCodeRedisExtensions
{
    /// <summary>Keeps sessions in Redis, encrypted by Data Protection or by the service's own <see cref="ISessionProtector"/>, and refreshed under leases in Redis.</summary>
    /// <param name="builder">The client.</param>
    /// <param name="configure">Further settings; <see langword="null"/> for none.</param>
    /// <returns>The client.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException">A setting is not usable; the message names it.</exception>
    /// <remarks>
    /// The connection is the registered <see cref="IConnectionMultiplexer"/>, unless the settings say otherwise. If none is registered, the
    /// start of the host fails. A server that does not respond does not prevent the start. The keys of Data Protection must be shared by all
    /// instances and outlive them. An instance that changes a session notifies the others, so that they read it again before its next use.
    /// </remarks>
    public static AuthCodeBuilder UseRedis(this AuthCodeBuilder builder, Action<RedisSessionOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var options = new RedisSessionOptions();
        configure?.Invoke(options);
        var settings = RedisSessionSettings.From(options, nameof(configure));

        // A service, so that its subscriptions end with the host even if the connection does not.
        string name = builder.Name;
        builder.Services.AddKeyedSingleton(name, (services, _) => new RedisConnection(() => settings.Connect(services), settings.Database));
        return builder.UseSessionStore(
            services =>
            {
                settings.RequireRegistration(services);
                RedisConnection connection = services.GetRequiredKeyedService<RedisConnection>(name);
                connection.TryOpen();
                return new RedisSessionStore(connection, settings.KeyPrefix);
            },
            services => new RedisSessionLeases(services.GetRequiredKeyedService<RedisConnection>(name), settings.KeyPrefix));
    }
}
