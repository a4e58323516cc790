namespace AuthCode;

/// <summary>What a session knows of its entry in the store. Its members are called by the holder of the session's turn.</summary>
/// <param name="vault">The store.</param>
/// <param name="known">The session as others find it.</param>
/// <param name="version">The version that this instance knows; 0 if nothing is stored yet.</param>
internal sealed partial class SharedSession(SessionVault vault, KnownSession known, long version)
{
    // A writer under way gets this much time before its refusal of ours is believed.
    private static readonly int[] LooksInMilliseconds = [50, 100, 200, 400, 800];

    private long _confirmedTimestamp = vault.Time.GetTimestamp();

    // Counts the notices that another instance has changed the session.
    private int _notices;

    // How many had come when what is known was read: one that comes during a read may be of something newer.
    private int _noticesAtReading;
    private int _noticesConfirmed;

    // The last look for data of the application; null if all that was looked for has been found.
    private DataSeek? _seek;

    internal DateTimeOffset SignedInOn => known.SignedInOn;

    /// <summary>The newest version that this instance knows.</summary>
    internal long Version { get; private set; } = version;

    /// <summary>Whether something is in memory that could not be stored.</summary>
    internal volatile bool IsDirty;

    /// <summary>Whether the server has refused the session, and the store could not be told.</summary>
    internal volatile bool IsEndUntold;

    /// <summary>Whether the store could not be told of something yet.</summary>
    internal bool IsPending => IsDirty || IsEndUntold;

    /// <summary>Whether memory has a refresh token that a response brought and that could not be stored: the newest one, which the store cannot confirm.</summary>
    internal volatile bool HasUnstoredToken;

    /// <summary>Whether another instance's refresh token was taken over since this was last reset.</summary>
    internal bool HasOtherToken;

    /// <summary>What was known when the refresh token that is stored was used here for one that could not be stored; <see langword="null"/> if it was not.</summary>
    internal volatile SessionFacts? Used;

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
        NoteStored();
    }

    /// <summary>Notes that memory has nothing that the store does not have.</summary>
    internal void NoteStored()
    {
        IsDirty = false;
        IsEndUntold = false;
        HasUnstoredToken = false;
        Used = null;
    }

    /// <summary>Whether all sessions of the account were ended: <see cref="StoreFinding.Ended"/>, <see cref="StoreFinding.Absent"/> if not, or <see cref="StoreFinding.Down"/> if that is not known.</summary>
    internal async ValueTask<StoreFinding> FindAccountEndAsync()
    {
        using StoreReading account = await ReadAccountAsync().ConfigureAwait(false);
        return account.Finding == StoreFinding.Down ? StoreFinding.Down
            : account.Finding == StoreFinding.Live && AccountEntry.Read(account.Data) is { } entry && SignedInOn <= entry.EndedBefore ? StoreFinding.Ended
            : StoreFinding.Absent;
    }

    /// <summary>Whether the account has a session that began later than this one.</summary>
    internal async ValueTask<bool> HasLaterSessionAsync()
    {
        using StoreReading account = await ReadAccountAsync().ConfigureAwait(false);
        return account.Finding == StoreFinding.Live && AccountEntry.Read(account.Data) is { NewestSession: { } newest } entry && newest != known.Key && entry.LastSignIn > SignedInOn;
    }

    /// <summary>Reads until another instance's result is there, or it has had enough time for it.</summary>
    /// <param name="isResult">Whether what is stored and newer is a result; <see langword="null"/> if all of it is.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    internal async ValueTask<StoreReading> LookAgainAsync(Func<StoreReading, bool>? isResult, CancellationToken cancellationToken)
    {
        StoreReading reading = await ReadAsync().ConfigureAwait(false);
        foreach (int milliseconds in LooksInMilliseconds)
        {
            if (reading.Finding is StoreFinding.Ended or StoreFinding.Later || (reading.Finding == StoreFinding.Live && reading.Version > Version && isResult?.Invoke(reading) != false))
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

    /// <summary>Looks for data of a version of the application in the store, together with others who look for them. Called by anyone.</summary>
    internal async Task<(KnownSession? Known, SessionData? Data)> SeekDataAsync(long version, Func<Task<(KnownSession? Known, SessionData? Data)>> look)
    {
        DataSeek? last;
        DataSeek seek;
        do
        {
            last = Volatile.Read(ref _seek);
            seek = last?.Serves(version) == true ? last : new DataSeek(version, look, Time);
        }
        while (seek != last && Interlocked.CompareExchange(ref _seek, seek, last) != last);

        (KnownSession? found, SessionData? data) = await seek.FoundAsync().ConfigureAwait(false);
        NoteData(found?.Session?.DataVersion ?? 0);
        return (found, data);
    }

    /// <summary>Notes that memory has data of a version: nobody looks for them any more. Called by anyone.</summary>
    internal void NoteData(long version)
    {
        if (Volatile.Read(ref _seek) is { } seek && seek.Version <= version)
        {
            Interlocked.CompareExchange(ref _seek, null, seek);
        }
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
            NoteStored();
            Confirm(next);
        }

        return written;
    }

    /// <summary>Marks the session as ended, if nothing newer is stored.</summary>
    internal ValueTask<StoreWrite> EndVersionAsync() => vault.EndVersionAsync(StoreKey, SignedInOn.SaturatingAdd(Settings.Lifetime), Version);

    /// <summary>Marks the session as ended, whatever is stored.</summary>
    internal ValueTask<bool> EndAsync() => vault.EndAsync(StoreKey, SignedInOn.SaturatingAdd(Settings.Lifetime));

    public override string ToString() => $"version {Version}";

    private ValueTask<StoreReading> ReadAccountAsync() => vault.ReadAsync(vault.KeyOf(SessionVault.AccountKind, known.User.AccountKey));
}
