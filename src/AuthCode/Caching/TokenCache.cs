using System.Collections.Concurrent;

namespace AuthCode;

/// <summary>The access tokens of one session, in memory and bounded. A look-up takes no lock.</summary>
/// <remarks>
/// One writer at a time, which the session sees to. Implementation note: the dictionary is keyed on hashes, with a chain of the
/// entries of one hash, because a dictionary over a struct of our own is some forty methods to compile before the first token.
/// </remarks>
internal sealed class TokenCache(TimeProvider time)
{
    /// <summary>A session with more keys than this forgets the eighth of them that expires first.</summary>
    internal const int MostEntries = 2048;

    // Up to here, looking at all of them costs nothing beside the request that brought the new one.
    private const int FewEntries = 64;

    private static readonly TimeSpan SweepPause = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<int, Entry> _chains = new(concurrencyLevel: 1, capacity: 1);

    // The last entry to be stored: the only one of most sessions, and found without a hash.
    private volatile Entry? _newest;

    // Written by the writer alone, as is _nextSweep.
    private volatile int _count;
    private volatile int _stores;

    private DateTimeOffset _nextSweep = DateTimeOffset.MinValue;

    internal int Count => _count;

    /// <summary>How many tokens have been stored so far: while it is the same, a look-up that found nothing would find nothing again.</summary>
    internal int Stores => _stores;

    /// <summary>The token that was acquired for this very request, if it is neither due nor expired.</summary>
    internal CachedToken? FindFresh(in TokenCacheKey key, DateTimeOffset now)
    {
        Entry? entry = _newest is { } newest && newest.Key.Equals(key) ? newest : FindExact(key);
        return entry?.Token.IsFresh(time, now) == true ? entry.Token : null;
    }

    /// <summary>The best valid token for a request: the request's own unless it is due and another that covers it is not.</summary>
    internal CachedToken? Find(in TokenCacheKey key, DateTimeOffset now)
    {
        CachedToken? own = FindExact(key)?.Token is { } exact && exact.IsValid(time, now) ? exact : null;
        if (own is not null && !own.IsDue(now))
        {
            return own;
        }

        CachedToken? covering = FindCovering(key, now);
        return own is null || covering?.IsDue(now) == false ? covering ?? own : own;
    }

    /// <summary>Keeps a token; one that was acquired for a claims challenge takes the place of those that the server has just called no longer good.</summary>
    internal void Store(in TokenCacheKey key, CachedToken token, DateTimeOffset now)
    {
        // Gone before what it may hold is removed, and set again when all is in its place.
        _newest = null;
        MakeRoom(now);
        if (key.Claims is not null)
        {
            RemoveTouched(key, token.Granted);
            Set(key.Plain, token);
        }

        Set(key, token);
        _newest = new Entry(key, token, next: null);
        _stores++;
    }

    /// <summary>Keeps a token of an earlier process, beside the others.</summary>
    internal void Restore(in TokenCacheKey key, CachedToken token)
    {
        Set(key, token);
        _newest = new Entry(key, token, next: null);
    }

    /// <summary>The valid tokens, each with what it was requested with.</summary>
    internal IReadOnlyList<(TokenCacheKey Key, CachedToken Token)> ValidAt(DateTimeOffset now) =>
        [.. Entries().Where(entry => entry.Token.IsValid(time, now)).Select(static entry => (entry.Key, entry.Token))];

    internal void Clear()
    {
        _newest = null;
        _chains.Clear();
        _count = 0;
    }

    private Entry? FindExact(in TokenCacheKey key)
    {
        _chains.TryGetValue(key.GetHashCode(), out Entry? entry);
        while (entry is not null && !entry.Key.Equals(key))
        {
            entry = entry.Next;
        }

        return entry;
    }

    private CachedToken? FindCovering(in TokenCacheKey key, DateTimeOffset now)
    {
        CachedToken? best = null;
        if (_count == 0)
        {
            return best;
        }

        foreach (Entry entry in Entries())
        {
            if (entry.Key.IsSameSlotAs(key) && key.Scopes.IsCoveredBy(entry.Token.Granted) && entry.Token.IsValid(time, now)
                && (best is null || entry.Token.DueOn > best.DueOn))
            {
                best = entry.Token;
            }
        }

        return best;
    }

    // In either CAE slot and with whatever claims: the challenge said that what was issued before is no longer good.
    // By what was requested and by what was granted, since Entra ID grants a request for .default the scopes behind it.
    private void RemoveTouched(TokenCacheKey key, ScopeSet granted)
    {
        foreach (Entry entry in Entries())
        {
            ScopeSet others = entry.Token.Granted;
            bool touched = key.Scopes.Touches(entry.Key.Scopes) || key.Scopes.Touches(others) || granted.Touches(others);
            if (touched && entry.Key.Tenant.Equals(key.Tenant))
            {
                Remove(entry.Key);
            }
        }
    }

    private void MakeRoom(DateTimeOffset now)
    {
        if (_count > 0 && (_count <= FewEntries || now >= _nextSweep))
        {
            _nextSweep = now + SweepPause;
            RemoveExpired(now);
        }

        if (_count >= MostEntries)
        {
            foreach (Entry first in Entries().OrderBy(static entry => entry.Token.ExpiresOn).Take(MostEntries / 8).ToArray())
            {
                Remove(first.Key);
            }
        }
    }

    private void RemoveExpired(DateTimeOffset now)
    {
        foreach (Entry entry in Entries())
        {
            if (!entry.Token.IsValid(time, now))
            {
                Remove(entry.Key);
            }
        }
    }

    // Replaced in one step: a look-up beside it finds the old token or the new one.
    private void Set(in TokenCacheKey key, CachedToken token)
    {
        int hash = key.GetHashCode();
        bool isReplaced = false;
        Entry? others = _chains.TryGetValue(hash, out Entry? chain) ? chain.Without(key, out isReplaced) : null;
        _chains[hash] = new Entry(key, token, others);
        _count += isReplaced ? 0 : 1;
    }

    private void Remove(in TokenCacheKey key)
    {
        int hash = key.GetHashCode();
        bool isFound = false;
        if (_chains.TryGetValue(hash, out Entry? chain) && chain.Without(key, out isFound) is { } others)
        {
            _chains[hash] = others;
        }
        else
        {
            _chains.TryRemove(hash, out _);
        }

        _count -= isFound ? 1 : 0;
    }

    private IEnumerable<Entry> Entries()
    {
        foreach (KeyValuePair<int, Entry> chain in _chains)
        {
            for (Entry? entry = chain.Value; entry is not null; entry = entry.Next)
            {
                yield return entry;
            }
        }
    }

    /// <summary>A token under its key, and the next entry of the same hash. Entries do not change, so a look-up needs no lock.</summary>
    private sealed class Entry(in TokenCacheKey key, CachedToken token, Entry? next)
    {
        internal readonly TokenCacheKey Key = key;

        internal readonly CachedToken Token = token;

        internal readonly Entry? Next = next;

        internal Entry? Without(in TokenCacheKey removed, out bool isFound)
        {
            if (Key.Equals(removed))
            {
                isFound = true;
                return Next;
            }

            isFound = false;
            Entry? rest = Next?.Without(removed, out isFound);
            return isFound ? new Entry(Key, Token, rest) : this;
        }
    }
}
