using System.Collections.Concurrent;

namespace AuthCode;

/// <summary>The access tokens of one session, in memory and bounded. A look-up takes no lock.</summary>
internal sealed class TokenCache(TimeProvider time)
{
    /// <summary>A session with more keys than this forgets the eighth of them that expires first.</summary>
    internal const int MostEntries = 2048;

    // Up to here, looking at all of them costs nothing beside the request that brought the new one.
    private const int FewEntries = 64;

    private static readonly TimeSpan SweepPause = TimeSpan.FromMinutes(1);

    private DateTimeOffset _nextSweep = DateTimeOffset.MinValue;

    // The last entry to be stored: the only one of most sessions, and found without a hash.
    private volatile Entry? _newest;

    // One writer at a time, which the session sees to.
    private readonly ConcurrentDictionary<TokenCacheKey, CachedToken> _tokens = new(concurrencyLevel: 1, capacity: 1);

    internal int Count => _tokens.Count;

    /// <summary>The token that was got for this very request, when it is neither due nor expired.</summary>
    internal CachedToken? FindFresh(in TokenCacheKey key, DateTimeOffset now)
    {
        CachedToken? token = _newest is { } newest && newest.Key == key ? newest.Token
            : _tokens.TryGetValue(key, out CachedToken? other) ? other
            : null;
        return token?.IsFresh(time, now) == true ? token : null;
    }

    /// <summary>The best valid token for a request: the request's own unless it is due and another that covers it is not.</summary>
    internal CachedToken? Find(in TokenCacheKey key, DateTimeOffset now)
    {
        CachedToken? own = _tokens.TryGetValue(key, out CachedToken? exact) && exact.IsValid(time, now) ? exact : null;
        if (own is not null && !own.IsDue(now))
        {
            return own;
        }

        CachedToken? covering = FindCovering(key, now);
        return own is null || covering?.IsDue(now) == false ? covering ?? own : own;
    }

    /// <summary>Keeps a token; one that was got for a claims challenge takes the place of those that the server has just called no longer good.</summary>
    internal void Store(in TokenCacheKey key, CachedToken token, DateTimeOffset now)
    {
        // Gone before what it may hold is removed, and set again when all is in its place.
        _newest = null;
        MakeRoom(now);
        if (key.Claims is not null)
        {
            RemoveTouched(key, token.Granted);
            _tokens[key.Plain] = token;
        }

        _tokens[key] = token;
        _newest = new Entry(key, token);
    }

    internal void Clear()
    {
        _newest = null;
        _tokens.Clear();
    }

    private CachedToken? FindCovering(in TokenCacheKey key, DateTimeOffset now)
    {
        CachedToken? best = null;
        foreach ((TokenCacheKey other, CachedToken token) in _tokens)
        {
            if (other.IsSameSlotAs(key) && key.Scopes.IsCoveredBy(token.Granted) && token.IsValid(time, now)
                && (best is null || token.DueOn > best.DueOn))
            {
                best = token;
            }
        }

        return best;
    }

    // In either CAE slot and with whatever claims: the challenge said that what was issued before is no longer good.
    // By what was asked and by what was granted, since Entra answers a request for .default with the scopes behind it.
    private void RemoveTouched(TokenCacheKey key, ScopeSet granted)
    {
        foreach ((TokenCacheKey other, CachedToken token) in _tokens)
        {
            bool touched = key.Scopes.Touches(other.Scopes) || key.Scopes.Touches(token.Granted) || granted.Touches(token.Granted);
            if (touched && other.Tenant == key.Tenant)
            {
                _tokens.TryRemove(other, out _);
            }
        }
    }

    private void MakeRoom(DateTimeOffset now)
    {
        if (_tokens.Count <= FewEntries || now >= _nextSweep)
        {
            _nextSweep = now + SweepPause;
            RemoveExpired(now);
        }

        if (_tokens.Count >= MostEntries)
        {
            foreach (TokenCacheKey first in _tokens.OrderBy(static entry => entry.Value.ExpiresOn).Take(MostEntries / 8).Select(static entry => entry.Key).ToArray())
            {
                _tokens.TryRemove(first, out _);
            }
        }
    }

    private void RemoveExpired(DateTimeOffset now)
    {
        foreach ((TokenCacheKey key, CachedToken token) in _tokens)
        {
            if (!token.IsValid(time, now))
            {
                _tokens.TryRemove(key, out _);
            }
        }
    }

    private sealed record Entry(TokenCacheKey Key, CachedToken Token);
}
