namespace AuthCode;

/// <summary>A token under its key, and the next entry of the same hash. Entries do not change, so a look-up needs no lock.</summary>
internal sealed class TokenEntry(in TokenCacheKey key, CachedToken token, TokenEntry? next)
{
    internal readonly TokenCacheKey Key = key;

    internal readonly CachedToken Token = token;

    internal readonly TokenEntry? Next = next;

    /// <summary>This entry and those behind it.</summary>
    internal IEnumerable<TokenEntry> Chain()
    {
        for (TokenEntry? entry = this; entry is not null; entry = entry.Next)
        {
            yield return entry;
        }
    }

    /// <summary>The chain without a key; <see langword="null"/> if nothing is left.</summary>
    internal TokenEntry? Without(in TokenCacheKey removed, out bool isFound)
    {
        if (Key.Equals(removed))
        {
            isFound = true;
            return Next;
        }

        isFound = false;
        TokenEntry? rest = Next?.Without(removed, out isFound);
        return isFound ? new TokenEntry(Key, Token, rest) : this;
    }
}
