using Polly;
using Polly.Retry;

namespace AuthCode;

/// <summary>The retry table as a Polly pipeline: Polly counts, waits and cancels, <see cref="RetryRules"/> decides.</summary>
internal static class RetryPipeline
{
    private static readonly RetrySettings Defaults = new TokenRetryOptions().ToSettings(nameof(TokenRetryOptions));
    private static readonly ResiliencePipeline<AttemptResult> OfDefaults = Build(Defaults, TimeProvider.System);

    /// <summary>A pipeline; credentials with the default settings share one.</summary>
    internal static ResiliencePipeline<AttemptResult> For(RetrySettings settings, TimeProvider time) =>
        settings == Defaults && time == TimeProvider.System ? OfDefaults : Build(settings, time);

    private static ResiliencePipeline<AttemptResult> Build(RetrySettings settings, TimeProvider time)
    {
        var builder = new ResiliencePipelineBuilder<AttemptResult> { TimeProvider = time };
        if (settings.MaxRetries > 0)
        {
            builder.AddRetry(new RetryStrategyOptions<AttemptResult>
            {
                MaxRetryAttempts = settings.MaxRetries,
                Delay = settings.Delay,
                MaxDelay = settings.MaxDelay,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                ShouldHandle = static attempt => ValueTask.FromResult(attempt.Outcome.Result?.Next.Again == true),
                DelayGenerator = static attempt => ValueTask.FromResult(attempt.Outcome.Result?.Next.Wait),
            });
        }

        return builder.Build();
    }
}
