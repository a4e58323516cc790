namespace AuthCode;

/// <summary>What a session knows of its entry in the store. Its members are called by the holder of the session's turn.</summary>
/// <param name="vault">The store.</param>
/// <param name="known">The session as others find it.</param>
/// <param name="version">The version that this instance knows; 0 if nothing is stored yet.</param>
internal sealed class SharedSession(SessionVault vault, KnownSession known, long version)
{
    // Whoever waits for the lease of another instance looks in between whether that one is done.
    private static readonly TimeSpan LeasePoll = TimeSpan.FromMilliseconds(100);

    // Whoever names a version that no instance has stored causes one look in this time.
    private static readonly TimeSpan SeekPause = TimeSpan.FromSeconds(1);

    // A writer under way gets this much time before its refusal of ours is believed.
    private static readonly int[] LooksInMilliseconds = [50, 100, 200, 400, 800];

    private long _confirmedTimestamp = vault.Time.GetTimestamp();

    // Counts the notices that another instance has changed the session.
    private int _notices;

    // How many had come when what is known was read: one that comes during a read may be of something newer.
    private int _noticesAtReading;
    private int _noticesConfirmed;

    // Which version of the application's data was looked for last.
    private int _soughtVersion;

    internal DateTimeOffset SignedInOn => known.SignedInOn;

    /// <summary>The newest version that this instance knows.</summary>
    internal long Version { get; private set; } = version;

    /// <summary>Whether something is in memory that could not be stored.</summary>
    internal volatile bool IsDirty;

    /// <summary>Whether memory has a refresh token that a response brought and that could not be stored: the newest one, which the store cannot confirm.</summary>
    internal volatile bool HasUnstoredToken;

    /// <summary>Whether what is known is old enough to be read again.</summary>
    internal bool IsOld => Volatile.Read(ref _notices) != _noticesConfirmed || Time.GetElapsedTime(_confirmedTimestamp) >= Settings.RevalidateAfter;

    /// <summary>Whether the session has reached its lifetime.</summary>
    internal bool IsTooOld => Time.GetUtcNow() - SignedInOn >= Settings.Lifetime;

    private SessionSettings Settings => vault.Settings;

    private TimeProvider Time => vault.Time;

    // Computed when it is needed: a process holds many sessions.
    private string StoreKey => vault.KeyOf(SessionVault.SessionKind, known.Key);

    private DateTimeOffset ExpiryAfter(DateTimeOffset usedOn)
    {
        DateTimeOffset idle = usedOn.SaturatingAdd(Settings.IdleTimeout);
        DateTimeOffset end = SignedInOn.SaturatingAdd(Settings.Lifetime);
        return idle < end ? idle : end;
    }

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

    /// <summary>What is stored; a mark of the whole account counts for the session.</summary>
    internal async Task<StoreReading> ReadAsync()
    {
        _noticesAtReading = Volatile.Read(ref _notices);
        StoreReading reading = await vault.ReadAsync(StoreKey).ConfigureAwait(false);

        // Also where nothing can be read, which would be written back from memory.
        if (reading.Finding is not (StoreFinding.Ended or StoreFinding.Down) && await FindAccountEndAsync().ConfigureAwait(false) is var end and not StoreFinding.Absent)
        {
            reading.Dispose();
            return end == StoreFinding.Down ? StoreReading.Down : new StoreReading(StoreFinding.Ended, reading.Version, []);
        }

        return reading;
    }

    /// <summary>What is stored, for whoever does not have the turn.</summary>
    internal ValueTask<StoreReading> PeekAsync() => vault.ReadAsync(StoreKey);

    /// <summary>Forgets the version, since what is in memory was never stored and is of no use: whatever is stored is newer.</summary>
    internal void Forget()
    {
        Version = 0;
        IsDirty = false;
        HasUnstoredToken = false;
    }

    /// <summary>Whether all sessions of the account were ended: <see cref="StoreFinding.Ended"/>, <see cref="StoreFinding.Absent"/> if not, or <see cref="StoreFinding.Down"/> if that is not known.</summary>
    internal async ValueTask<StoreFinding> FindAccountEndAsync()
    {
        using StoreReading account = await vault.ReadAsync(vault.KeyOf(SessionVault.AccountKind, known.User.AccountKey)).ConfigureAwait(false);
        return account.Finding == StoreFinding.Down ? StoreFinding.Down
            : account.Finding == StoreFinding.Live && AccountEntry.Read(account.Data) is { } entry && SignedInOn <= entry.EndedBefore ? StoreFinding.Ended
            : StoreFinding.Absent;
    }

    /// <summary>Reads until another instance's result is there, or it has had enough time for it.</summary>
    internal async ValueTask<StoreReading> LookAgainAsync(CancellationToken cancellationToken)
    {
        StoreReading reading = await ReadAsync().ConfigureAwait(false);
        foreach (int milliseconds in LooksInMilliseconds)
        {
            if (reading.Finding == StoreFinding.Ended || (reading.Finding == StoreFinding.Live && reading.Version > Version))
            {
                break;
            }

            reading.Dispose();
            await Task.Delay(TimeSpan.FromMilliseconds(milliseconds), Time, cancellationToken).ConfigureAwait(false);
            reading = await ReadAsync().ConfigureAwait(false);
        }

        return reading;
    }

    /// <summary>Whether the entry must be written again so that a session that is in use does not expire in the store as an idle one.</summary>
    internal bool IsTouchDue(StoreReading reading, DateTimeOffset usedOn) =>
        reading.Finding == StoreFinding.Live && reading.ExpiresOn - Time.GetUtcNow() < Settings.IdleTimeout / 2 && ExpiryAfter(usedOn) > reading.ExpiresOn;

    /// <summary>Notes that another instance has changed the session. Called by anyone.</summary>
    internal void NoteChange() => Interlocked.Increment(ref _notices);

    /// <summary>Whether data of a version should be looked for in the store. Called by anyone; two who come at once may both look.</summary>
    internal bool TrySeekData(long version)
    {
        int sought = (int)Math.Min(version, int.MaxValue);
        return Interlocked.Exchange(ref _soughtVersion, sought) != sought || Time.GetElapsedTime(_confirmedTimestamp) >= SeekPause;
    }

    /// <summary>Notes that memory is what the store said when it was read, or has been told.</summary>
    internal void Confirm(long storedVersion)
    {
        Version = Math.Max(Version, storedVersion);
        _noticesConfirmed = _noticesAtReading;
        _confirmedTimestamp = Time.GetTimestamp();
    }

    /// <summary>Stores a snapshot over a version.</summary>
    /// <param name="snapshot">The snapshot.</param>
    /// <param name="usedOn">When a caller used the session last: a renewal that nobody asked for must not lengthen its life.</param>
    /// <param name="expectedVersion">The version.</param>
    internal async ValueTask<StoreWrite> SaveAsync(SessionSnapshot snapshot, DateTimeOffset usedOn, long expectedVersion)
    {
        long next = Math.Max(Version, expectedVersion) + 1;
        StoreWrite written = await vault.WriteAsync(StoreKey, snapshot.ToBytes(), next, ExpiryAfter(usedOn), expectedVersion).ConfigureAwait(false);

        // A conflict has stored nothing: what could not be stored before is still in memory alone.
        IsDirty = written == StoreWrite.Down || (IsDirty && written == StoreWrite.Conflict);
        if (written == StoreWrite.Written)
        {
            HasUnstoredToken = false;
            Confirm(next);
        }

        return written;
    }

    /// <summary>Marks the session as ended, if nothing newer is stored.</summary>
    internal ValueTask<StoreWrite> EndVersionAsync() => vault.EndVersionAsync(StoreKey, SignedInOn.SaturatingAdd(Settings.Lifetime), Version);

    /// <summary>Marks the session as ended, whatever is stored.</summary>
    internal ValueTask<bool> EndAsync() => vault.EndAsync(StoreKey, SignedInOn.SaturatingAdd(Settings.Lifetime));

    public override string ToString() => $"version {Version}";

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
