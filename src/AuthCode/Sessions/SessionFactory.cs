using Microsoft.Extensions.Logging;
using Polly;

namespace AuthCode;

/// <summary>What all sessions of an app registration share.</summary>
internal sealed class SessionFactory(TenantId homeTenant, ClientRegistration server, RetrySettings retry)
{
    private ResiliencePipeline<TurnResult>? _pipeline;

    internal TenantId HomeTenant { get; } = homeTenant;

    internal ClientRegistration Server { get; } = server;

    internal TokenEndpointClient Endpoint { get; } = new(server);

    internal RetrySettings Retry { get; } = retry;

    /// <summary>Made when a turn fails for the first time: most processes never need one.</summary>
    internal ResiliencePipeline<TurnResult> Pipeline => _pipeline ??= RetryPipeline.For(Retry, Time);

    internal TimeProvider Time { get; } = server.Time;

    internal ILogger Logger { get; } = server.Logger;
}
