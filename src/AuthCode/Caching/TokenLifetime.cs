namespace AuthCode;

/// <summary>How long an access token lives, and when it is due for renewal.</summary>
internal readonly struct TokenLifetime(TimeSpan life, TimeSpan dueAfter)
{
    internal readonly TimeSpan Life = life;

    internal readonly TimeSpan DueAfter = dueAfter;

    /// <summary>For a response without a usable <c>expires_in</c>, which RFC 6749 section 5.1 only recommends, where a refresh token renews it: short.</summary>
    internal static readonly TimeSpan Unknown = TimeSpan.FromMinutes(5);

    /// <summary>No response is believed beyond that: some servers issue tokens for years. It is also the life of a token whose response states none, and which nothing renews.</summary>
    internal static readonly TimeSpan Longest = TimeSpan.FromDays(365);

    private static readonly TimeSpan EarlyRefresh = TimeSpan.FromMinutes(5);

    // However soon the server would have it renewed.
    private static readonly TimeSpan SoonestRefresh = TimeSpan.FromSeconds(30);

    /// <summary>Reads the server's <c>expires_in</c> and <c>refresh_in</c>, both in seconds.</summary>
    /// <param name="expiresInSeconds">How long the token lives.</param>
    /// <param name="refreshInSeconds">When it should be renewed.</param>
    /// <param name="unstated">How long it lives if the server does not say.</param>
    internal static TokenLifetime From(long? expiresInSeconds, long? refreshInSeconds, TimeSpan? unstated = null)
    {
        TimeSpan life = expiresInSeconds is { } seconds ? Capped(seconds) : unstated ?? Unknown;
        TimeSpan? advised = refreshInSeconds is { } advice and > 0 && expiresInSeconds is not null ? Capped(advice) : null;
        TimeSpan due = advised < life ? advised.Value
            : life >= 2 * EarlyRefresh ? life - EarlyRefresh
            : life / 2;
        TimeSpan soonest = life < 2 * SoonestRefresh ? life / 2 : SoonestRefresh;
        return new TokenLifetime(life, due < soonest ? soonest : due);
    }

    private static TimeSpan Capped(long seconds) =>
        seconds < Longest.TotalSeconds ? TimeSpan.FromSeconds(seconds) : Longest;
}
