using Polly;
using Polly.Retry;

namespace AuthCode;

/// <summary>The turns of an acquisition after a first one that failed, as a Polly pipeline: Polly counts, waits and cancels, <see cref="RetryRules"/> decides.</summary>
/// <remarks>The wait lies between two turns and so delays no other acquisition.</remarks>
internal static class RetryPipeline
{
    private static readonly RetrySettings Defaults = new TokenRetryOptions().ToSettings(nameof(TokenRetryOptions));
    private static readonly ResiliencePipeline<AcquisitionResult> OfDefaults = Build(Defaults, TimeProvider.System);

    /// <summary>A pipeline; credentials with the default settings share one.</summary>
    internal static ResiliencePipeline<AcquisitionResult> For(RetrySettings settings, TimeProvider time) =>
        settings == Defaults && time == TimeProvider.System ? OfDefaults : Build(settings, time);

    private static ResiliencePipeline<AcquisitionResult> Build(RetrySettings settings, TimeProvider time)
    {
        var builder = new ResiliencePipelineBuilder<AcquisitionResult> { TimeProvider = time };
        if (settings.MaxRetries > 0)
        {
            builder.AddRetry(new RetryStrategyOptions<AcquisitionResult>
            {
                MaxRetryAttempts = settings.MaxRetries,
                Delay = settings.Delay,
                MaxDelay = settings.MaxDelay,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                ShouldHandle = static turn => ValueTask.FromResult(turn.Outcome.Result?.Retry.Again == true),
                DelayGenerator = static turn => ValueTask.FromResult(turn.Outcome.Result?.Retry.Wait),
            });
        }

        return builder.Build();
    }
}
