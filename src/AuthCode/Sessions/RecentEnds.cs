using System.Collections.Concurrent;

namespace AuthCode;

/// <summary>What was ended lately in a process without a store, for sign-ins that were under way: bounded in number and time.</summary>
internal sealed class RecentEnds
{
    // Some minutes of sign-outs at a rate that no server has.
    private const int Most = 10_000;

    private readonly ConcurrentDictionary<string, DateTimeOffset> _ends = new(StringComparer.Ordinal);

    internal void Note(string ended, DateTimeOffset now)
    {
        if (_ends.Count >= Most)
        {
            // Sorting the dictionary itself would copy it while others change it.
            KeyValuePair<string, DateTimeOffset>[] ends = _ends.ToArray();
            foreach ((string oldest, _) in ends.OrderBy(static entry => entry.Value).Take(Most / 8).Concat(ends.Where(entry => now - entry.Value >= ServerSessionEntry.EndIsKnownFor)))
            {
                _ends.TryRemove(oldest, out _);
            }
        }

        _ends[ended] = now;
    }

    /// <summary>Whether something was ended since an instant.</summary>
    internal bool HasEndedSince(string ended, DateTimeOffset instant) => _ends.TryGetValue(ended, out DateTimeOffset on) && on > instant;
}
