using System.Collections.Concurrent;

namespace AuthCode;

/// <summary>The sessions in the memory of this process, bounded in number and time. No timer runs for them: whoever adds or looks up a session sweeps, once a minute.</summary>
/// <param name="settings">The settings of sessions.</param>
/// <param name="time">The clock.</param>
/// <param name="onEnded">Told of a session that has ended because it left.</param>
internal sealed class SessionMemory(SessionSettings settings, TimeProvider time, Action<KnownSession, SessionEnd, TokenErrorResponse?> onEnded)
{
    private static readonly TimeSpan SweepPause = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, KnownSession> _sessions = new(StringComparer.Ordinal);

    // By the key in the store, for the notices of other instances.
    private readonly ConcurrentDictionary<string, KnownSession> _byStoreKey = new(StringComparer.Ordinal);

    private long _sweptTicks;
    private int _count;

    // Made for the first session: most credentials keep none here.
    private SessionCount? _counted;

    internal IEnumerable<KnownSession> All() => _sessions.Select(static entry => entry.Value);

    internal IReadOnlyList<KnownSession> OfAccount(string accountKey) => [.. All().Where(known => known.AccountKey == accountKey)];

    internal void Add(KnownSession known, string? storeKey)
    {
        DateTimeOffset now = time.GetUtcNow();
        known.Use(now);
        if (_counted is null)
        {
            LetCount();
        }

        if (_sessions.TryAdd(known.Key, known))
        {
            Interlocked.Increment(ref _count);
        }
        else
        {
            _sessions[known.Key] = known;
        }

        if (storeKey is not null)
        {
            _byStoreKey[storeKey] = known;
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
        if (known.Session is null || (settings.Store is null && now.UtcTicks - known.LastUsedTicks >= settings.IdleTimeout.Ticks))
        {
            Leave(known);
            return null;
        }

        known.Use(now);
        Sweep(now);
        return known;
    }

    internal void Remove(KnownSession known)
    {
        if (_sessions.TryRemove(KeyValuePair.Create(known.Key, known)))
        {
            Interlocked.Decrement(ref _count);
        }

        if (known.Session?.StoreKey is { } storeKey)
        {
            _byStoreKey.TryRemove(KeyValuePair.Create(storeKey, known));
        }
    }

    /// <summary>Notes that another instance has changed a session. A hint: it throws nothing and waits for nothing.</summary>
    internal void NoteChange(string storeKey)
    {
        if (_byStoreKey.TryGetValue(storeKey, out KnownSession? known))
        {
            known.Session?.NoteChange();
        }
    }

    private void LetCount()
    {
        var count = new SessionCount(
            () => All().Count(static known => known is { IsHeld: true, Session: not null }),
            () => All().Count(static known => known.Session?.IsDirty == true));
        if (Interlocked.CompareExchange(ref _counted, count, null) is null)
        {
            count.Register();
        }
    }

    private void Sweep(DateTimeOffset now)
    {
        long swept = Volatile.Read(ref _sweptTicks);
        bool isFull = Volatile.Read(ref _count) > settings.MostInMemory;
        if ((!isFull && now.UtcTicks - swept < SweepPause.Ticks) || Interlocked.CompareExchange(ref _sweptTicks, now.UtcTicks, swept) != swept)
        {
            return;
        }

        long longest = settings.Store is null ? settings.IdleTimeout.Ticks : settings.IdleInMemory.Ticks;
        foreach (KnownSession idle in All().Where(known => known.Session is null || now.UtcTicks - known.LastUsedTicks >= longest))
        {
            Leave(idle);
        }

        // An eighth at once, so that a full memory is not swept at each sign-in.
        int tooMany = Volatile.Read(ref _count) - settings.MostInMemory;
        if (tooMany > 0)
        {
            foreach (KnownSession oldest in All().OrderBy(static known => known.LastUsedTicks).Take(tooMany + (settings.MostInMemory / 8)).ToArray())
            {
                Leave(oldest);
            }
        }
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
            Remove(known);
            session.Dispose();
            onEnded(known, time.GetUtcNow().UtcTicks - known.LastUsedTicks >= settings.IdleTimeout.Ticks ? SessionEnd.Expired : SessionEnd.Evicted, null);
        }
        else if (!session.IsDirty)
        {
            known.LetGo();
        }
    }
}
