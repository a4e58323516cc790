using System.Net.Sockets;
using System.Security.Authentication;

namespace AuthCode;

/// <summary>What an exception says of an attempt that got no response.</summary>
internal static class AttemptFailures
{
    internal static AttemptResult Explain(string host, TimeSpan networkTimeout, HttpExchange exchange) =>
        Explain(host, networkTimeout, exchange.Exception!, exchange.Stage, exchange.IsDeadlinePassed, exchange.HasClientTimeout);

    internal static AttemptResult Explain(
        string host, TimeSpan networkTimeout, Exception exception, ExchangeStage stage, bool deadlinePassed, bool clientHasTimeout)
    {
        if (exception is HttpClientUnavailableException)
        {
            return AttemptResult.Fail(AttemptOutcome.CannotSend, Failures.HttpClientUnavailable(exception));
        }

        if (stage == ExchangeStage.Preparing)
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
            OperationCanceledException when stage == ExchangeStage.Sent =>
                AttemptResult.Fail(AttemptOutcome.Lost, Failures.TimedOut(host, limit: null, exception)),
            // Without a time-out of its own, the client can only have given up connecting (SocketsHttpHandler.ConnectTimeout).
            OperationCanceledException { InnerException: TimeoutException } when !clientHasTimeout =>
                AttemptResult.Fail(AttemptOutcome.NeverSent, Failures.Unreachable(host, Uncancelled(exception))),
            OperationCanceledException =>
                AttemptResult.Fail(AttemptOutcome.Lost, Failures.TimedOut(host, limit: null, exception)),
            ObjectDisposedException when stage == ExchangeStage.Sending =>
                AttemptResult.Fail(AttemptOutcome.CannotSend, Failures.HttpClientDisposed(exception)),
            HttpRequestException http => ExplainHttp(host, http),
            _ => AttemptResult.Fail(AttemptOutcome.Lost, Failures.ResponseLost(host, TransportExceptions.WithoutServerText(exception))),
        };
    }

    private static AttemptResult ExplainHttp(string host, HttpRequestException exception) => exception.HttpRequestError switch
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
        _ => AttemptResult.Fail(AttemptOutcome.Lost, Failures.ResponseLost(host, TransportExceptions.WithoutServerText(exception))),
    };

    // A cancellation that no caller asked for must not look like one anywhere in the exception that leaves.
    private static TimeoutException Uncancelled(Exception exception) => new("The connection could not be made in time.", exception);
}
