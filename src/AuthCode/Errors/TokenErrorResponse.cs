using System.Net;

namespace AuthCode;

/// <summary>Represents an error response of a server: the fields of RFC 6749, section 5.2, and those that Microsoft Entra ID adds.</summary>
/// <remarks>
/// Decide by <see cref="Error"/> (and <see cref="SubError"/>), never by <see cref="ErrorDescription"/> or
/// <see cref="ErrorCodes"/>: Entra may change those. All text but <see cref="Claims"/> is cleaned of control characters and capped.
/// See <see href="https://www.rfc-editor.org/rfc/rfc6749#section-5.2">RFC 6749, section 5.2</see> and
/// <see href="https://learn.microsoft.com/entra/identity-platform/reference-error-codes">Entra's error codes</see>.
/// Instances are immutable and safe to share between threads.
/// </remarks>
public sealed class TokenErrorResponse
{
    /// <summary>Initializes a response with a status code; tests set the other members by initializers.</summary>
    /// <param name="statusCode">The HTTP status code.</param>
    public TokenErrorResponse(HttpStatusCode statusCode) => StatusCode = statusCode;

    /// <summary>Gets the HTTP status code.</summary>
    public HttpStatusCode StatusCode { get; }

    /// <summary>Gets the error, such as <c>invalid_grant</c>.</summary>
    /// <value><see langword="null"/> if the response was not an OAuth error.</value>
    public string? Error { get; init; }

    /// <summary>Gets the server's explanation, such as <c>AADSTS70008: The provided authorization code or refresh token has expired…</c></summary>
    /// <value><see langword="null"/> if the server gave none.</value>
    public string? ErrorDescription { get; init; }

    /// <summary>Gets an address with more about the error.</summary>
    /// <value><see langword="null"/> if the server gave none.</value>
    public string? ErrorUri { get; init; }

    /// <summary>Gets Entra's refinement of <see cref="Error"/>, such as <c>consent_required</c>.</summary>
    /// <value><see langword="null"/> if the server gave none.</value>
    public string? SubError { get; init; }

    /// <summary>Gets Entra's numbers for the error, such as 70008 for AADSTS70008.</summary>
    /// <value>Default: empty.</value>
    public IReadOnlyList<int> ErrorCodes { get; init; } = [];

    /// <summary>Gets Entra's ID of this response, to quote in a support request.</summary>
    /// <value><see langword="null"/> if the server gave none.</value>
    public string? TraceId { get; init; }

    /// <summary>Gets the ID that the request and its response share, to quote in a support request.</summary>
    /// <value><see langword="null"/> if the server gave none.</value>
    public string? CorrelationId { get; init; }

    /// <summary>Gets the time at which the server made the response, in UTC.</summary>
    /// <value><see langword="null"/> if the server gave none, or no date.</value>
    public DateTimeOffset? Timestamp { get; init; }

    /// <summary>Gets the claims that the server wants in the user's next sign-in: pass them as <c>claims</c> of the authorize request.</summary>
    /// <value>A JSON object as the server wrote it; <see langword="null"/> if the server gave none, or something else.</value>
    public string? Claims { get; init; }

    /// <summary>Gets how long the server asks to wait before the next request.</summary>
    /// <value>Counted from the response; <see langword="null"/> if the server gave none, or none that can be read.</value>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Returns the status code, the error and the correlation ID.</summary>
    /// <returns>One line without <see cref="Claims"/> and <see cref="ErrorDescription"/>.</returns>
    public override string ToString()
    {
        string line = $"HTTP {(int)StatusCode}";
        line += Error is null ? "" : $" {Error}";
        line += SubError is null ? "" : $"/{SubError}";
        return CorrelationId is null ? line : $"{line} (correlation id {CorrelationId})";
    }
}
