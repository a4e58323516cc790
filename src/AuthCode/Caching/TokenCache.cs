namespace AuthCode;

/// <summary>The access tokens of one session, in memory and bounded. A look-up takes no lock.</summary>
/// <remarks>One writer at a time, which the session ensures.</remarks>
internal sealed class TokenCache(TimeProvider time)
{
    /// <summary>A session with more keys than this forgets the eighth of them that expires first.</summary>
    internal const int MostEntries = 2048;

    // Up to here, looking at all of them costs nothing beside the request that brought the new one.
    private const int FewEntries = 64;

    private static readonly TimeSpan SweepPause = TimeSpan.FromMinutes(1);

    private TokenEntries _entries;

    private long _nextSweepTicks;

    internal int Count => _entries.Count;

    /// <summary>How many tokens have been stored so far: while it is the same, a look-up that found nothing would find nothing again.</summary>
    internal volatile int Stores;

    /// <summary>The token that was acquired for this very request, if it is neither due nor expired.</summary>
    internal CachedToken? FindFresh(in TokenCacheKey key, DateTimeOffset now) =>
        _entries.Find(key) is { } entry && entry.Token.IsFresh(time, now) ? entry.Token : null;

    /// <summary>The best valid token for a request: the request's own unless it is due and another that covers it is not.</summary>
    internal CachedToken? Find(in TokenCacheKey key, DateTimeOffset now)
    {
        CachedToken? own = _entries.Find(key)?.Token is { } exact && exact.IsValid(time, now) ? exact : null;
        if (own is not null && !own.IsDue(now))
        {
            return own;
        }

        CachedToken? covering = FindCovering(key, now);
        return own is null || covering?.IsDue(now) == false ? covering ?? own : own;
    }

    /// <summary>Keeps a token; one that was acquired for a claims challenge takes the place of those that the server has just called no longer good.</summary>
    /// <param name="key">What the token was requested with.</param>
    /// <param name="token">The token.</param>
    /// <param name="now">The time.</param>
    /// <param name="isRevocation">Whether the claims say that whatever was issued before is no longer good (<c>nbf</c>), and not only that it is not enough.</param>
    internal void Store(in TokenCacheKey key, CachedToken token, DateTimeOffset now, bool isRevocation = false)
    {
        // The wall clock may have been set back since the token was requested; nobody is to be shown that end.
        token.IsValid(time, now);
        MakeRoom(now);
        if (key.Claims is not null)
        {
            RemoveTouched(key, token.Granted, isRevocation);
            _entries.Set(key.Plain, token);
        }

        _entries.Set(key, token);
        Stores++;
    }

    /// <summary>Keeps a token of an earlier process, beside the others.</summary>
    internal void Restore(in TokenCacheKey key, CachedToken token) => _entries.Set(key, token);

    /// <summary>The valid tokens, each with what it was requested with.</summary>
    internal IReadOnlyList<(TokenCacheKey Key, CachedToken Token)> ValidAt(DateTimeOffset now) =>
        [.. _entries.All().Where(entry => entry.Token.IsValid(time, now)).Select(static entry => (entry.Key, entry.Token))];

    internal void Clear() => _entries.Clear();

    private CachedToken? FindCovering(in TokenCacheKey key, DateTimeOffset now)
    {
        CachedToken? best = null;
        if (_entries.Count == 0)
        {
            return best;
        }

        foreach (TokenEntry entry in _entries.All())
        {
            if (entry.Key.IsSameSlotAs(key) && key.Scopes.IsCoveredBy(entry.Token.Granted) && entry.Token.IsValid(time, now)
                && (best is null || entry.Token.DueOn > best.DueOn))
            {
                best = entry.Token;
            }
        }

        return best;
    }

    // In either CAE slot: the challenge said that what was issued before is not enough, or no longer good. A token that was issued for
    // other claims may still be what another caller needs.
    // By what was requested and by what was granted, since Entra ID grants a request for .default the scopes behind it.
    private void RemoveTouched(TokenCacheKey key, ScopeSet granted, bool isRevocation)
    {
        foreach (TokenEntry entry in _entries.All())
        {
            ScopeSet others = entry.Token.Granted;
            bool touched = key.Scopes.Touches(entry.Key.Scopes) || key.Scopes.Touches(others) || granted.Touches(others);
            if (touched && (isRevocation || entry.Key.Claims is null) && entry.Key.Tenant.Equals(key.Tenant))
            {
                _entries.Remove(entry.Key);
            }
        }
    }

    private void MakeRoom(DateTimeOffset now)
    {
        if (_entries.Count > 0 && (_entries.Count <= FewEntries || now.UtcTicks >= _nextSweepTicks))
        {
            _nextSweepTicks = now.SaturatingAdd(SweepPause).UtcTicks;
            RemoveExpired(now);
        }

        if (_entries.Count >= MostEntries)
        {
            foreach (TokenEntry first in _entries.All().OrderBy(static entry => entry.Token.ExpiresOn).Take(MostEntries / 8).ToArray())
            {
                _entries.Remove(first.Key);
            }
        }
    }

    private void RemoveExpired(DateTimeOffset now)
    {
        foreach (TokenEntry entry in _entries.All())
        {
            if (!entry.Token.IsValid(time, now))
            {
                _entries.Remove(entry.Key);
            }
        }
    }
}
