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
    private volatile TokenSession? _session = session;
    private long _lastUsedTicks;
    private int _hasEnded;

    internal readonly string Key = key;

    internal readonly string AccountKey = accountKey;

    internal readonly DateTimeOffset SignedInOn = signedInOn;

    /// <summary>The session; <see langword="null"/> if it has left the memory and nobody uses it, or it was disposed of.</summary>
    internal TokenSession? Session
    {
        get
        {
            TokenSession? found = _session ?? (_weak.TryGetTarget(out TokenSession? used) ? used : null);
            return found is { IsDisposed: false } ? found : null;
        }
    }

    internal bool IsHeld => _session is not null;

    /// <summary>When it was looked up last, in ticks of UTC.</summary>
    internal long LastUsedTicks => Volatile.Read(ref _lastUsedTicks);

    internal void Use(DateTimeOffset now)
    {
        Volatile.Write(ref _lastUsedTicks, now.UtcTicks);
        _session ??= Session;
    }

    /// <summary>Notes that the session has ended; <see langword="false"/> if that is known already.</summary>
    internal bool TryEnd() => Interlocked.Exchange(ref _hasEnded, 1) == 0;

    /// <summary>Lets the session leave the memory once nobody uses it.</summary>
    internal void LetGo() => _session = null;

    public override string ToString() => $"session since {SignedInOn:O}";
}
