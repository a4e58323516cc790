namespace AuthCode.Tests.Scenarios.Farm;

/// <summary>A store and leases as one instance uses them: each operation is a gate of an order of events.</summary>
/// <param name="order">The order.</param>
/// <param name="actor">The instance.</param>
/// <param name="store">The store that all instances share.</param>
/// <param name="leases">The leases that all instances share.</param>
internal sealed class GatedStore(Interleaving order, string actor, ISessionStore store, ISessionLeases leases) : ISessionStore, ISessionLeases
{
    public async ValueTask<StoredSession?> ReadAsync(string key, CancellationToken cancellationToken = default)
    {
        await order.EnterAsync(actor, "reads");
        return await store.ReadAsync(key, cancellationToken);
    }

    public async ValueTask<bool> TryWriteAsync(string key, StoredSession session, long expectedVersion, CancellationToken cancellationToken = default)
    {
        await order.EnterAsync(actor, "writes");
        return await store.TryWriteAsync(key, session, expectedVersion, cancellationToken);
    }

    public async ValueTask EndAsync(string key, DateTimeOffset until, CancellationToken cancellationToken = default)
    {
        await order.EnterAsync(actor, "ends");
        await store.EndAsync(key, until, cancellationToken);
    }

    public async ValueTask<ISessionLease?> TryAcquireAsync(string key, CancellationToken cancellationToken = default)
    {
        await order.EnterAsync(actor, "asks for the lease");
        return await leases.TryAcquireAsync(key, cancellationToken) is { } lease ? new GatedLease(order, actor, lease) : null;
    }

    private sealed class GatedLease(Interleaving order, string actor, ISessionLease lease) : ISessionLease
    {
        public bool IsLost => lease.IsLost;

        public async ValueTask DisposeAsync()
        {
            await order.EnterAsync(actor, "releases the lease");
            await lease.DisposeAsync();
        }
    }
}
