namespace AuthCode;

/// <content>The lease under which one instance at a time uses the refresh token.</content>
internal sealed partial class SharedSession
{
    // Whoever waits for the lease of another instance looks in between whether that one is done.
    private static readonly TimeSpan LeasePoll = TimeSpan.FromMilliseconds(100);

    /// <summary>Takes the lease and reads. While another instance has the lease, its result is looked for.</summary>
    /// <param name="patience">How long another instance may have the lease.</param>
    /// <param name="patienceWithoutStore">How long it may have the lease while the store is down: its result could not be stored, and a lock that does not respond can pass for one that is taken.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>The turn; <see langword="null"/> if another instance has had the lease for too long.</returns>
    internal async ValueTask<SharedTurn?> BeginAsync(TimeSpan patience, TimeSpan patienceWithoutStore, CancellationToken cancellationToken)
    {
        long started = Time.GetTimestamp();
        while (true)
        {
            long begun = Time.GetTimestamp();
            (bool isFree, ISessionLease? lease) = await TryLeaseAsync(cancellationToken).ConfigureAwait(false);
            TimeSpan waited = Time.GetElapsedTime(started);
            StoreReading reading = await ReadAsync().ConfigureAwait(false);
            isFree |= reading.Finding == StoreFinding.Down && waited >= patienceWithoutStore;
            if (isFree || reading.Finding == StoreFinding.Ended || (reading.Finding == StoreFinding.Live && reading.Version > Version))
            {
                NoteLease(waited, lease is not null ? Attributes.Acquired : isFree ? Attributes.Error : Attributes.Adopted);
                return new SharedTurn(lease, reading, isFree, begun, vault.Logger);
            }

            reading.Dispose();
            waited = Time.GetElapsedTime(started);
            if (waited >= patience)
            {
                NoteLease(waited, Attributes.Taken);
                Log.LeaseTaken(vault.Logger);
                return null;
            }

            await Task.Delay(LeasePoll, Time, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask<(bool IsFree, ISessionLease? Lease)> TryLeaseAsync(CancellationToken cancellationToken)
    {
        if (Settings.Leases is not { } leases)
        {
            return (true, null);
        }

        using var timeout = new CancellationTokenSource(Settings.StoreTimeout, Time);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            ISessionLease? lease = await Deadline.EnforceOwned(leases.TryAcquireAsync(StoreKey, deadline.Token).AsTask(), deadline.Token).ConfigureAwait(false);
            return (lease is not null, lease is null ? null : new BoundedLease(lease, Settings.StoreTimeout, Time));
        }
        catch (Exception e)
        {
            // Not with the token of the deadline, which the caller does not know.
            cancellationToken.ThrowIfCancellationRequested();

            // Without the service of leases, the store's versions are what is left.
            Log.LeasesFailed(vault.Logger, e.GetType().Name);
            return (true, null);
        }
    }

    private void NoteLease(TimeSpan waited, string outcome)
    {
        if (Settings.Leases is not null && Instruments.LeaseWaits.Enabled)
        {
            Instruments.Record(Instruments.LeaseWaits, waited, new() { { Attributes.Outcome, outcome } });
        }
    }
}
