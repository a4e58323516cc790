using Microsoft.Extensions.Logging;
using Polly;

namespace AuthCode;

/// <summary>What all sessions of an app registration share.</summary>
internal sealed class SessionSettings(TokenEndpointClient endpoint, RetrySettings retry, TimeProvider time, ILogger logger)
{
    internal TokenEndpointClient Endpoint { get; } = endpoint;

    internal RetrySettings Retry { get; } = retry;

    internal ResiliencePipeline<TurnResult> Pipeline { get; } = RetryPipeline.For(retry, time);

    internal TimeProvider Time { get; } = time;

    internal ILogger Logger { get; } = logger;
}
