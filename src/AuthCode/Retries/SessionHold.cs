namespace AuthCode;

/// <summary>How long one session sends nothing for a tenant, because the server told it so with 429. Guarded by the session's turn.</summary>
internal sealed class SessionHold(TimeProvider time)
{
    /// <summary>No server is believed beyond this: a wrong header must not shut a user out for a day.</summary>
    internal static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    // Made for the first refusal: most sessions meet none.
    private Dictionary<TenantId, (TokenErrorResponse Refusal, TimeSpan Wait, long Timestamp)>? _refusals;

    /// <summary>The refusal with what is left of its wait; <see langword="null"/> when requests are taken.</summary>
    internal TokenErrorResponse? Find(TenantId tenant)
    {
        if (_refusals is null || !_refusals.TryGetValue(tenant, out (TokenErrorResponse Refusal, TimeSpan Wait, long Timestamp) last))
        {
            return null;
        }

        TimeSpan left = last.Wait - time.GetElapsedTime(last.Timestamp);
        if (left > TimeSpan.Zero)
        {
            return new TokenErrorResponse(last.Refusal.StatusCode) { Error = last.Refusal.Error, ErrorDescription = last.Refusal.ErrorDescription, RetryAfter = left };
        }

        _refusals.Remove(tenant);
        return null;
    }

    internal void Note(TenantId tenant, TokenErrorResponse refusal, TimeSpan wait) =>
        (_refusals ??= [])[tenant] = (refusal, wait < Longest ? wait : Longest, time.GetTimestamp());
}
