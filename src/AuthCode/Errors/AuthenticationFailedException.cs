namespace AuthCode;

/// <summary>No token could be had: the one exception type for everything that stops a token.</summary>
/// <remarks>
/// The message leads with what to do, then gives the server's own words, cleaned and capped. It never holds a code, a token,
/// a secret, an assertion or a verifier. A caller's own cancellation is an <see cref="OperationCanceledException"/> instead,
/// and a caller's mistake an <see cref="ArgumentException"/>.
/// </remarks>
public class AuthenticationFailedException : Exception
{
    /// <summary>Makes an exception with a message.</summary>
    /// <param name="message">What happened and what to do.</param>
    public AuthenticationFailedException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception with a message and its cause.</summary>
    /// <param name="message">What happened and what to do.</param>
    /// <param name="innerException">The cause, if there is one.</param>
    public AuthenticationFailedException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Makes an exception with a message, its cause and what the server answered; for tests of code that reads <see cref="Response"/>.</summary>
    /// <param name="message">What happened and what to do.</param>
    /// <param name="innerException">The cause, if there is one.</param>
    /// <param name="response">What the server answered, if it answered.</param>
    public AuthenticationFailedException(string message, Exception? innerException, TokenErrorResponse? response)
        : base(message, innerException) => Response = response;

    /// <summary>What the server answered.</summary>
    /// <value><see langword="null"/> when no answer was received, or when no request was sent.</value>
    public TokenErrorResponse? Response { get; }

    /// <summary>Whether only a new sign-in of the user helps: the session has ended, or the server wants the user to act.</summary>
    /// <value>
    /// <see langword="true"/>: send the user to the authorize endpoint, with <see cref="TokenErrorResponse.Claims"/> when it is set.
    /// <see langword="false"/>: the cause lies elsewhere (network, throttling, configuration), and a later call may succeed.
    /// </value>
    public bool IsSignInRequired { get; init; }
}
