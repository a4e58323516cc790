using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace AuthCode;

/// <summary>Which sessions in memory a notice of the store is about: the one of the entry that has changed, or all of an account.</summary>
internal sealed class SessionNotices
{
    private readonly ConcurrentDictionary<string, ImmutableArray<KnownSession>> _sessions = new(StringComparer.Ordinal);

    private long _count;

    /// <summary>How many notices have come, whatever they were about.</summary>
    internal long Count => Volatile.Read(ref _count);

    internal void Add(KnownSession known)
    {
        foreach (string storeKey in known.StoreKeys)
        {
            _sessions.AddOrUpdate(
                storeKey,
                static (_, added) => [added],
                static (_, others, added) => others.Contains(added) ? others : others.Add(added),
                known);
        }
    }

    internal void Remove(KnownSession known)
    {
        foreach (string storeKey in known.StoreKeys)
        {
            bool isRemoved = false;
            while (!isRemoved && _sessions.TryGetValue(storeKey, out ImmutableArray<KnownSession> sessions))
            {
                ImmutableArray<KnownSession> others = sessions.Remove(known);
                isRemoved = others.IsEmpty
                    ? _sessions.TryRemove(KeyValuePair.Create(storeKey, sessions))
                    : _sessions.TryUpdate(storeKey, others, sessions);
            }
        }
    }

    /// <summary>Notes that another instance has changed an entry of the store. A hint: it throws nothing and waits for nothing.</summary>
    internal void NoteChange(string storeKey)
    {
        Interlocked.Increment(ref _count);
        foreach (KnownSession known in _sessions.GetValueOrDefault(storeKey, []))
        {
            known.Session?.NoteChange();
        }
    }
}
