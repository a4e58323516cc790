using System.Collections.Concurrent;

namespace AuthCode;

/// <summary>The sessions in the memory of this process, bounded in number and time. No timer runs for them: whoever adds or looks up a session sweeps, once a minute.</summary>
/// <param name="settings">The settings of sessions.</param>
/// <param name="time">The clock.</param>
/// <param name="onEnded">Told of a session that has ended because it left.</param>
internal sealed class SessionMemory(SessionSettings settings, TimeProvider time, Action<KnownSession, SessionEnd, TokenErrorResponse?> onEnded)
{
    private static readonly TimeSpan SweepPause = TimeSpan.FromMinutes(1);

    // While nothing can leave, since nothing can be stored.
    private static readonly TimeSpan StuckPause = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, KnownSession> _sessions = new(StringComparer.Ordinal);

    private readonly SessionNotices _notices = new();

    private readonly ServerSessionIndex _serverSessions = new();

    private long _sweptTicks;

    // How many are held: the others are in use by someone, or are forgotten at the next sweep.
    private int _held;
    private volatile bool _isStuck;

    /// <summary>Called once a minute, while sessions are used.</summary>
    internal Action? OnSwept { get; set; }

    // Made for the first session: most credentials keep none here.
    private SessionCount? _counted;

    internal IEnumerable<KnownSession> All() => _sessions.Select(static entry => entry.Value);

    internal IReadOnlyList<KnownSession> OfAccount(string accountKey)
    {
        int hash = SessionUser.HashOf(accountKey);
        return [.. All().Where(known => known.User.HasAccount(accountKey, hash))];
    }

    /// <summary>The sessions that began in a session at the server, or whose users signed in again in it.</summary>
    internal IReadOnlyList<KnownSession> OfServerSession(string serverSession) => _serverSessions.Find(serverSession);

    /// <summary>Notes that the user of a session has signed in again in another session at the server.</summary>
    internal void Link(KnownSession known, string serverSession)
    {
        _serverSessions.Add(known, serverSession);
        if (!IsIn(known))
        {
            _serverSessions.Remove(known);
        }
    }

    internal void Add(KnownSession known)
    {
        DateTimeOffset now = time.GetUtcNow();
        if (_counted is null)
        {
            LetCount();
        }

        if (_sessions.TryGetValue(known.Key, out KnownSession? replaced))
        {
            Remove(replaced);
        }

        Hold(known, now);
        _sessions[known.Key] = known;
        _notices.Add(known);
        _serverSessions.Add(known);
        if (!IsIn(known))
        {
            // It was removed meanwhile, perhaps before it was entered in these.
            _notices.Remove(known);
            _serverSessions.Remove(known);
        }

        Sweep(now);
    }

    internal KnownSession? Find(string key)
    {
        if (!_sessions.TryGetValue(key, out KnownSession? known))
        {
            return null;
        }

        DateTimeOffset now = time.GetUtcNow();
        bool isIdle = now.UtcTicks - known.LastUsedTicks >= settings.IdleTimeout.Ticks;
        if (known.Session is null || (isIdle && settings.Store is null))
        {
            Leave(known);
            return null;
        }

        if (isIdle && now - known.SignedInOn < settings.Lifetime)
        {
            // It has expired in the store, unless it was used on another instance.
            Remove(known);
            return null;
        }

        Hold(known, now);
        if (!IsIn(known))
        {
            // It was removed or replaced meanwhile, and must not count.
            LetGo(known);
            return null;
        }

        Sweep(now);
        return known;
    }

    internal void Remove(KnownSession known)
    {
        _sessions.TryRemove(KeyValuePair.Create(known.Key, known));
        _notices.Remove(known);
        _serverSessions.Remove(known);
        LetGo(known);
    }

    /// <summary>Keeps a session that is the only place of what the store could not take.</summary>
    internal void Keep(KnownSession known)
    {
        if (!known.IsForgotten && known.Keep())
        {
            Interlocked.Increment(ref _held);
            if (_sessions.TryAdd(known.Key, known))
            {
                _notices.Add(known);
                _serverSessions.Add(known);
            }

            if (known.IsForgotten)
            {
                // It has ended meanwhile.
                Remove(known);
            }
            else if (!IsIn(known))
            {
                LetGo(known);
            }
        }
    }

    private bool IsIn(KnownSession known) => _sessions.TryGetValue(known.Key, out KnownSession? found) && found == known;

    /// <inheritdoc cref="SessionNotices.Count"/>
    internal long Notices => _notices.Count;

    /// <inheritdoc cref="SessionNotices.NoteChange"/>
    internal void NoteChange(string storeKey) => _notices.NoteChange(storeKey);

    private void Hold(KnownSession known, DateTimeOffset now)
    {
        if (known.Use(now))
        {
            Interlocked.Increment(ref _held);
        }
    }

    private void LetGo(KnownSession known)
    {
        if (known.LetGo())
        {
            Interlocked.Decrement(ref _held);
        }
    }

    private void LetCount()
    {
        var count = new SessionCount(
            () => All().Count(static known => known is { IsHeld: true, Session: not null }),
            () => All().Count(static known => known.Session?.IsPending == true));
        if (Interlocked.CompareExchange(ref _counted, count, null) is null)
        {
            count.Register();
        }
    }

    private void Sweep(DateTimeOffset now)
    {
        long swept = Volatile.Read(ref _sweptTicks);
        TimeSpan pause = Volatile.Read(ref _held) <= settings.MostInMemory ? SweepPause : _isStuck ? StuckPause : TimeSpan.Zero;
        if (now.UtcTicks - swept < pause.Ticks || Interlocked.CompareExchange(ref _sweptTicks, now.UtcTicks, swept) != swept)
        {
            return;
        }

        long longest = settings.Store is null ? settings.IdleTimeout.Ticks : settings.IdleInMemory.Ticks;
        foreach (KnownSession idle in All().Where(known => known.Session is null || now.UtcTicks - known.LastUsedTicks >= longest))
        {
            Leave(idle);
        }

        // An eighth at once, so that a full memory is not swept at each sign-in.
        int tooMany = Volatile.Read(ref _held) - settings.MostInMemory;
        if (tooMany > 0)
        {
            foreach (KnownSession oldest in All().Where(static known => known.IsHeld).OrderBy(static known => known.LastUsedTicks).Take(tooMany + (settings.MostInMemory / 8)).ToArray())
            {
                Leave(oldest);
            }
        }

        _isStuck = Volatile.Read(ref _held) > settings.MostInMemory;
        OnSwept?.Invoke();
    }

    private void Leave(KnownSession known)
    {
        TokenSession? session = known.Session;
        if (session is null)
        {
            Remove(known);
        }
        else if (settings.Store is null)
        {
            bool isIdle = time.GetUtcNow().UtcTicks - session.UsedTicks >= settings.IdleTimeout.Ticks;
            Remove(known);
            session.Dispose();
            onEnded(known, isIdle ? SessionEnd.Expired : SessionEnd.Evicted, null);
        }
        else if (!session.IsPending)
        {
            LetGo(known);
            if (session.IsPending)
            {
                // A write has failed meanwhile.
                Keep(known);
            }
        }
    }
}
