namespace AuthCode;

/// <summary>Settings that say when, and how often, a failed token request is repeated. The names and defaults are those of Azure.Core.</summary>
/// <remarks>
/// What is known of the failed attempt decides. A request that never reached the server is repeated; one that the server refused for
/// now is repeated after the wait that the server asked for; if the response was lost, the request is repeated once at most, because an
/// authorization code works once; a refusal or a malformed response is never repeated. The values are read once, when the client or
/// credential is created.
/// </remarks>
public sealed class TokenRetryOptions
{
    internal TokenRetryOptions()
    {
    }

    /// <summary>Gets or sets how often a token request is repeated at most.</summary>
    /// <value>Default: 3. Zero means never; at most 100.</value>
    public int MaxRetries { get; set; } = 3;

    /// <summary>Gets or sets the wait before the first repetition if the server names none. It doubles each time, with jitter.</summary>
    /// <value>Default: 0.8 seconds. Zero to one day.</value>
    public TimeSpan Delay { get; set; } = TimeSpan.FromSeconds(0.8);

    /// <summary>Gets or sets the longest wait before a repetition. If the server asks for a longer one, the call fails at once and says when to try again.</summary>
    /// <value>Default: 60 seconds. Zero to one day.</value>
    public TimeSpan MaxDelay { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Gets or sets how long one attempt may take, from the client authentication to the last byte of the response.</summary>
    /// <value>Default: 100 seconds. More than zero and at most one day, or <see cref="Timeout.InfiniteTimeSpan"/>.</value>
    public TimeSpan NetworkTimeout { get; set; } = TimeSpan.FromSeconds(100);

    internal RetrySettings ToSettings(string parameterName)
    {
        const int MostRetries = 100;
        TimeSpan longest = TimeSpan.FromDays(1);
        Require(MaxRetries is >= 0 and <= MostRetries, nameof(MaxRetries), "0 to 100", MaxRetries);
        Require(Delay >= TimeSpan.Zero && Delay <= longest, nameof(Delay), "zero to one day", Delay);
        Require(MaxDelay >= TimeSpan.Zero && MaxDelay <= longest, nameof(MaxDelay), "zero to one day", MaxDelay);
        Require(
            NetworkTimeout == Timeout.InfiniteTimeSpan || (NetworkTimeout > TimeSpan.Zero && NetworkTimeout <= longest),
            nameof(NetworkTimeout), "more than zero and one day at most, or Timeout.InfiniteTimeSpan", NetworkTimeout);
        return new RetrySettings(MaxRetries, Delay, MaxDelay, NetworkTimeout);

        void Require(bool valid, string property, string range, object value)
        {
            if (!valid)
            {
                throw new ArgumentOutOfRangeException(parameterName, value, $"Retry.{property} must be {range}.");
            }
        }
    }
}
