using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;

namespace AuthCode;

/// <summary>The checked values of <see cref="RedisSessionOptions"/>.</summary>
/// <param name="KeyPrefix">What keys begin with.</param>
/// <param name="Database">The number of the database; -1 for the connection's.</param>
/// <param name="ConnectionKey">The key of the registered connection; <see langword="null"/> for none.</param>
/// <param name="Connection">What provides the connection instead; <see langword="null"/> for the registered one.</param>
internal sealed record RedisSessionSettings(string KeyPrefix, int Database, object? ConnectionKey, Func<IServiceProvider, IConnectionMultiplexer>? Connection)
{
    private const int DatabaseOfTheConnection = -1;

    /// <exception cref="ArgumentException">An option is not usable.</exception>
    internal static RedisSessionSettings From(RedisSessionOptions options, string parameterName)
    {
        if (string.IsNullOrEmpty(options.KeyPrefix) || options.KeyPrefix.AsSpan().ContainsAnyExceptInRange('!', '~') || options.KeyPrefix.AsSpan().ContainsAny('{', '}'))
        {
            throw new ArgumentException("KeyPrefix must be printable ASCII characters without spaces and braces: set it to the name of the service and a colon, for example 'shop:'.", parameterName);
        }

        if (options.Database < 0)
        {
            throw new ArgumentException("Database must be zero or more: set it to the number of a database, or leave it unset for that of the connection.", parameterName);
        }

        if (options is { Connection: not null, ConnectionKey: not null })
        {
            throw new ArgumentException("Connection and ConnectionKey exclude each other: set Connection to provide the connection, or ConnectionKey to name one that is registered.", parameterName);
        }

        return new RedisSessionSettings(options.KeyPrefix, options.Database ?? DatabaseOfTheConnection, options.ConnectionKey, options.Connection);
    }

    /// <summary>Returns the connection, or throws what its provider throws.</summary>
    internal IConnectionMultiplexer Connect(IServiceProvider services) =>
        Connection?.Invoke(services)
        ?? (ConnectionKey is null ? services.GetRequiredService<IConnectionMultiplexer>() : services.GetRequiredKeyedService<IConnectionMultiplexer>(ConnectionKey));

    /// <exception cref="InvalidOperationException">No connection is registered.</exception>
    internal void RequireRegistration(IServiceProvider services)
    {
        // Asked without creating a connection. A container that cannot be asked reports its own exception later.
        bool isRegistered = Connection is not null || (ConnectionKey is null
            ? services.GetService<IServiceProviderIsService>()?.IsService(typeof(IConnectionMultiplexer))
            : services.GetService<IServiceProviderIsKeyedService>()?.IsKeyedService(typeof(IConnectionMultiplexer), ConnectionKey)) != false;
        if (!isRegistered)
        {
            throw new InvalidOperationException(ConnectionKey is null
                ? "UseRedis needs a connection: add services.AddSingleton<IConnectionMultiplexer>(_ => ConnectionMultiplexer.Connect(…)) or Aspire's AddRedisClient(…), or set RedisSessionOptions.Connection."
                : $"UseRedis found no connection under the key '{ConnectionKey}': add services.AddKeyedSingleton<IConnectionMultiplexer>(…) or Aspire's AddKeyedRedisClient(…) with this key, or correct RedisSessionOptions.ConnectionKey.");
        }
    }
}
