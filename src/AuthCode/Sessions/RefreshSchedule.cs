namespace AuthCode;

/// <summary>When a valid token that should be renewed is looked at again.</summary>
internal static class RefreshSchedule
{
    /// <summary>
    /// After an attempt has begun or failed. Callers see it as their token's RefreshOn: Azure.Core asks again at each request for
    /// one that lies in the past.
    /// </summary>
    internal static readonly TimeSpan EarlyRefreshPause = TimeSpan.FromSeconds(30);

    internal static void Pause(CachedToken? valid, DateTimeOffset now)
    {
        // One that is renewed before it is due is not due any sooner when that fails.
        DateTimeOffset next = now.SaturatingAdd(EarlyRefreshPause);
        if (valid?.IsDue(next) == true)
        {
            valid.Postpone(next);
        }
    }
}
