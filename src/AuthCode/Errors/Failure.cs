using System.Globalization;

namespace AuthCode;

/// <summary>Why there is no token: a value that can be kept and thrown any number of times, each time as a new exception.</summary>
/// <remarks>
/// Implementation note: a failure that many callers share must not be one exception instance, whose stack trace they would
/// all write to. The messages are in <see cref="Failures"/>.
/// </remarks>
internal sealed class Failure(string message, Exception? cause = null, TokenErrorResponse? response = null, bool needsSignIn = false)
{
    internal string Message { get; } = message;

    internal Exception? Cause { get; } = cause;

    internal TokenErrorResponse? Response { get; } = response;

    internal AuthenticationFailedException ToException() => new(Message, Cause, Response) { IsSignInRequired = needsSignIn };

    /// <summary>The same reason, of a session that it has ended.</summary>
    internal Failure ThatEndsTheSession() => needsSignIn ? this : new Failure(Message, Cause, Response, needsSignIn: true);

    /// <summary>The server's own words, last in every message.</summary>
    internal static string WordsOf(TokenErrorResponse response)
    {
        string status = ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture);
        string words = $" The server responded with HTTP {status}";
        words += response.Error is null ? "" : $", {response.Error}";
        words += response.SubError is null ? "" : $" ({response.SubError})";
        return response.ErrorDescription is null ? $"{words}." : $"{words}: {response.ErrorDescription}";
    }
}
