namespace AuthCode;

/// <summary>The exception that is thrown when the authorization server sent the user back with an error instead of a code.</summary>
/// <remarks>
/// Decide by <see cref="Error"/>, for example <c>access_denied</c> if the user declined (at LinkedIn <c>user_cancelled_login</c> or
/// <c>user_cancelled_authorize</c>), and never by the description. All text is cleaned of control characters and
/// capped. Anyone can make a browser bring such a response, so write its text to the log only. See
/// <see href="https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2.1">RFC 6749, section 4.1.2.1</see>.
/// </remarks>
public sealed class AuthorizationRefusedException : AuthenticationFailedException
{
    /// <summary>Initializes an exception.</summary>
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

    /// <summary>Gets the error, such as <c>access_denied</c>, <c>login_required</c> or <c>temporarily_unavailable</c>.</summary>
    public string Error { get; }

    /// <summary>Gets the server's explanation.</summary>
    /// <value><see langword="null"/> when the server gave none.</value>
    public string? ErrorDescription { get; }

    /// <summary>Gets an address with more about the error.</summary>
    /// <value><see langword="null"/> when the server gave none.</value>
    public string? ErrorUri { get; }
}
