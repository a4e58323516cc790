namespace AuthCode;

/// <summary>Whether an attempt is repeated, and after which wait; no wait means the pipeline's own back-off.</summary>
internal readonly struct RetryDecision(bool again, TimeSpan? wait = null)
{
    internal readonly bool Again = again;

    internal readonly TimeSpan? Wait = wait;

    internal static RetryDecision Stop => default;
}

/// <summary>The retry table, by what is known of the attempt. How often at most is the pipeline's business.</summary>
/// <remarks>
/// <list type="table">
/// <listheader><term>outcome</term><description>what follows</description></listheader>
/// <item><term>never sent</term><description>again, after the back-off</description></item>
/// <item><term>throttled</term><description>again after the advised wait, or the back-off when there is none; stop when the wait is longer than allowed</description></item>
/// <item><term>lost</term><description>again, but only once in the life of a code or in a refresh</description></item>
/// <item><term>any, while a valid token can be served</term><description>stop: the next attempt to renew it comes soon enough</description></item>
/// <item><term>all else</term><description>stop</description></item>
/// </list>
/// </remarks>
internal static class RetryRules
{
    /// <param name="outcome">What is known of the attempt.</param>
    /// <param name="retryAfter">What the server advised.</param>
    /// <param name="lostResponses">The number of responses to this grant that were lost, including this one.</param>
    /// <param name="mayRepeat">Whether anyone waits for the grant's token: not when a valid one can be served instead.</param>
    /// <param name="maxDelay">The longest wait that a server may ask for.</param>
    /// <param name="random">From zero to one: how much of the spread is added to that wait.</param>
    internal static RetryDecision Decide(
        AttemptOutcome outcome, TimeSpan? retryAfter, int lostResponses, bool mayRepeat, TimeSpan maxDelay, double random) => outcome switch
        {
            _ when !mayRepeat => RetryDecision.Stop,
            AttemptOutcome.NeverSent => new RetryDecision(again: true),
            AttemptOutcome.Throttled => AfterAdvisedWait(retryAfter, maxDelay, random),
            AttemptOutcome.Lost when lostResponses <= 1 => AfterAdvisedWait(retryAfter, maxDelay, random),
            _ => RetryDecision.Stop,
        };

    private static RetryDecision AfterAdvisedWait(TimeSpan? retryAfter, TimeSpan maxDelay, double random) =>
        retryAfter > maxDelay ? RetryDecision.Stop
        : new RetryDecision(again: true, retryAfter is { } wait && wait > TimeSpan.Zero ? Spread(wait, maxDelay, random) : null);

    private static TimeSpan Spread(TimeSpan wait, TimeSpan maxDelay, double random)
    {
        TimeSpan spread = Jitter.Spread(wait, random);
        return spread < maxDelay ? spread : maxDelay;
    }
}
