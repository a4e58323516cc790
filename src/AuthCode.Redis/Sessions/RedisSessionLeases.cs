using Medallion.Threading;
using Medallion.Threading.Redis;
using StackExchange.Redis;

namespace AuthCode;

/// <summary>Leases in Redis that expire 10 seconds after their instance has died, and are renewed every 3 seconds until then.</summary>
/// <param name="connection">The connection.</param>
/// <param name="keyPrefix">What keys begin with.</param>
internal sealed class RedisSessionLeases(RedisConnection connection, string keyPrefix) : ISessionLeases
{
    // Shorter than the grace period in which servers accept a refresh token again, which is often 30 seconds.
    private static readonly TimeSpan Expiry = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Renewal = TimeSpan.FromSeconds(3);

    // What must be left of a lease when it is acquired. The rest, 3 seconds, is how long the server may take to respond.
    private static readonly TimeSpan LeastValidity = TimeSpan.FromSeconds(7);

    // Whoever gets none looks for it again soon.
    private const int MostTries = 3;

    public async ValueTask<ISessionLease?> TryAcquireAsync(string key, CancellationToken cancellationToken = default)
    {
        IDatabase database = await connection.DatabaseAsync(cancellationToken).ConfigureAwait(false);
        RedisKey leaseKey = $"{keyPrefix}lease:{key}";
        var distributed = new RedisDistributedLock(leaseKey, database, static options => options.Expiry(Expiry).ExtensionCadence(Renewal).MinValidityTime(LeastValidity));
        for (int tries = 0; tries < MostTries; tries++)
        {
            IDistributedSynchronizationHandle? handle = await distributed.TryAcquireAsync(TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
            if (handle is not null)
            {
                return new Lease(handle);
            }

            // A lock that got no response in time also counts as not acquired. Only its key shows that another instance has it.
            if (await database.KeyExistsAsync(leaseKey, CommandFlags.DemandMaster).OrCanceledAsync(cancellationToken).ConfigureAwait(false))
            {
                break;
            }
        }

        return null;
    }

    private sealed class Lease(IDistributedSynchronizationHandle handle) : ISessionLease
    {
        public bool IsLost => handle.HandleLostToken.IsCancellationRequested;

        public ValueTask DisposeAsync() => handle.DisposeAsync();
    }
}
