using System.Collections.Concurrent;
using AuthCode.Testing.Stores;

namespace AuthCode.Testing;

/// <summary>A session store with faults, to show what a service does when its store is slow, down, empty or wrong.</summary>
/// <remarks>
/// Without a fault, all operations are those of the store that it wraps. Faults can be set from any thread, also while operations are in
/// progress. It tells no changes (<see cref="ISessionStoreChanges"/>), whatever the other store does.
/// </remarks>
/// <param name="store">The store; <see langword="null"/> for one in memory, which instances of a service in one test share by sharing this instance.</param>
/// <param name="timeProvider">The clock of <see cref="Delay"/>; <see langword="null"/> for the system's.</param>
public sealed class FaultySessionStore(ISessionStore? store = null, TimeProvider? timeProvider = null) : ISessionStore
{
    private readonly ISessionStore _store = store ?? new MemorySessionStore();
    private readonly TimeProvider _time = timeProvider ?? TimeProvider.System;

    // What was stored before the last write of a key.
    private readonly ConcurrentDictionary<string, StoredSession?> _previous = new(StringComparer.Ordinal);

    private volatile bool _isDown;
    private volatile bool _readsAreStale;
    private long _delayTicks;
    private int _evictions;
    private int _failures;
    private int _dropped;
    private int _lost;
    private int _reads;
    private int _writes;

    /// <summary>Gets or sets how long each operation takes before it begins.</summary>
    /// <value>Default: zero. A client waits for its store for <see cref="UserSessionOptions.StoreTimeout"/>.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public TimeSpan Delay
    {
        get => TimeSpan.FromTicks(Volatile.Read(ref _delayTicks));
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
            Volatile.Write(ref _delayTicks, value.Ticks);
        }
    }

    /// <summary>Gets or sets whether the store is down: each operation throws an <see cref="IOException"/>.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    /// <remarks>After a failure, a client leaves its store alone for a second.</remarks>
    public bool IsDown
    {
        get => _isDown;
        set => _isDown = value;
    }

    /// <summary>Gets or sets whether reads are stale: each returns what was stored before the last write of its key, as a replica that lags behind does.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool ReadsAreStale
    {
        get => _readsAreStale;
        set => _readsAreStale = value;
    }

    /// <summary>Gets how many reads the store was asked for, including those that failed.</summary>
    public int Reads => Volatile.Read(ref _reads);

    /// <summary>Gets how many writes and ends the store was asked for, including those that failed.</summary>
    public int Writes => Volatile.Read(ref _writes);

    /// <summary>Lets the next operation throw an <see cref="IOException"/>. Calls add up.</summary>
    public void FailNext() => Interlocked.Increment(ref _failures);

    /// <summary>Lets the next write, or end, be confirmed and not take place. Calls add up.</summary>
    public void DropNextWrite() => Interlocked.Increment(ref _dropped);

    /// <summary>Lets the next write, or end, take place and throw an <see cref="IOException"/>: its response is lost. Calls add up.</summary>
    public void LoseNextResponse() => Interlocked.Increment(ref _lost);

    /// <summary>Removes all entries, also the marks of sessions that have ended, as a cache does that was flushed.</summary>
    public void Evict() => Interlocked.Increment(ref _evictions);

    /// <inheritdoc />
    public async ValueTask<StoredSession?> ReadAsync(string key, CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref _reads);
        await BeginAsync(cancellationToken).ConfigureAwait(false);
        string current = Current(key);
        return ReadsAreStale && _previous.TryGetValue(current, out StoredSession? previous)
            ? previous
            : await _store.ReadAsync(current, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask<bool> TryWriteAsync(string key, StoredSession session, long expectedVersion, CancellationToken cancellationToken = default)
    {
        bool isWritten = true;
        await ChangeAsync(key, async current => isWritten = await _store.TryWriteAsync(current, session, expectedVersion, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        return isWritten;
    }

    /// <inheritdoc />
    public async ValueTask EndAsync(string key, DateTimeOffset until, CancellationToken cancellationToken = default) => await ChangeAsync(
        key,
        async current =>
        {
            await _store.EndAsync(current, until, cancellationToken).ConfigureAwait(false);
            return true;
        },
        cancellationToken).ConfigureAwait(false);

    private async Task ChangeAsync(string key, Func<string, Task<bool>> change, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _writes);
        await BeginAsync(cancellationToken).ConfigureAwait(false);
        if (TryTake(ref _dropped))
        {
            return;
        }

        string current = Current(key);
        StoredSession? before = await _store.ReadAsync(current, cancellationToken).ConfigureAwait(false);
        if (await change(current).ConfigureAwait(false))
        {
            _previous[current] = before is { } stored ? stored with { Data = stored.Data.ToArray() } : null;
        }

        if (TryTake(ref _lost))
        {
            throw new IOException("FaultySessionStore: the response of the store was lost.");
        }
    }

    private async Task BeginAsync(CancellationToken cancellationToken)
    {
        if (Delay is { Ticks: > 0 } delay)
        {
            await Task.Delay(delay, _time, cancellationToken).ConfigureAwait(false);
        }

        if (TryTake(ref _failures) || IsDown)
        {
            throw new IOException("FaultySessionStore: the store is down.");
        }
    }

    // What was stored under other names is out of reach: a store need not be able to remove anything.
    private string Current(string key) => Volatile.Read(ref _evictions) is > 0 and var evictions ? $"{key}-{evictions}" : key;

    private static bool TryTake(ref int count)
    {
        int left = Volatile.Read(ref count);
        while (left > 0)
        {
            int seen = Interlocked.CompareExchange(ref count, left - 1, left);
            if (seen == left)
            {
                return true;
            }

            left = seen;
        }

        return false;
    }
}
