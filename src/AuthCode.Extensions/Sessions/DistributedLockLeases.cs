using Medallion.Threading;

namespace AuthCode;

/// <summary>Leases by a <see cref="IDistributedLockProvider"/>: Redis, a database, files, or what else there is.</summary>
/// <param name="locks">The locks.</param>
internal sealed class DistributedLockLeases(IDistributedLockProvider locks) : ISessionLeases
{
    private const string Prefix = "authcode-";

    public async ValueTask<ISessionLease?> TryAcquireAsync(string key, CancellationToken cancellationToken = default)
    {
        IDistributedSynchronizationHandle? handle = await locks.CreateLock(Prefix + key).TryAcquireAsync(TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
        return handle is null ? null : new Lease(handle);
    }

    private sealed class Lease(IDistributedSynchronizationHandle handle) : ISessionLease
    {
        // Not every lock can tell. Some watch the lock from the first time on that the token is asked for, so that is at its beginning.
        private readonly CancellationToken _lost = handle.HandleLostToken;

        public bool IsLost => _lost.IsCancellationRequested;

        public ValueTask DisposeAsync() => handle.DisposeAsync();
    }
}
