using System.Security.Authentication;

namespace AuthCode;

/// <summary>What an exception says of an attempt that got no response.</summary>
internal static class AttemptFailures
{
    internal static AttemptResult Explain(string host, TimeSpan networkTimeout, HttpExchange exchange) => exchange switch
    {
        { Exception: ClientRefusedException refused } => AttemptResult.Refuse(RefusalReason.Client, Failures.ClientRefused(refused.Response)),
        { Exception: RequestNotMadeException unmade } => AttemptResult.Fail(AttemptOutcome.CannotSend, unmade.Failure),
        { Exception: FormWithdrawnException } => AttemptResult.Fail(AttemptOutcome.NeverSent, Failures.LeaseTaken()),

        // Nobody can tell whether a handler repeats the request or the transport does, so the response counts as lost.
        { Stage: ExchangeStage.Sent, Request.Version.Major: >= 2 } when FormUnavailableException.IsIn(exchange.Exception) =>
            AttemptResult.Fail(AttemptOutcome.Lost, Failures.RepeatedOverHttp2(host, exchange.Exception!)).WithHint(AddressText.HintOf(exchange)),
        _ => Explain(host, networkTimeout, exchange.Exception!, exchange.Stage, exchange.IsDeadlinePassed).WithHint(AddressText.HintOf(exchange)),
    };

    internal static AttemptResult Explain(string host, TimeSpan networkTimeout, Exception exception, ExchangeStage stage, bool deadlinePassed)
    {
        if (exception is HttpClientUnavailableException)
        {
            return AttemptResult.Fail(AttemptOutcome.CannotSend, Failures.HttpClientUnavailable(exception));
        }

        TimeSpan? limit = deadlinePassed ? networkTimeout : null;
        return stage switch
        {
            ExchangeStage.Preparing => AttemptResult.Fail(AttemptOutcome.CannotSend, Failures.ClientAuthenticationFailed(
                exception is OperationCanceledException ? new TimeoutException("The client authentication gave no assertion in time.", exception) : exception)),
            ExchangeStage.Sending => ExplainUnsent(host, limit, exception),
            _ => AttemptResult.Fail(AttemptOutcome.Lost, exception switch
            {
                OperationCanceledException => Failures.TimedOut(host, limit, exception),
                _ when FormUnavailableException.IsIn(exception) => Failures.RepeatedByHandler(host, exception),
                _ => Failures.ResponseLost(host, TransportExceptions.WithoutServerText(exception)),
            }),
        };
    }

    // Nobody has read the form, so nothing reached the server, whatever the exception says; or the server has said so itself.
    private static AttemptResult ExplainUnsent(string host, TimeSpan? limit, Exception exception) => exception switch
    {
        UnprocessedRequestException => AttemptResult.Fail(AttemptOutcome.NeverSent, Failures.NotProcessed(host, exception)),

        // A certificate that is not trusted will not be trusted in a second; a handshake that was cut off may succeed.
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError, InnerException: AuthenticationException } =>
            AttemptResult.Fail(AttemptOutcome.CannotSend, Failures.Untrusted(host, exception)),
        HttpRequestException { HttpRequestError: HttpRequestError.VersionNegotiationError } =>
            AttemptResult.Fail(AttemptOutcome.CannotSend, Failures.Unreachable(host, exception)),
        ObjectDisposedException =>
            AttemptResult.Fail(AttemptOutcome.CannotSend, Failures.HttpClientDisposed(exception)),
        OperationCanceledException =>
            AttemptResult.Fail(AttemptOutcome.NeverSent, Failures.NotConnected(host, limit, exception)),

        // It was withdrawn at the deadline, before a handler read it.
        _ when limit is not null && FormUnavailableException.IsIn(exception) =>
            AttemptResult.Fail(AttemptOutcome.NeverSent, Failures.NotConnected(host, limit, exception)),
        _ => AttemptResult.Fail(AttemptOutcome.NeverSent, Failures.Unreachable(host, TransportExceptions.WithoutServerText(exception))),
    };
}
