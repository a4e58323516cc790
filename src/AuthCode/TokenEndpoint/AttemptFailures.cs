using System.Net.Sockets;
using System.Security.Authentication;

namespace AuthCode;

/// <summary>How far an attempt had come when it failed.</summary>
internal enum AttemptStage
{
    /// <summary>The client proves who it is.</summary>
    Authenticating,

    /// <summary>The request is with the HTTP client, which has not begun to write its body.</summary>
    Sending,

    /// <summary>The body has been written, or begun to be.</summary>
    Sent,
}

/// <summary>What an exception says of an attempt that got no answer.</summary>
internal sealed class AttemptFailures(string host, TimeSpan networkTimeout, bool clientHasTimeout)
{
    internal AttemptResult Explain(Exception exception, AttemptStage stage, bool deadlinePassed)
    {
        if (stage == AttemptStage.Authenticating)
        {
            Exception cause = exception is OperationCanceledException
                ? new TimeoutException("The client authentication gave no assertion in time.", exception)
                : exception;
            return AttemptResult.Fail(AttemptOutcome.CannotSend, Failures.ClientAuthenticationFailed(cause));
        }

        return exception switch
        {
            OperationCanceledException when deadlinePassed =>
                AttemptResult.Fail(AttemptOutcome.Lost, Failures.TimedOut(host, networkTimeout, exception)),
            OperationCanceledException when stage == AttemptStage.Sent =>
                AttemptResult.Fail(AttemptOutcome.Lost, Failures.TimedOut(host, limit: null, exception)),
            // Without a time-out of its own, the client can only have given up connecting (SocketsHttpHandler.ConnectTimeout).
            OperationCanceledException { InnerException: TimeoutException } when !clientHasTimeout =>
                AttemptResult.Fail(AttemptOutcome.NeverSent, Failures.Unreachable(host, Uncancelled(exception))),
            OperationCanceledException =>
                AttemptResult.Fail(AttemptOutcome.Lost, Failures.TimedOut(host, limit: null, exception)),
            ObjectDisposedException when stage == AttemptStage.Sending =>
                AttemptResult.Fail(AttemptOutcome.CannotSend, Failures.HttpClientDisposed(exception)),
            HttpRequestException http => ExplainHttp(http),
            _ => AttemptResult.Fail(AttemptOutcome.Lost, Failures.AnswerLost(host, TransportExceptions.WithoutServerText(exception)!)),
        };
    }

    private AttemptResult ExplainHttp(HttpRequestException exception) => exception.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.ProxyTunnelError =>
            AttemptResult.Fail(AttemptOutcome.NeverSent, Failures.Unreachable(host, exception)),
        // A certificate that is not trusted will not be trusted in a second; a handshake that was cut off may succeed.
        HttpRequestError.SecureConnectionError => exception.InnerException is AuthenticationException
            ? AttemptResult.Fail(AttemptOutcome.CannotSend, Failures.Untrusted(host, exception))
            : AttemptResult.Fail(AttemptOutcome.NeverSent, Failures.Unreachable(host, exception)),
        HttpRequestError.VersionNegotiationError =>
            AttemptResult.Fail(AttemptOutcome.CannotSend, Failures.Unreachable(host, exception)),
        // A handler of the caller's own may not say which error it was.
        HttpRequestError.Unknown when exception.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused or SocketError.HostNotFound or SocketError.HostUnreachable or SocketError.NetworkUnreachable } =>
            AttemptResult.Fail(AttemptOutcome.NeverSent, Failures.Unreachable(host, exception)),
        _ => AttemptResult.Fail(AttemptOutcome.Lost, Failures.AnswerLost(host, TransportExceptions.WithoutServerText(exception)!)),
    };

    // A cancellation that no caller asked for must not look like one anywhere in the exception that leaves.
    private static TimeoutException Uncancelled(Exception exception) => new("The connection could not be made in time.", exception);
}
