using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace AuthCode;

/// <summary>Sessions in memory by something that several of them can have in common.</summary>
internal sealed class SessionIndex
{
    private readonly ConcurrentDictionary<string, ImmutableArray<KnownSession>> _sessions = new(StringComparer.Ordinal);

    internal void Add(string by, KnownSession known) => _sessions.AddOrUpdate(
        by,
        static (_, added) => [added],
        static (_, others, added) => others.Contains(added) ? others : others.Add(added),
        known);

    internal void Remove(string by, KnownSession known)
    {
        bool isRemoved = false;
        while (!isRemoved && _sessions.TryGetValue(by, out ImmutableArray<KnownSession> sessions))
        {
            ImmutableArray<KnownSession> others = sessions.Remove(known);
            isRemoved = others.IsEmpty
                ? _sessions.TryRemove(KeyValuePair.Create(by, sessions))
                : _sessions.TryUpdate(by, others, sessions);
        }
    }

    internal ImmutableArray<KnownSession> Find(string by) => _sessions.GetValueOrDefault(by, []);
}
