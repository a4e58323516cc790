namespace AuthCode;

/// <summary>When and how often a failed token request is repeated; the names and defaults are Azure.Core's.</summary>
/// <remarks>
/// What decides is how much is known of the failed attempt. What never reached the server is repeated; what the server refused
/// for now waits as it was told; an answer that was lost is asked for once more at most, since an authorization code works once;
/// a refusal or a malformed answer is never repeated. The values are read once, when the credential is made.
/// </remarks>
public sealed class TokenRetryOptions
{
    internal TokenRetryOptions()
    {
    }

    /// <summary>How often a token request is repeated at most.</summary>
    /// <value>Default: 3. Zero: never. 100 at most.</value>
    public int MaxRetries { get; set; } = 3;

    /// <summary>The wait before the first repetition when the server names none; it doubles each time, with jitter.</summary>
    /// <value>Default: 0.8 seconds. Zero to one day.</value>
    public TimeSpan Delay { get; set; } = TimeSpan.FromSeconds(0.8);

    /// <summary>The longest wait before a repetition. When the server asks for longer, the call fails at once and says when to come back.</summary>
    /// <value>Default: 60 seconds. Zero to one day.</value>
    public TimeSpan MaxDelay { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long one attempt may take, from the client authentication to the last byte of the answer.</summary>
    /// <value>Default: 100 seconds. More than zero and one day at most, or <see cref="Timeout.InfiniteTimeSpan"/>.</value>
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
