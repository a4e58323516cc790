using System.Collections.Concurrent;

namespace AuthCode;

/// <summary>The clients of all sessions that this process has served lately.</summary>
/// <param name="services">The services of the application, which outlive a request as the clients do.</param>
/// <param name="time">The clock.</param>
internal sealed class UserClients(IServiceProvider services, TimeProvider time)
{
    // As sessions leave the memory of a process.
    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(20);
    private static readonly TimeSpan SweepPause = TimeSpan.FromMinutes(1);
    private const int Most = 100_000;

    private readonly ConcurrentDictionary<SessionReference, SessionClients> _sessions = new();
    private long _sweptTicks;

    /// <summary>The services of the application.</summary>
    internal IServiceProvider Services => services;

    /// <summary>The clients of a session.</summary>
    internal SessionClients Of(SessionReference session, out DateTimeOffset now)
    {
        now = time.GetUtcNow();
        Sweep(now);
        return _sessions.GetOrAdd(session, static (added, services) => new SessionClients(services, added), services);
    }

    /// <summary>Forgets the clients of a session that has ended.</summary>
    internal void Drop(SessionReference session) => _sessions.TryRemove(session, out _);

    private void Sweep(DateTimeOffset now)
    {
        long swept = Volatile.Read(ref _sweptTicks);
        if (now.UtcTicks - swept < SweepPause.Ticks || Interlocked.CompareExchange(ref _sweptTicks, now.UtcTicks, swept) != swept)
        {
            return;
        }

        foreach ((SessionReference session, SessionClients clients) in _sessions)
        {
            if (now.UtcTicks - clients.LastUsedTicks >= Idle.Ticks)
            {
                _sessions.TryRemove(KeyValuePair.Create(session, clients));
            }
        }

        int tooMany = _sessions.Count - Most;
        if (tooMany > 0)
        {
            foreach (KeyValuePair<SessionReference, SessionClients> oldest in _sessions.ToArray().OrderBy(static entry => entry.Value.LastUsedTicks).Take(tooMany + (Most / 8)).ToArray())
            {
                _sessions.TryRemove(oldest);
            }
        }
    }
}
