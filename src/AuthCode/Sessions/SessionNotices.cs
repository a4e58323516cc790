namespace AuthCode;

/// <summary>Which sessions in memory a notice of the store is about: the one of the entry that has changed, or all of an account.</summary>
internal sealed class SessionNotices
{
    private readonly SessionIndex _sessions = new();

    private long _count;

    /// <summary>How many notices have come, whatever they were about.</summary>
    internal long Count => Volatile.Read(ref _count);

    internal void Add(KnownSession known)
    {
        foreach (string storeKey in known.StoreKeys)
        {
            _sessions.Add(storeKey, known);
        }
    }

    internal void Remove(KnownSession known)
    {
        foreach (string storeKey in known.StoreKeys)
        {
            _sessions.Remove(storeKey, known);
        }
    }

    /// <summary>Notes that another instance has changed an entry of the store. A hint: it throws nothing and waits for nothing.</summary>
    internal void NoteChange(string storeKey)
    {
        Interlocked.Increment(ref _count);
        foreach (KnownSession known in _sessions.Find(storeKey))
        {
            known.Session?.NoteChange();
        }
    }
}
