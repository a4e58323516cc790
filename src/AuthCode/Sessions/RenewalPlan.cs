namespace AuthCode;

/// <summary>Which sessions are renewed before a caller needs that.</summary>
/// <param name="Within">How soon a token ends that is renewed.</param>
/// <param name="KeepAliveBefore">After how long the server ends a refresh token that is not used; <see langword="null"/> if it does not.</param>
/// <param name="MaxConcurrency">How many sessions are renewed at once.</param>
internal sealed record RenewalPlan(TimeSpan Within, TimeSpan? KeepAliveBefore, int MaxConcurrency)
{
    /// <summary>Whether the refresh token would end unless it is used now.</summary>
    internal bool MustUseRefreshToken(DateTimeOffset usedOn, DateTimeOffset now) =>
        KeepAliveBefore is { } end && now - usedOn >= end - (Within < end / 2 ? Within : end / 2);
}
