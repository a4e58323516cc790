using Medallion.Threading;

namespace AuthCode;

/// <summary>Locks of entries that are written, which keep no write from taking place: where there is none in time, there is none.</summary>
/// <param name="locks">The locks.</param>
/// <param name="patience">How long an acquisition or a release may take.</param>
/// <param name="time">The clock.</param>
internal sealed class WriteLocks(IDistributedLockProvider locks, TimeSpan patience, TimeProvider time)
{
    private const string Prefix = "authcode-write-";

    /// <returns>The lock; <see langword="null"/> if the service failed, or did not grant it in time.</returns>
    /// <exception cref="OperationCanceledException">The operation was canceled.</exception>
    internal async ValueTask<IDistributedSynchronizationHandle?> TryAcquireAsync(string key, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        Task<IDistributedSynchronizationHandle>? acquiring = null;
        try
        {
            acquiring = locks.CreateLock(Prefix + key).AcquireAsync(timeout: null, either.Token).AsTask();
            return await acquiring.WaitAsync(either.Token).ConfigureAwait(false);
        }
        catch (Exception)
        {
            _ = ReleaseLateAsync(acquiring);
            cancellationToken.ThrowIfCancellationRequested();
            return null;
        }
    }

    /// <summary>Releases a lock. A failure is none of the write, which has taken place; such a lock expires by itself.</summary>
    internal async ValueTask ReleaseAsync(IDistributedSynchronizationHandle handle)
    {
        try
        {
            await Observed.Of(handle.DisposeAsync().AsTask()).WaitAsync(patience, time).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // As above.
        }
    }

    // A service that does not heed cancellation may grant a lock that nobody waits for any more.
    private async Task ReleaseLateAsync(Task<IDistributedSynchronizationHandle>? acquiring)
    {
        try
        {
            if (acquiring is not null)
            {
                await ReleaseAsync(await acquiring.ConfigureAwait(false)).ConfigureAwait(false);
            }
        }
        catch (Exception)
        {
            // There is none.
        }
    }
}
