using AuthCode.Testing.Http;

namespace AuthCode.Testing;

/// <summary>What goes wrong with a token request instead of, or after, its normal answer; see <see cref="FakeAad.Enqueue"/>.</summary>
public sealed class FakeAadFault
{
    private readonly Func<FakeAadErrorPage, HttpAnswer> _answer;

    private FakeAadFault(bool consumesGrant, Func<FakeAadErrorPage, HttpAnswer> answer)
    {
        ConsumesGrant = consumesGrant;
        _answer = answer;
    }

    /// <summary>Whether the grant is processed before its answer is thrown away: the code is spent, the refresh token rotated.</summary>
    public bool ConsumesGrant { get; }

    /// <summary>A status code with a body, before the grant is looked at.</summary>
    /// <param name="statusCode">The HTTP status code, 200 to 599.</param>
    /// <param name="body">The body.</param>
    /// <param name="mediaType">Its media type.</param>
    /// <param name="retryAfter">A Retry-After header in seconds, if any.</param>
    /// <returns>The fault.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The status code is none of a final answer, or the wait is negative.</exception>
    public static FakeAadFault Status(int statusCode, string body = "", string mediaType = "text/html", TimeSpan? retryAfter = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(statusCode, 200);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(statusCode, 599);
        ArgumentOutOfRangeException.ThrowIfLessThan(retryAfter ?? TimeSpan.Zero, TimeSpan.Zero, nameof(retryAfter));
        return new(false, _ => HttpAnswer.Of(statusCode, body, mediaType).RetryAfter(retryAfter));
    }

    /// <summary>HTTP 429: the server takes no requests for now.</summary>
    /// <param name="retryAfter">The Retry-After header; none when <see langword="null"/>.</param>
    /// <returns>The fault.</returns>
    public static FakeAadFault Throttle(TimeSpan? retryAfter = null) => Status(429, retryAfter: retryAfter);

    /// <summary>HTTP 503: the service is down.</summary>
    /// <param name="retryAfter">The Retry-After header; none when <see langword="null"/>.</param>
    /// <returns>The fault.</returns>
    public static FakeAadFault Unavailable(TimeSpan? retryAfter = null) => Status(503, retryAfter: retryAfter);

    /// <summary>An OAuth error in Entra ID's form, before the grant is looked at: HTTP 401 for <c>invalid_client</c> (RFC 6749 section 5.2), 400 for any other.</summary>
    /// <param name="error">The error, as <c>interaction_required</c>.</param>
    /// <param name="code">The AADSTS number.</param>
    /// <param name="description">The explanation.</param>
    /// <param name="subError">Entra's refinement, if any.</param>
    /// <param name="claims">The claims that the server wants, if any.</param>
    /// <returns>The fault.</returns>
    public static FakeAadFault Error(string error, int code, string description = "A fault that the test asked for.", string? subError = null, string? claims = null) =>
        new(false, page => page(new Errors.AadError(error, code, description) { SubError = subError, Claims = claims, StatusCode = error == "invalid_client" ? 401 : 400 }));

    /// <summary>The grant is processed, and its answer replaced by HTTP 502: the client cannot know.</summary>
    /// <returns>The fault.</returns>
    public static FakeAadFault AnswerLost() => new(true, static _ => HttpAnswer.Of(502, "", "text/html"));

    /// <summary>The grant is processed, and a broken JSON answered with HTTP 200.</summary>
    /// <returns>The fault.</returns>
    public static FakeAadFault MalformedJson() => new(true, static _ => HttpAnswer.Of(200, "{\"token_type\":\"Bearer\",\"access_tok", "application/json"));

    /// <summary>A page with HTTP 200, as a captive portal answers.</summary>
    /// <returns>The fault.</returns>
    public static FakeAadFault HtmlPage() => Status(200, "<html><body>Sign in to the network</body></html>");

    /// <summary>A redirect (307) to another place.</summary>
    /// <param name="target">Where it points: an absolute URI.</param>
    /// <returns>The fault.</returns>
    /// <exception cref="ArgumentException">The target is not absolute.</exception>
    public static FakeAadFault Redirect(Uri target)
    {
        ArgumentNullException.ThrowIfNull(target);
        if (!target.IsAbsoluteUri)
        {
            throw new ArgumentException("The target must be an absolute URI.", nameof(target));
        }

        return new(false, _ => HttpAnswer.Redirect(307, target.AbsoluteUri));
    }

    internal HttpAnswer AnswerWith(FakeAadErrorPage page) => _answer(page);
}

/// <summary>Makes Entra ID's error answer to the request at hand.</summary>
internal delegate HttpAnswer FakeAadErrorPage(Errors.AadError error);
