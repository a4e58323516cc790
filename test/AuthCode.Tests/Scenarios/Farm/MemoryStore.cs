using System.Collections.Concurrent;

namespace AuthCode.Tests.Scenarios.Farm;

/// <summary>A session store in memory, which tests can stop, slow down, empty and look into.</summary>
internal sealed class MemoryStore : ISessionStore, ISessionStoreChanges
{
    private readonly object _gate = new();
    private readonly Dictionary<string, StoredSession> _entries = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Action<string>, bool> _subscribers = new();

    internal bool IsDown { get; set; }

    /// <summary>Called before an operation, with its name; it can wait, throw, or count.</summary>
    internal Func<string, Task>? Before { get; set; }

    /// <summary>Called with what has been read, before the reader has it.</summary>
    internal Func<Task>? AfterRead { get; set; }

    /// <summary>Whether a write takes place, and its caller is told that it failed: a response that is lost.</summary>
    internal bool LosesResponses { get; set; }

    /// <summary>Refuses to keep what has expired, as some caches do.</summary>
    internal TimeProvider? RefusesPast { get; set; }

    internal bool TellsChanges { get; set; }

    /// <summary>Whether it repeats a write that was new, and reports the outcome of the second one, as a client of a store that retries can.</summary>
    internal bool RepeatsWrites { get; set; }

    internal int Subscriptions => _subscribers.Count;

    internal int Reads { get; private set; }

    internal IReadOnlyDictionary<string, StoredSession> Entries
    {
        get
        {
            lock (_gate)
            {
                return new Dictionary<string, StoredSession>(_entries);
            }
        }
    }

    internal void Flush()
    {
        lock (_gate)
        {
            _entries.Clear();
        }
    }

    internal void Set(string key, StoredSession session)
    {
        lock (_gate)
        {
            _entries[key] = session;
        }
    }

    public async ValueTask<StoredSession?> ReadAsync(string key, CancellationToken cancellationToken = default)
    {
        await BeginAsync("read");
        StoredSession? found;
        lock (_gate)
        {
            Reads++;
            found = _entries.TryGetValue(key, out StoredSession session) ? session : null;
        }

        await (AfterRead?.Invoke() ?? Task.CompletedTask);
        return found;
    }

    public async ValueTask<bool> TryWriteAsync(string key, StoredSession session, long expectedVersion, CancellationToken cancellationToken = default)
    {
        await BeginAsync("write");
        RequireFuture(session.ExpiresOn);
        lock (_gate)
        {
            bool exists = _entries.TryGetValue(key, out StoredSession stored);
            if (exists ? stored.IsEnded || stored.Version != expectedVersion : expectedVersion != 0)
            {
                return false;
            }

            _entries[key] = session with { Data = session.Data.ToArray() };
        }

        Tell(key);
        if (RepeatsWrites && expectedVersion == 0 && !session.IsEnded)
        {
            return false;
        }

        return LosesResponses ? throw new IOException("the response of the store was lost") : true;
    }

    public async ValueTask EndAsync(string key, DateTimeOffset until, CancellationToken cancellationToken = default)
    {
        await BeginAsync("end");
        RequireFuture(until);
        lock (_gate)
        {
            _entries[key] = new StoredSession(ReadOnlyMemory<byte>.Empty, _entries.TryGetValue(key, out StoredSession stored) ? stored.Version + 1 : 1, until);
        }

        Tell(key);
    }

    public IDisposable Subscribe(Action<string> onChanged)
    {
        _subscribers[onChanged] = true;
        return new Subscription(() => _subscribers.TryRemove(onChanged, out _));
    }

    private async Task BeginAsync(string operation)
    {
        if (Before is { } before)
        {
            await before(operation);
        }

        if (IsDown)
        {
            throw new IOException("the store is down");
        }
    }

    private void RequireFuture(DateTimeOffset until)
    {
        if (RefusesPast is { } time && until <= time.GetUtcNow())
        {
            throw new ArgumentOutOfRangeException(nameof(until));
        }
    }

    private void Tell(string key)
    {
        foreach (Action<string> subscriber in TellsChanges ? _subscribers.Keys : [])
        {
            subscriber(key);
        }
    }

    private sealed class Subscription(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
