using System.Collections.Concurrent;

namespace AuthCode.Extensions.Tests;

/// <summary>A session store in memory that can be looked into, and can fail.</summary>
internal sealed class WatchedStore : ISessionStore
{
    private readonly object _gate = new();
    private readonly Dictionary<string, StoredSession> _entries = new(StringComparer.Ordinal);

    /// <summary>What is thrown instead of an operation, by its name.</summary>
    internal ConcurrentDictionary<string, Exception> Failures { get; } = new();

    internal StoredSession LastWrite { get; private set; }

    /// <summary>Whether reading returns something else than what was written.</summary>
    internal bool ReadsOtherBytes { get; set; }

    internal IReadOnlyList<StoredSession> Entries
    {
        get
        {
            lock (_gate)
            {
                return [.. _entries.Values];
            }
        }
    }

    public ValueTask<StoredSession?> ReadAsync(string key, CancellationToken cancellationToken = default)
    {
        ThrowIf("read");
        lock (_gate)
        {
            return ValueTask.FromResult<StoredSession?>(!_entries.TryGetValue(key, out StoredSession found) ? null
                : ReadsOtherBytes ? found with { Data = new byte[] { 1 } } : found);
        }
    }

    public ValueTask<bool> TryWriteAsync(string key, StoredSession session, long expectedVersion, CancellationToken cancellationToken = default)
    {
        ThrowIf("write");
        lock (_gate)
        {
            bool exists = _entries.TryGetValue(key, out StoredSession stored);
            if (exists ? stored.IsEnded || stored.Version != expectedVersion : expectedVersion != 0)
            {
                return ValueTask.FromResult(false);
            }

            LastWrite = _entries[key] = session with { Data = session.Data.ToArray() };
            return ValueTask.FromResult(true);
        }
    }

    public ValueTask EndAsync(string key, DateTimeOffset until, CancellationToken cancellationToken = default)
    {
        ThrowIf("end");
        lock (_gate)
        {
            _entries[key] = new StoredSession(ReadOnlyMemory<byte>.Empty, _entries.TryGetValue(key, out StoredSession stored) ? stored.Version + 1 : 1, until);
        }

        return ValueTask.CompletedTask;
    }

    private void ThrowIf(string operation)
    {
        if (Failures.TryGetValue(operation, out Exception? failure))
        {
            throw failure;
        }
    }
}
