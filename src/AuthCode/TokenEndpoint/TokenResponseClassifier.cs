
namespace AuthCode;

/// <summary>What the response to a token request means: by its status first, then by its body.</summary>
internal sealed class TokenResponseClassifier(Grant grant, string host, ServerProfile profile, bool readsIdToken, HttpExchange exchange, DateTimeOffset now)
{
    private SecretRedactor? _secrets;

    // Made when there is something to say only, which is after the form has been written.
    private SecretRedactor Secrets => _secrets ??= new SecretRedactor(exchange.Form);

    // A body without an exception is complete, however late it came.
    private Exception? Cause => TransportExceptions.WithoutServerText(exchange.Exception is { } exception && (exception is OperationCanceledException || exchange.IsDeadlinePassed)
        ? new TimeoutException("The body did not arrive in time.", exception)
        : exchange.Exception);

    internal static AttemptResult Read(Grant grant, string host, ServerProfile profile, bool readsIdToken, HttpExchange exchange, DateTimeOffset now) =>
        new TokenResponseClassifier(grant, host, profile, readsIdToken, exchange, now).Read(exchange.Response!);

    private AttemptResult Read(HttpResponseMessage response)
    {
        // A supplied client sent the grant to one address and then asked another one for the response.
        if (exchange.RedirectTarget is { } redirectTarget)
        {
            return Fail(AttemptOutcome.Malformed, Failures.Redirected(host, AddressText.HostOf(redirectTarget, Secrets), response: null, followed: true));
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

        return error.Error is null && RefusalReasons.Of(error) == RefusalReason.Other
            ? Fail(AttemptOutcome.NotOAuth, Failures.NotOAuth(host, MediaTypeOf(response), error))
            : Refused(error);
    }

    private AttemptResult ReadSuccess(HttpResponseMessage response)
    {
        bool isError = false;
        TokenResponse? token = null;
        string? problem = ProblemOfEnvelope(response);
        problem ??= TokenResponseReader.Read(exchange.Content, out token, out isError, profile.TokenType, readsIdToken, profile.Settings.BearerTypes);
        if (problem is null && token is not null)
        {
            return AttemptResult.Success(token, exchange);
        }

        // A body that is no error may hold tokens.
        return isError && ReadError() is { Error: not null } error
            ? Refused(error)
            : Fail(AttemptOutcome.Malformed, Failures.MalformedResponse(
                host, problem ?? "it is an error without a name", TokenErrorReader.ReadOutline(exchange, Secrets), Cause));
    }

    private string? ProblemOfEnvelope(HttpResponseMessage response)
    {
        if (exchange.Body?.IsEncoded == true)
        {
            return "it is compressed in a way that was not requested and is not supported";
        }

        if (exchange.Exception is not null)
        {
            return exchange.Exception is InvalidDataException ? "it is not compressed as it says" : "it was cut off";
        }

        if (exchange.IsTooLong)
        {
            return $"it is longer than {BoundedBody.Limit / 1024} KiB";
        }

        return MediaType.IsJson(response) ? null : $"it is {MediaTypeOf(response)} instead of application/json";
    }

    private TokenErrorResponse ReadError() => TokenErrorReader.Read(exchange, Secrets, now);

    private AttemptResult Refused(TokenErrorResponse error)
    {
        if (error.Error == Parameters.TemporarilyUnavailable)
        {
            return Fail(AttemptOutcome.Throttled, Failures.Throttled(error));
        }

        RefusalReason reason = RefusalReasons.Of(error);
        return AttemptResult.Refuse(reason, reason switch
        {
            RefusalReason.Grant => grant.Refused(error),
            RefusalReason.Interaction => Failures.InteractionNeeded(error),
            RefusalReason.Client => Failures.ClientRefused(error),
            RefusalReason.Scopes => Failures.ScopesRefused(error, grant.Requested.Scopes),
            _ => Failures.RequestRefused(error),
        });
    }

    private string? TargetOf(HttpResponseMessage response)
    {
        // The host only: path and query of a Location can repeat what was sent.
        return response.Headers.Location is { IsAbsoluteUri: true } location ? AddressText.HostOf(location, Secrets) : null;
    }

    private string MediaTypeOf(HttpResponseMessage response) =>
        MediaType.Of(response) is { Length: > 0 and <= 64 } type && Characters.AreScopeToken(type)
            ? Secrets.Mask(type)
            : "an unknown media type";

    private static AttemptResult Fail(AttemptOutcome outcome, Failure failure) => AttemptResult.Fail(outcome, failure);
}
