using Azure.Core;

namespace AuthCode;

/// <summary>The clients of one session.</summary>
/// <param name="services">The services of the application.</param>
/// <param name="session">The session.</param>
internal sealed class SessionClients(IServiceProvider services, SessionReference session)
{
    private readonly object _gate = new();

    // Guarded by the gate, and by the registration: a type can be registered twice. A session has few of them.
    private readonly Dictionary<Delegate, object> _clients = [];
    private long _lastUsedTicks;

    /// <summary>When a client was asked for last, in ticks of UTC.</summary>
    internal long LastUsedTicks => Volatile.Read(ref _lastUsedTicks);

    /// <summary>The client of a registration.</summary>
    internal TClient Get<TClient>(Func<TokenCredential, IServiceProvider, TClient> create, DateTimeOffset now)
        where TClient : class
    {
        Volatile.Write(ref _lastUsedTicks, now.UtcTicks);

        // The container disposes of what a scope returned, so such a client lives for one request.
        if (typeof(TClient).IsAssignableTo(typeof(IDisposable)) || typeof(TClient).IsAssignableTo(typeof(IAsyncDisposable)))
        {
            return create(new SessionCredential(services, session, isKept: false), services);
        }

        lock (_gate)
        {
            if (_clients.TryGetValue(create, out object? kept))
            {
                return (TClient)kept;
            }

            TClient client = create(new SessionCredential(services, session, isKept: true), services);
            if (client is not (IDisposable or IAsyncDisposable))
            {
                _clients.Add(create, client);
            }

            return client;
        }
    }
}
