namespace AuthCode;

/// <summary>A session in the memory of this process.</summary>
/// <param name="key">Its key, as the service keeps it.</param>
/// <param name="signedInOn">When the user signed in.</param>
/// <param name="session">The session; it is not held before it is used.</param>
/// <param name="user">The user.</param>
/// <param name="directory">Where the session is known.</param>
internal sealed class KnownSession(string key, DateTimeOffset signedInOn, TokenSession session, SessionUser user, SessionDirectory directory)
{
    private const int NoEnd = -1;

    private readonly long _signedInTicks = signedInOn.UtcTicks;

    // The session that is held, or a weak reference to one that has left the memory: it may still be in use, and then it is the one, and
    // no second one of it is made.
    private volatile object _session = new WeakReference<TokenSession>(session);
    private long _renewedTicks;
    private int _end = NoEnd;

    internal readonly string Key = key;

    internal readonly SessionUser User = user;

    internal DateTimeOffset SignedInOn => new(_signedInTicks, TimeSpan.Zero);

    /// <inheritdoc cref="SessionDirectory.StoreKeysOf"/>
    internal string[] StoreKeys => directory.StoreKeysOf(this);

    /// <summary>The session; <see langword="null"/> if it has left the memory and nobody uses it, or it was disposed of.</summary>
    internal TokenSession? Session
    {
        get
        {
            TokenSession? found = TargetOf(_session);
            return found is { IsDisposed: false } ? found : null;
        }
    }

    /// <summary>Whether the memory keeps the session, whether or not it is used.</summary>
    internal bool IsHeld => _session is TokenSession;

    /// <summary>When it was looked up last, or a token was acquired, in ticks of UTC; 0 if it has left the memory and nobody uses it.</summary>
    internal long LastUsedTicks => Session?.UsedTicks ?? 0;

    /// <summary>When its renewal was tried last without a caller, in ticks of UTC.</summary>
    internal long RenewedTicks
    {
        get => Volatile.Read(ref _renewedTicks);
        set => Volatile.Write(ref _renewedTicks, value);
    }

    /// <summary>Whether it is being ended, so that nobody may find it any more.</summary>
    internal volatile bool IsForgotten;

    /// <summary>Notes that the session is used, and keeps it in the memory.</summary>
    /// <returns>Whether it was not kept before.</returns>
    internal bool Use(DateTimeOffset now)
    {
        Session?.NoteUse(now);
        return Keep();
    }

    /// <summary>Notes why the session has ended; <see langword="false"/> if that is known already.</summary>
    internal bool TryEnd(SessionEnd reason) => Interlocked.CompareExchange(ref _end, (int)reason, NoEnd) == NoEnd;

    /// <summary>Whether the store no longer had the session, which nobody has ended.</summary>
    internal bool IsLost => Volatile.Read(ref _end) == (int)SessionEnd.Lost;

    /// <summary>Keeps the session in the memory although nobody uses it.</summary>
    /// <returns>Whether it was not kept before.</returns>
    internal bool Keep() =>
        _session is WeakReference<TokenSession> weak && TargetOf(weak) is { IsDisposed: false } kept && Interlocked.CompareExchange(ref _session, kept, weak) == weak;

    /// <summary>Lets the session leave the memory once nobody uses it.</summary>
    /// <returns>Whether it was kept before.</returns>
    internal bool LetGo() =>
        _session is TokenSession held && Interlocked.CompareExchange(ref _session, new WeakReference<TokenSession>(held), held) == held;

    /// <summary>Notes that the session has ended for another reason than a sign-out by its key or its account.</summary>
    internal void NoteEnd(SessionEnd reason, TokenErrorResponse? response) => directory.End(this, reason, response);

    /// <inheritdoc cref="SessionDirectory.NoteSignOutAsync"/>
    internal ValueTask NoteSignOutAsync() => directory.NoteSignOutAsync(this);

    /// <inheritdoc cref="SessionDirectory.LinkAsync(KnownSession, SessionUser, DateTimeOffset)"/>
    internal ValueTask LinkAsync(SessionUser again, DateTimeOffset startedOn) => directory.LinkAsync(this, again, startedOn);

    /// <summary>Notes that the session goes on, whatever was known of its end.</summary>
    internal void NoteReturn()
    {
        if (IsForgotten)
        {
            // Its user has signed out.
            return;
        }

        Volatile.Write(ref _end, NoEnd);
        directory.NoteReturn(this);
    }

    /// <summary>Notes that something is in memory that the store could not take.</summary>
    internal void NoteUnstored() => directory.Keep(this);

    public override string ToString() => $"session since {SignedInOn:O}";

    private static TokenSession? TargetOf(object reference) =>
        reference is WeakReference<TokenSession> weak ? weak.TryGetTarget(out TokenSession? used) ? used : null : (TokenSession)reference;
}
