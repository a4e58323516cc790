namespace AuthCode;

/// <summary>A session in the memory of this process.</summary>
/// <param name="key">Its key, as the service keeps it.</param>
/// <param name="accountKey">The account of the user.</param>
/// <param name="signedInOn">When the user signed in.</param>
/// <param name="session">The session.</param>
internal sealed class KnownSession(string key, string accountKey, DateTimeOffset signedInOn, TokenSession session)
{
    // A session that has left the memory may still be in use: then it is the one, and no second one of it is made.
    private readonly WeakReference<TokenSession> _weak = new(session);
    private volatile TokenSession? _session;
    private long _lastUsedTicks;
    private long _renewedTicks;
    private int _hasEnded;

    internal readonly string Key = key;

    internal readonly string AccountKey = accountKey;

    internal readonly DateTimeOffset SignedInOn = signedInOn;

    /// <summary>The keys of the entries in the store that the session depends on: its own, and that of its account. None without a store that tells changes.</summary>
    internal required string[] StoreKeys { get; init; }

    /// <summary>The issuer of the user; <see langword="null"/> if it is not known.</summary>
    internal string? Issuer { get; init; }

    /// <summary>The session at the server (<c>sid</c>) in which it began; <see langword="null"/> if the server named none.</summary>
    internal string? ServerSession { get; init; }

    /// <summary>The session; <see langword="null"/> if it has left the memory and nobody uses it, or it was disposed of.</summary>
    internal TokenSession? Session
    {
        get
        {
            TokenSession? found = _session ?? (_weak.TryGetTarget(out TokenSession? used) ? used : null);
            return found is { IsDisposed: false } ? found : null;
        }
    }

    /// <summary>Whether the memory keeps the session, whether or not it is used.</summary>
    internal bool IsHeld => _session is not null;

    /// <summary>When it was looked up last, or a token was acquired by a credential that is still in use, in ticks of UTC.</summary>
    internal long LastUsedTicks => Math.Max(Volatile.Read(ref _lastUsedTicks), Session?.UsedTicks ?? 0);

    /// <summary>When its renewal was tried last without a caller, in ticks of UTC.</summary>
    internal long RenewedTicks
    {
        get => Volatile.Read(ref _renewedTicks);
        set => Volatile.Write(ref _renewedTicks, value);
    }

    /// <summary>Notes that the session is used, and keeps it in the memory.</summary>
    /// <returns>Whether it was not kept before.</returns>
    internal bool Use(DateTimeOffset now)
    {
        Volatile.Write(ref _lastUsedTicks, now.UtcTicks);
        TokenSession? used = Session;
        used?.NoteUse(now);
        return used is not null && Interlocked.CompareExchange(ref _session, used, null) is null;
    }

    /// <summary>Notes that the session has ended; <see langword="false"/> if that is known already.</summary>
    internal bool TryEnd() => Interlocked.Exchange(ref _hasEnded, 1) == 0;

    /// <summary>Keeps the session in the memory although nobody uses it.</summary>
    /// <returns>Whether it was not kept before.</returns>
    internal bool Keep() => Session is { } kept && Interlocked.CompareExchange(ref _session, kept, null) is null;

    /// <summary>Lets the session leave the memory once nobody uses it.</summary>
    /// <returns>Whether it was kept before.</returns>
    internal bool LetGo() => Interlocked.Exchange(ref _session, null) is not null;

    public override string ToString() => $"session since {SignedInOn:O}";
}
