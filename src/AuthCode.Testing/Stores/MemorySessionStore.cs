namespace AuthCode.Testing.Stores;

/// <summary>A session store in the memory of the process, which forgets nothing by itself.</summary>
internal sealed class MemorySessionStore : ISessionStore
{
    private readonly object _gate = new();

    // Guarded by the gate.
    private readonly Dictionary<string, StoredSession> _entries = new(StringComparer.Ordinal);

    public ValueTask<StoredSession?> ReadAsync(string key, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            return ValueTask.FromResult<StoredSession?>(_entries.TryGetValue(key, out StoredSession stored) ? stored : null);
        }
    }

    public ValueTask<bool> TryWriteAsync(string key, StoredSession session, long expectedVersion, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            bool isAsExpected = _entries.TryGetValue(key, out StoredSession stored) ? !stored.IsEnded && stored.Version == expectedVersion : expectedVersion == 0;
            if (isAsExpected)
            {
                // The writer overwrites its bytes.
                _entries[key] = session with { Data = session.Data.ToArray() };
            }

            return ValueTask.FromResult(isAsExpected);
        }
    }

    public ValueTask EndAsync(string key, DateTimeOffset until, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            _entries[key] = new StoredSession(ReadOnlyMemory<byte>.Empty, _entries.TryGetValue(key, out StoredSession stored) ? stored.Version + 1 : 1, until);
            return ValueTask.CompletedTask;
        }
    }
}
