namespace AuthCode;

/// <summary>Settings of the refresh of sessions in the background.</summary>
public sealed class BackgroundRefreshOptions
{
    private int _maxConcurrency = 4;
    private TimeSpan _within = TimeSpan.FromMinutes(10);
    private TimeSpan? _keepAliveBefore;

    /// <summary>Gets or sets how many sessions are refreshed at once.</summary>
    /// <value>Default: 4. More than zero.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is zero or negative.</exception>
    public int MaxConcurrency
    {
        get => _maxConcurrency;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
            _maxConcurrency = value;
        }
    }

    /// <summary>Gets or sets how soon an access token ends that is refreshed.</summary>
    /// <value>Default: 10 minutes, which is before callers refresh it themselves. More than zero. No token is refreshed in the first half of its life, unless its server asks for that.</value>
    /// <remarks>The sessions in memory are looked at four times in this period, and at least about once a minute.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The value is zero or negative.</exception>
    public TimeSpan Within
    {
        get => _within;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero);
            _within = value;
        }
    }

    /// <summary>Gets or sets after how long the provider ends a refresh token that is not used. The refresh token of a session that is in use is used before that, although none of its access tokens ends.</summary>
    /// <value>Default: <see langword="null"/>; refresh tokens are used only to get access tokens, as at Entra ID, whose refresh tokens end after months. More than zero.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is zero or negative.</exception>
    public TimeSpan? KeepAliveBefore
    {
        get => _keepAliveBefore;
        set
        {
            if (value is { } period)
            {
                ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(period, TimeSpan.Zero, nameof(value));
            }

            _keepAliveBefore = value;
        }
    }
}
