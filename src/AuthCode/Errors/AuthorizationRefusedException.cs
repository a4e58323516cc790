namespace AuthCode;

/// <summary>The authorization server sent the user back with an error instead of a code (RFC 6749 section 4.1.2.1).</summary>
/// <remarks>
/// Decide by <see cref="Error"/>, as <c>access_denied</c> when the user declined, never by the description. All text is cleaned of
/// control characters and capped. Anyone can make a browser bring such an answer, so show its text to nobody but the log.
/// </remarks>
public sealed class AuthorizationRefusedException : AuthenticationFailedException
{
    /// <summary>Makes an exception.</summary>
    /// <param name="message">What happened and what to do.</param>
    /// <param name="error">The error.</param>
    /// <param name="errorDescription">The server's explanation, if it gave one.</param>
    /// <param name="errorUri">An address with more about the error, if the server gave one.</param>
    public AuthorizationRefusedException(string message, string error, string? errorDescription = null, string? errorUri = null)
        : base(message)
    {
        Error = error;
        ErrorDescription = errorDescription;
        ErrorUri = errorUri;
    }

    /// <summary>The error, as <c>access_denied</c>, <c>login_required</c> or <c>temporarily_unavailable</c>.</summary>
    public string Error { get; }

    /// <summary>The server's explanation.</summary>
    /// <value><see langword="null"/> when the server gave none.</value>
    public string? ErrorDescription { get; }

    /// <summary>An address with more about the error.</summary>
    /// <value><see langword="null"/> when the server gave none.</value>
    public string? ErrorUri { get; }
}
