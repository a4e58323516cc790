using Medallion.Threading;

namespace AuthCode.Extensions.Tests;

/// <summary>Leases that are locks of a provider.</summary>
internal sealed class LockLeaseTests
{
    [Test]
    public async Task A_lock_that_is_watched_once_somebody_asks_is_watched_from_its_acquisition_on()
    {
        var locks = new LazilyWatchedLock();
        await using ISessionLease? lease = await new DistributedLockLeases(locks).TryAcquireAsync("key");

        locks.Lose();

        Assert.That(lease?.IsLost, Is.True);
    }

    /// <summary>A lock whose loss is noticed only if it was watched when it happened.</summary>
    private sealed class LazilyWatchedLock : IDistributedLockProvider, IDistributedLock, IDistributedSynchronizationHandle
    {
        private readonly CancellationTokenSource _lost = new();
        private bool _isWatched;

        public string Name => "lock";

        public CancellationToken HandleLostToken
        {
            get
            {
                _isWatched = true;
                return _lost.Token;
            }
        }

        internal void Lose()
        {
            if (_isWatched)
            {
                _lost.Cancel();
            }
        }

        public IDistributedLock CreateLock(string name) => this;

        public ValueTask<IDistributedSynchronizationHandle?> TryAcquireAsync(TimeSpan timeout = default, CancellationToken cancellationToken = default) => new(this);

        public ValueTask<IDistributedSynchronizationHandle> AcquireAsync(TimeSpan? timeout = null, CancellationToken cancellationToken = default) => new(this);

        public IDistributedSynchronizationHandle? TryAcquire(TimeSpan timeout = default, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public IDistributedSynchronizationHandle Acquire(TimeSpan? timeout = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public void Dispose() => _lost.Dispose();

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
