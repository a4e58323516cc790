using AuthCode.Testing.Errors;
using AuthCode.Testing.Http;

namespace AuthCode.Testing;

/// <summary>A response that a token request gets in place of its regular response; see <see cref="FakeAad.Enqueue"/>.</summary>
/// <remarks>Instances do not change. The same instance can be enqueued any number of times.</remarks>
public sealed class FakeAadFault
{
    private readonly Func<Func<AadError, FakeAadResponse>, FakeAadResponse> _respond;

    private FakeAadFault(bool consumesGrant, Func<Func<AadError, FakeAadResponse>, FakeAadResponse> respond)
    {
        ConsumesGrant = consumesGrant;
        _respond = respond;
    }

    /// <summary>Whether the token request is processed and its regular response is discarded.</summary>
    /// <value>
    /// <see langword="true"/> if the code is redeemed, or the refresh token rotated, without the client learning of it. If the regular
    /// response is an error, that is discarded too. <see langword="false"/> if the fault replaces the processing, and the grant stays as it is.
    /// </value>
    public bool ConsumesGrant { get; }

    /// <summary>Creates a fault that responds with a status code and a body. The grant is not processed.</summary>
    /// <param name="statusCode">The HTTP status code, from 200 to 599.</param>
    /// <param name="body">The body.</param>
    /// <param name="mediaType">The media type of the body.</param>
    /// <param name="retryAfter">The delay of the Retry-After header, sent in whole seconds, rounded up; <see langword="null"/> for no header.</param>
    /// <returns>The fault.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The status code is less than 200 or greater than 599, or the delay is negative.</exception>
    public static FakeAadFault Status(int statusCode, string body = "", string mediaType = "text/html", TimeSpan? retryAfter = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(statusCode, 200);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(statusCode, 599);
        ArgumentOutOfRangeException.ThrowIfLessThan(retryAfter ?? TimeSpan.Zero, TimeSpan.Zero, nameof(retryAfter));
        return new(false, _ => FakeAadResponse.Of(statusCode, body, mediaType).RetryAfter(retryAfter));
    }

    /// <summary>Creates a fault that responds with HTTP 429 (Too Many Requests). The grant is not processed.</summary>
    /// <param name="retryAfter">The delay of the Retry-After header, sent in whole seconds, rounded up; <see langword="null"/> for no header.</param>
    /// <returns>The fault.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The delay is negative.</exception>
    /// <remarks>See <see href="https://www.rfc-editor.org/rfc/rfc6585#section-4">RFC 6585, section 4</see>.</remarks>
    public static FakeAadFault Throttle(TimeSpan? retryAfter = null) => Status(429, retryAfter: retryAfter);

    /// <summary>Creates a fault that responds with HTTP 503 (Service Unavailable). The grant is not processed.</summary>
    /// <param name="retryAfter">The delay of the Retry-After header, sent in whole seconds, rounded up; <see langword="null"/> for no header.</param>
    /// <returns>The fault.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The delay is negative.</exception>
    /// <remarks>See <see href="https://www.rfc-editor.org/rfc/rfc9110#section-15.6.4">RFC 9110, section 15.6.4</see>.</remarks>
    public static FakeAadFault Unavailable(TimeSpan? retryAfter = null) => Status(503, retryAfter: retryAfter);

    /// <summary>Creates a fault that responds with an OAuth error in the format of Entra ID. The grant is not processed.</summary>
    /// <param name="error">The error code, for example <c>interaction_required</c>. The status code is 401 for <c>invalid_client</c> and 400 for any other.</param>
    /// <param name="code">The AADSTS number.</param>
    /// <param name="description">The text of the error description.</param>
    /// <param name="subError">The <c>suberror</c>; <see langword="null"/> for none.</param>
    /// <param name="claims">The claims that the server requires, as JSON; <see langword="null"/> for none.</param>
    /// <returns>The fault.</returns>
    /// <remarks>
    /// See <see href="https://www.rfc-editor.org/rfc/rfc6749#section-5.2">RFC 6749, section 5.2</see>, and
    /// <see href="https://learn.microsoft.com/entra/identity-platform/reference-error-codes">Microsoft Entra error codes</see>.
    /// </remarks>
    public static FakeAadFault Error(string error, int code, string description = "A fault that the test asked for.", string? subError = null, string? claims = null) =>
        new(false, respond => respond(new AadError(error, code, description) { SubError = subError, Claims = claims, StatusCode = error == "invalid_client" ? 401 : 400 }));

    /// <summary>Creates a fault that processes the grant, discards the response and responds with HTTP 502 (Bad Gateway), as a proxy does when a response is lost.</summary>
    /// <returns>The fault.</returns>
    public static FakeAadFault ResponseLost() => new(true, static _ => FakeAadResponse.Of(502, "", "text/html"));

    /// <summary>Creates a fault that processes the grant, discards the response and responds with HTTP 200 and incomplete JSON.</summary>
    /// <returns>The fault.</returns>
    public static FakeAadFault MalformedJson() => new(true, static _ => FakeAadResponse.Of(200, "{\"token_type\":\"Bearer\",\"access_tok", "application/json"));

    /// <summary>Creates a fault that responds with HTTP 200 and an HTML page, as a captive portal does. The grant is not processed.</summary>
    /// <returns>The fault.</returns>
    public static FakeAadFault HtmlPage() => Status(200, "<html><body>Sign in to the network</body></html>");

    /// <summary>Creates a fault that responds with HTTP 307 (Temporary Redirect). The grant is not processed.</summary>
    /// <param name="target">The value of the Location header: an absolute URI.</param>
    /// <returns>The fault.</returns>
    /// <exception cref="ArgumentNullException">The target is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException">The target is not an absolute URI.</exception>
    /// <remarks>See <see href="https://www.rfc-editor.org/rfc/rfc9110#section-15.4.8">RFC 9110, section 15.4.8</see>.</remarks>
    public static FakeAadFault Redirect(Uri target)
    {
        ArgumentNullException.ThrowIfNull(target);
        if (!target.IsAbsoluteUri)
        {
            throw new ArgumentException("The target must be an absolute URI.", nameof(target));
        }

        return new(false, _ => FakeAadResponse.Redirect(307, target.AbsoluteUri));
    }

    /// <summary>Makes the response.</summary>
    /// <param name="errorResponse">Writes an error as the response to the request at hand.</param>
    internal FakeAadResponse Respond(Func<AadError, FakeAadResponse> errorResponse) => _respond(errorResponse);
}
