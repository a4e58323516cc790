using System.Collections.Concurrent;

namespace AuthCode;

/// <summary>Tokens by their keys: one writer at a time, and readers that take no lock.</summary>
/// <remarks>
/// Implementation note: the last entry that was set is found without a hash, and most sessions have one entry only, so the dictionary
/// is created for the second key. It is keyed on hashes, with a chain of the entries of one hash, because a dictionary over a struct
/// of our own is some forty methods to compile before the first token. A structure, which must not be copied, makes one object less of
/// each session.
/// </remarks>
internal struct TokenEntries
{
    private volatile ConcurrentDictionary<int, TokenEntry>? _chains;

    // All that there is while there is no dictionary.
    private volatile TokenEntry? _newest;

    internal volatile int Count;

    internal TokenEntry? Find(in TokenCacheKey key)
    {
        if (_newest is { } newest && newest.Key.Equals(key))
        {
            return newest;
        }

        TokenEntry? entry = null;
        _chains?.TryGetValue(key.GetHashCode(), out entry);
        while (entry is not null && !entry.Key.Equals(key))
        {
            entry = entry.Next;
        }

        return entry;
    }

    /// <summary>Sets a key's token in one step: a reader finds the old token or the new one.</summary>
    internal void Set(in TokenCacheKey key, CachedToken token)
    {
        TokenEntry? newest = _newest;
        bool isReplaced = newest is not null && newest.Key.Equals(key);
        if (_chains is not null || (newest is not null && !isReplaced))
        {
            ConcurrentDictionary<int, TokenEntry> chains = _chains ?? ChainsWith(newest!);
            int hash = key.GetHashCode();
            TokenEntry? others = chains.TryGetValue(hash, out TokenEntry? chain) ? chain.Without(key, out isReplaced) : null;
            chains[hash] = new TokenEntry(key, token, others);
        }

        _newest = new TokenEntry(key, token, next: null);
        Count += isReplaced ? 0 : 1;
    }

    internal void Remove(in TokenCacheKey key)
    {
        bool isFound = _newest is { } newest && newest.Key.Equals(key);
        if (_chains is { } chains)
        {
            int hash = key.GetHashCode();
            isFound = false;
            if (chains.TryGetValue(hash, out TokenEntry? chain) && chain.Without(key, out isFound) is { } others)
            {
                chains[hash] = others;
            }
            else
            {
                chains.TryRemove(hash, out _);
            }
        }

        if (_newest is { } last && last.Key.Equals(key))
        {
            _newest = null;
        }

        Count -= isFound ? 1 : 0;
    }

    internal void Clear()
    {
        _newest = null;
        _chains?.Clear();
        Count = 0;
    }

    /// <summary>All entries; entries may be removed meanwhile.</summary>
    internal IEnumerable<TokenEntry> All()
    {
        if (_chains is { } chains)
        {
            return chains.SelectMany(static chain => chain.Value.Chain());
        }

        return _newest is { } only ? [only] : [];
    }

    private ConcurrentDictionary<int, TokenEntry> ChainsWith(TokenEntry only)
    {
        var chains = new ConcurrentDictionary<int, TokenEntry>(concurrencyLevel: 1, capacity: 4) { [only.Key.GetHashCode()] = only };
        _chains = chains;
        return chains;
    }
}
