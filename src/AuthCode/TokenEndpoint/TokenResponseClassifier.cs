using System.Net;

namespace AuthCode;

/// <summary>What an HTTP answer to a token request means: by its status first, by its body then.</summary>
internal sealed class TokenResponseClassifier(Grant grant, string host, string tokenType, FormBody form)
{
    private SecretRedactor? _secrets;

    // Made when there is something to say only, which is after the form has been written.
    private SecretRedactor Secrets => _secrets ??= new SecretRedactor(form.Secrets);

    internal AttemptResult Read(HttpResponseMessage answer, BoundedBody body, Exception? bodyFailure, DateTimeOffset now)
    {
        int status = (int)answer.StatusCode;
        if (status is >= 200 and < 300)
        {
            return ReadSuccess(answer, body, bodyFailure, now);
        }

        TokenErrorResponse error = ReadError(answer, body, now);
        if (status is >= 300 and < 400)
        {
            return Fail(AttemptOutcome.NotAnswered, Failures.Redirected(host, TargetOf(answer), error, followed: false));
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

        if (error.Error is null && (bodyFailure is not null || body.IsTooLong))
        {
            return Fail(AttemptOutcome.NotAnswered, Failures.ErrorCutOff(host, error, TransportExceptions.WithoutServerText(bodyFailure)));
        }

        return error.Error is null
            ? Fail(AttemptOutcome.NotAnswered, Failures.NotOAuth(host, MediaTypeOf(answer), error))
            : Refused(error);
    }

    /// <summary>An answer from elsewhere than the token endpoint: the supplied client followed a redirect with the grant in the body.</summary>
    internal AttemptResult ReadFollowedRedirect(HttpResponseMessage answer) =>
        Fail(AttemptOutcome.Malformed, Failures.Redirected(host, answer.RequestMessage?.RequestUri?.IdnHost, response: null, followed: true));

    private AttemptResult ReadSuccess(HttpResponseMessage answer, BoundedBody body, Exception? bodyFailure, DateTimeOffset now)
    {
        bool isError = false;
        TokenResponse? response = null;
        string? problem = ProblemOfEnvelope(answer, body, bodyFailure);
        problem ??= TokenResponseReader.Read(body.Utf8, out response, out isError, grant.KeepsIdToken, tokenType);
        if (problem is null && response is not null)
        {
            return AttemptResult.Success(response);
        }

        TokenErrorResponse error = ReadError(answer, body, now);
        return isError && error.Error is not null
            ? Refused(error)
            : Fail(AttemptOutcome.Malformed, Failures.MalformedAnswer(
                host, problem ?? "an error without a name", new TokenErrorResponse(answer.StatusCode) { CorrelationId = error.CorrelationId }, TransportExceptions.WithoutServerText(bodyFailure)));
    }

    private string? ProblemOfEnvelope(HttpResponseMessage answer, BoundedBody body, Exception? bodyFailure)
    {
        if (answer.StatusCode != HttpStatusCode.OK)
        {
            return $"HTTP {(int)answer.StatusCode}";
        }

        if (answer.Content.Headers.ContentEncoding.Any(static encoding => !string.Equals(encoding, "identity", StringComparison.OrdinalIgnoreCase)))
        {
            return "compressed, which was not asked for";
        }

        if (bodyFailure is not null)
        {
            return "cut off";
        }

        if (body.IsTooLong)
        {
            return $"longer than {BoundedBody.Limit / 1024} KiB";
        }

        return IsJson(answer) ? null : $"{MediaTypeOf(answer)} instead of application/json";
    }

    private static bool IsJson(HttpResponseMessage answer) =>
        answer.Content.Headers.ContentType?.MediaType is { } type
        && (type.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            || (type.StartsWith("application/", StringComparison.OrdinalIgnoreCase) && type.EndsWith("+json", StringComparison.OrdinalIgnoreCase)));

    private TokenErrorResponse ReadError(HttpResponseMessage answer, BoundedBody body, DateTimeOffset now) => TokenErrorReader.Read(
        answer.StatusCode,
        body.IsTooLong ? default : body.Utf8,
        RetryAfterHeader.Read(answer.Headers, now),
        answer.Headers.TryGetValues(RequestHeaders.ClientRequestId, out IEnumerable<string>? ids) ? ids.FirstOrDefault() : null,
        Secrets);

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

    private string? TargetOf(HttpResponseMessage answer)
    {
        // The host only: path and query of a Location can repeat what was sent.
        string? target = answer.Headers.Location is { IsAbsoluteUri: true } location ? location.IdnHost : null;
        return ServerText.Clean(Secrets.Mask(target), ServerText.LongestWord);
    }

    private string MediaTypeOf(HttpResponseMessage answer) =>
        answer.Content.Headers.ContentType?.MediaType is { Length: <= 64 } type && Characters.AreScopeToken(type)
            ? Secrets.Mask(type)!
            : "no known content type";

    private static AttemptResult Fail(AttemptOutcome outcome, Failure failure) => AttemptResult.Fail(outcome, failure);
}
