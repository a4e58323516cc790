using System.Diagnostics;
using Azure.Core;

namespace AuthCode;

/// <summary>An access token with what it may be used for and until when.</summary>
[DebuggerDisplay("{ToString(),nq}")]
internal sealed class CachedToken
{
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly string _token;

    // Less is the drift of two clocks.
    private static readonly TimeSpan LeastSetBack = TimeSpan.FromSeconds(1);

    private readonly string _type;
    private readonly TimeSpan _life;
    private readonly long _requestedTimestamp;

    // When the monotonic clock was read last; a write that is lost costs another look.
    private long _checkedOnTicks;

    // Written by whoever renews or fails to; read without a lock by every caller.
    private long _dueOnTicks;

    // Moved back when the wall clock is: what callers are shown is never later than the end by the monotonic clock.
    private long _expiresOnTicks;

    /// <param name="token">The token.</param>
    /// <param name="granted">The scopes that it was granted.</param>
    /// <param name="lifetime">Its life.</param>
    /// <param name="type">Its kind, as the scheme of an Authorization header has it.</param>
    /// <param name="requestedOn">When it was asked for: its life began no earlier.</param>
    /// <param name="requestedTimestamp">The same instant on the monotonic clock.</param>
    internal CachedToken(string token, ScopeSet granted, TokenLifetime lifetime, string type, DateTimeOffset requestedOn, long requestedTimestamp)
    {
        _token = token;
        _type = type;
        Granted = granted;
        _life = lifetime.Life;
        _requestedTimestamp = requestedTimestamp;
        _expiresOnTicks = requestedOn.SaturatingAdd(lifetime.Life).UtcTicks;
        _dueOnTicks = requestedOn.SaturatingAdd(lifetime.DueAfter).UtcTicks;
    }

    /// <summary>A token of an earlier process, whose monotonic clock says nothing here: what is left of its life counts from now.</summary>
    internal static CachedToken Resume(AccessToken token, ScopeSet granted, DateTimeOffset now, long timestamp)
    {
        TimeSpan left = token.ExpiresOn - now;
        TimeSpan untilDue = (token.RefreshOn ?? token.ExpiresOn) - now;
        var lifetime = new TokenLifetime(left, untilDue < TimeSpan.Zero ? TimeSpan.Zero : untilDue);
        return new CachedToken(token.Token, granted, lifetime, token.TokenType, now, timestamp) { IsOfAnotherInstance = true };
    }

    internal readonly ScopeSet Granted;

    /// <summary>Whether another instance has acquired it, or an earlier process.</summary>
    internal bool IsOfAnotherInstance { get; private init; }

    internal DateTimeOffset ExpiresOn => new(Volatile.Read(ref _expiresOnTicks), TimeSpan.Zero);

    internal DateTimeOffset DueOn => new(Math.Max(0, Volatile.Read(ref _dueOnTicks)), TimeSpan.Zero);

    /// <summary>When it was requested; for a token of an earlier process, when it was read.</summary>
    internal DateTimeOffset RequestedOn => ExpiresOn - _life;

    /// <summary>Whether it ends within a period, or is due; never in the first half of its life.</summary>
    internal bool EndsWithin(TimeSpan period, DateTimeOffset now) => IsDue(now) || ExpiresOn - now <= (period < _life / 2 ? period : _life / 2);

    /// <summary>Whether the token can be handed out as it is: valid, and not due.</summary>
    /// <remarks>Implementation note: reading a clock is most of what a hit costs, so the second clock is read once a second, and when the first goes back.</remarks>
    internal bool IsFresh(TimeProvider time, DateTimeOffset now)
    {
        long ticks = now.UtcTicks;
        if (ticks >= Volatile.Read(ref _dueOnTicks))
        {
            return false;
        }

        if ((ulong)(ticks - Volatile.Read(ref _checkedOnTicks)) < TimeSpan.TicksPerSecond)
        {
            return true;
        }

        bool valid = IsValid(time, now);
        if (valid)
        {
            Volatile.Write(ref _checkedOnTicks, ticks);
        }

        return valid;
    }

    /// <summary>Whether the token still works: by the wall clock, and by the monotonic clock, which a set-back wall clock does not touch.</summary>
    internal bool IsValid(TimeProvider time, DateTimeOffset now)
    {
        TimeSpan left = _life - time.GetElapsedTime(_requestedTimestamp);
        if (now >= ExpiresOn || left <= TimeSpan.Zero)
        {
            return false;
        }

        if (ExpiresOn - now - left > LeastSetBack)
        {
            FollowSetBack(now.SaturatingAdd(left).UtcTicks);
        }

        return true;
    }

    // Of callers that see it at once, one moves the times.
    private void FollowSetBack(long expiresOnTicks)
    {
        long before = Volatile.Read(ref _expiresOnTicks);
        if (expiresOnTicks < before && Interlocked.CompareExchange(ref _expiresOnTicks, expiresOnTicks, before) == before)
        {
            Interlocked.Add(ref _dueOnTicks, expiresOnTicks - before);
        }
    }

    /// <summary>Whether the token should be renewed, while it still works.</summary>
    internal bool IsDue(DateTimeOffset now) => now.UtcTicks >= Volatile.Read(ref _dueOnTicks);

    /// <summary>Moves the next renewal, never beyond the token's end.</summary>
    internal void Postpone(DateTimeOffset nextAttempt) =>
        Volatile.Write(ref _dueOnTicks, Math.Min(nextAttempt.UtcTicks, Volatile.Read(ref _expiresOnTicks)));

    internal AccessToken ToAccessToken() => new(_token, ExpiresOn, DueOn, _type);

    public override string ToString() => $"token until {ExpiresOn:O}";
}
