using Microsoft.Extensions.Logging;
using Polly;

namespace AuthCode;

/// <summary>What all sessions of an app registration share.</summary>
internal sealed class SessionSettings(TenantId homeTenant, TokenEndpointClient endpoint, RetrySettings retry, TimeProvider time, ILogger logger)
{
    private ResiliencePipeline<TurnResult>? _pipeline;

    internal TenantId HomeTenant { get; } = homeTenant;

    internal TokenEndpointClient Endpoint { get; } = endpoint;

    internal RetrySettings Retry { get; } = retry;

    /// <summary>Made when a turn fails for the first time: most processes never need one.</summary>
    internal ResiliencePipeline<TurnResult> Pipeline => _pipeline ??= RetryPipeline.For(Retry, Time);

    internal TimeProvider Time { get; } = time;

    internal ILogger Logger { get; } = logger;
}
