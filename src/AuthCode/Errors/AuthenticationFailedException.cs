namespace AuthCode;

/// <summary>The exception that is thrown when a token could not be acquired, or a sign-in could not be completed.</summary>
/// <remarks>
/// The message says what failed, what to do, and last what the server said, cleaned and capped. It never holds a code, a token,
/// a secret, an assertion or a verifier. A caller's own cancellation is an <see cref="OperationCanceledException"/> instead,
/// and a mistake in an argument is an <see cref="ArgumentException"/>.
/// </remarks>
public class AuthenticationFailedException : Exception
{
    /// <summary>Initializes an exception with a message.</summary>
    /// <param name="message">What happened and what to do.</param>
    public AuthenticationFailedException(string message)
        : base(message)
    {
    }

    /// <summary>Initializes an exception with a message and its cause.</summary>
    /// <param name="message">What happened and what to do.</param>
    /// <param name="innerException">The cause, if there is one.</param>
    public AuthenticationFailedException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Initializes an exception with a message, its cause and the server's response; for tests of code that reads <see cref="Response"/>.</summary>
    /// <param name="message">What happened and what to do.</param>
    /// <param name="innerException">The cause, if there is one.</param>
    /// <param name="response">The server's response, if there was one.</param>
    public AuthenticationFailedException(string message, Exception? innerException, TokenErrorResponse? response)
        : base(message, innerException) => Response = response;

    /// <summary>Gets the error response of the server.</summary>
    /// <value><see langword="null"/> if no response was received, or no request was sent.</value>
    public TokenErrorResponse? Response { get; }

    /// <summary>Gets whether only a new sign-in of the user helps, because the session has ended or the server wants the user to act.</summary>
    /// <value>
    /// <see langword="true"/>: send the user to the authorize endpoint, with <see cref="TokenErrorResponse.Claims"/> if it is set.
    /// <see langword="false"/>: the cause lies elsewhere (network, throttling, configuration), and a new sign-in would end in the same way.
    /// </value>
    public bool IsSignInRequired { get; init; }

    /// <summary>Gets whether the same call may succeed later although nothing is corrected: the network failed, or the server was not available or asked to wait.</summary>
    /// <value>Default: <see langword="false"/>. <see cref="TokenErrorResponse.RetryAfter"/> says how long to wait, if the server did.</value>
    public bool IsTransient { get; init; }

    /// <summary>Gets the scopes for which no token could be acquired.</summary>
    /// <value>Default: empty, if the failure is not about a token request.</value>
    public IReadOnlyList<string> Scopes { get; init; } = [];

    /// <summary>Gets the tenant for which no token could be acquired, as the credential or the caller named it.</summary>
    /// <value>Default: <see langword="null"/>, if the failure is not about a token request, or the server has no tenants.</value>
    public string? TenantId { get; init; }

    /// <summary>Gets or sets a link to what docs/troubleshooting.md, which the package contains, says about the error.</summary>
    /// <value>Default: the row of Entra's error number or of the OAuth error, or else the page.</value>
    public override string? HelpLink
    {
        get => base.HelpLink ?? HelpLinks.Of(Response);
        set => base.HelpLink = value;
    }
}
