using System.Net;

namespace AuthCode;

/// <summary>The token endpoint's error answer: RFC 6749 section 5.2, and the fields that Microsoft Entra ID adds.</summary>
/// <remarks>
/// Decide by <see cref="Error"/> (and <see cref="SubError"/>), never by <see cref="ErrorDescription"/> or
/// <see cref="ErrorCodes"/>: Entra may change those. All text but <see cref="Claims"/> is cleaned of control characters and capped.
/// See <see href="https://www.rfc-editor.org/rfc/rfc6749#section-5.2">RFC 6749, section 5.2</see> and
/// <see href="https://learn.microsoft.com/entra/identity-platform/reference-error-codes">Entra's error codes</see>.
/// Instances are immutable and safe to share between threads.
/// </remarks>
public sealed class TokenErrorResponse
{
    /// <summary>Makes an answer with a status code; the other members are set by initializers, in tests of code that reads them.</summary>
    /// <param name="statusCode">The HTTP status code.</param>
    public TokenErrorResponse(HttpStatusCode statusCode) => StatusCode = statusCode;

    /// <summary>The HTTP status code of the answer.</summary>
    public HttpStatusCode StatusCode { get; }

    /// <summary>The error, as <c>invalid_grant</c>.</summary>
    /// <value><see langword="null"/> when the answer was not an OAuth error.</value>
    public string? Error { get; init; }

    /// <summary>The server's explanation, as <c>AADSTS70008: The provided authorization code or refresh token has expired…</c></summary>
    /// <value><see langword="null"/> when the server gave none.</value>
    public string? ErrorDescription { get; init; }

    /// <summary>An address with more about the error.</summary>
    /// <value><see langword="null"/> when the server gave none.</value>
    public string? ErrorUri { get; init; }

    /// <summary>Entra's refinement of <see cref="Error"/>, as <c>consent_required</c>.</summary>
    /// <value><see langword="null"/> when the server gave none.</value>
    public string? SubError { get; init; }

    /// <summary>Entra's numbers for the error, as 70008 for AADSTS70008.</summary>
    /// <value>Default: empty.</value>
    public IReadOnlyList<int> ErrorCodes { get; init; } = [];

    /// <summary>Entra's id of this answer, to quote in a support request.</summary>
    /// <value><see langword="null"/> when the server gave none.</value>
    public string? TraceId { get; init; }

    /// <summary>The id that the request and its answer share, to quote in a support request.</summary>
    /// <value><see langword="null"/> when the server gave none.</value>
    public string? CorrelationId { get; init; }

    /// <summary>When the server made the answer, in UTC.</summary>
    /// <value><see langword="null"/> when the server gave none, or no date.</value>
    public DateTimeOffset? Timestamp { get; init; }

    /// <summary>The claims that the server wants in the user's next sign-in: pass them as <c>claims</c> of the authorize request.</summary>
    /// <value>A JSON object as the server wrote it; <see langword="null"/> when the server gave none, or something else.</value>
    public string? Claims { get; init; }

    /// <summary>How long the server asks to wait before the next request.</summary>
    /// <value>Counted from the answer; <see langword="null"/> when the server gave none, or none that can be read.</value>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The status code, the error and the correlation id.</summary>
    /// <returns>One line without <see cref="Claims"/> and <see cref="ErrorDescription"/>.</returns>
    public override string ToString()
    {
        string line = $"HTTP {(int)StatusCode}";
        line += Error is null ? "" : $" {Error}";
        line += SubError is null ? "" : $"/{SubError}";
        return CorrelationId is null ? line : $"{line} (correlation id {CorrelationId})";
    }
}
