using System.Net;

namespace AuthCode;

/// <summary>What the response to a token request means: by its status first, then by its body.</summary>
internal sealed class TokenResponseClassifier(Grant grant, string host, string tokenType, bool readsIdToken, HttpExchange exchange, DateTimeOffset now)
{
    private SecretRedactor? _secrets;

    // Made when there is something to say only, which is after the form has been written.
    private SecretRedactor Secrets => _secrets ??= new SecretRedactor(exchange.Form);

    private Exception? Cause => TransportExceptions.WithoutServerText(
        exchange.Exception is OperationCanceledException || exchange.IsDeadlinePassed ? new TimeoutException("The body did not arrive in time.", exchange.Exception) : exchange.Exception);

    internal static AttemptResult Read(Grant grant, string host, string tokenType, bool readsIdToken, HttpExchange exchange, DateTimeOffset now) =>
        new TokenResponseClassifier(grant, host, tokenType, readsIdToken, exchange, now).Read(exchange.Response!);

    private AttemptResult Read(HttpResponseMessage response)
    {
        // A supplied client sent the grant to one address and then asked another one for the response.
        if (exchange.RedirectTarget is { } redirectTarget)
        {
            return Fail(AttemptOutcome.Malformed, Failures.Redirected(host, redirectTarget.IdnHost, response: null, followed: true));
        }

        int status = (int)response.StatusCode;
        if (status is >= 200 and < 300)
        {
            return ReadSuccess(response);
        }

        TokenErrorResponse error = ReadError();
        if (status is >= 300 and < 400)
        {
            return Fail(AttemptOutcome.NotOAuth, Failures.Redirected(host, TargetOf(response), error, followed: false));
        }

        bool later = status is 408 or 421 or 425 or 429 || (status == 503 && error.RetryAfter is not null);
        if (later || error.Error == Parameters.TemporarilyUnavailable)
        {
            return Fail(AttemptOutcome.Throttled, Failures.Throttled(error));
        }

        if (status >= 500)
        {
            return Fail(AttemptOutcome.Lost, Failures.ServerFailed(host, error));
        }

        if (error.Error is null && (exchange.Exception is not null || exchange.IsTooLong))
        {
            return Fail(AttemptOutcome.NotOAuth, Failures.ErrorCutOff(host, error, Cause));
        }

        return error.Error is null
            ? Fail(AttemptOutcome.NotOAuth, Failures.NotOAuth(host, MediaTypeOf(response), error))
            : Refused(error);
    }

    private AttemptResult ReadSuccess(HttpResponseMessage response)
    {
        bool isError = false;
        TokenResponse? token = null;
        string? problem = ProblemOfEnvelope(response);
        problem ??= TokenResponseReader.Read(exchange.Content, out token, out isError, tokenType, readsIdToken);
        if (problem is null && token is not null)
        {
            return AttemptResult.Success(token, exchange);
        }

        TokenErrorResponse error = ReadError();
        return isError && error.Error is not null
            ? Refused(error)
            : Fail(AttemptOutcome.Malformed, Failures.MalformedResponse(
                host, problem ?? "it is an error without a name", new TokenErrorResponse(response.StatusCode) { CorrelationId = error.CorrelationId }, Cause));
    }

    private string? ProblemOfEnvelope(HttpResponseMessage response)
    {
        if (response.StatusCode != HttpStatusCode.OK)
        {
            return $"its status is {(int)response.StatusCode}";
        }

        if (IsEncoded(response))
        {
            return "it is compressed, which was not requested";
        }

        if (exchange.Exception is not null)
        {
            return "it was cut off";
        }

        if (exchange.IsTooLong)
        {
            return $"it is longer than {BoundedBody.Limit / 1024} KiB";
        }

        return IsJson(response) ? null : $"it is {MediaTypeOf(response)} instead of application/json";
    }

    private static bool IsEncoded(HttpResponseMessage response)
    {
        foreach (string encoding in response.Content.Headers.ContentEncoding)
        {
            if (!string.Equals(encoding, "identity", StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsJson(HttpResponseMessage response) =>
        response.Content.Headers.ContentType?.MediaType is { } type
        && (type.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            || (type.StartsWith("application/", StringComparison.OrdinalIgnoreCase) && type.EndsWith("+json", StringComparison.OrdinalIgnoreCase)));

    private TokenErrorResponse ReadError() => TokenErrorReader.Read(exchange, Secrets, now);

    private AttemptResult Refused(TokenErrorResponse error) => error.Error == Parameters.TemporarilyUnavailable
        ? Fail(AttemptOutcome.Throttled, Failures.Throttled(error))
        : Fail(AttemptOutcome.Refused, Explain(error));

    // By error alone, never by its description or numbers, which Entra may change.
    private Failure Explain(TokenErrorResponse error) => error.Error switch
    {
        Parameters.InvalidGrant when NeedsInteraction(error) => Failures.InteractionNeeded(error),
        Parameters.InvalidGrant => grant.Refused(error),
        Parameters.InteractionRequired or Parameters.ConsentRequired or Parameters.LoginRequired => Failures.InteractionNeeded(error),
        Parameters.InvalidClient or Parameters.UnauthorizedClient => Failures.ClientRefused(error),
        Parameters.InvalidScope or Parameters.InvalidResource or Parameters.InvalidTarget => Failures.ScopesRefused(error),
        _ => Failures.RequestRefused(error),
    };

    /// <summary>
    /// Whether Entra's <c>invalid_grant</c> on a refresh says that the user must act for these scopes (consent, another factor),
    /// and not that the refresh token is no longer good.
    /// </summary>
    internal static bool NeedsInteraction(TokenErrorResponse error) =>
        error.SubError is "consent_required" or "basic_action" or "additional_action" or "message_only";

    private string? TargetOf(HttpResponseMessage response)
    {
        // The host only: path and query of a Location can repeat what was sent.
        string? target = response.Headers.Location is { IsAbsoluteUri: true } location ? location.IdnHost : null;
        return ServerText.Clean(Secrets.Mask(target), ServerText.LongestWord);
    }

    private string MediaTypeOf(HttpResponseMessage response) =>
        response.Content.Headers.ContentType?.MediaType is { Length: <= 64 } type && Characters.AreScopeToken(type)
            ? Secrets.Mask(type)
            : "an unknown media type";

    private static AttemptResult Fail(AttemptOutcome outcome, Failure failure) => AttemptResult.Fail(outcome, failure);
}
