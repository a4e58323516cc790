using System.Globalization;

namespace AuthCode;

/// <summary>Why there is no token: a value that can be kept and thrown any number of times, each time as a new exception.</summary>
/// <remarks>
/// Implementation note: a failure that many callers share must not be one exception instance, whose stack trace they would
/// all write to. The messages are in <see cref="Failures"/>.
/// </remarks>
internal sealed class Failure(string message, Exception? cause = null, TokenErrorResponse? response = null, Remedy remedy = Remedy.Correction)
{
    internal string Message { get; } = message;

    internal Exception? Cause { get; } = cause;

    internal TokenErrorResponse? Response { get; } = response;

    /// <summary>The kind of failure, as an attribute or a log event names it.</summary>
    internal string Kind => ErrorTypes.Of(Response?.Error, (int?)Response?.StatusCode, Cause);

    /// <summary>Whether only a correction of the configuration helps.</summary>
    internal bool IsOfSetup { get; init; }

    /// <summary>The exception of one caller.</summary>
    /// <param name="scopes">The scopes that were requested.</param>
    /// <param name="tenantId">The tenant that they were requested for.</param>
    internal AuthenticationFailedException ToException(IReadOnlyList<string>? scopes = null, string? tenantId = null) => new(Message, Cause, Response)
    {
        IsSignInRequired = remedy == Remedy.SignIn,
        IsTransient = remedy == Remedy.Time,
        Scopes = scopes ?? [],
        TenantId = tenantId,
    };

    /// <summary>The same reason, of a session that it has ended. If the cause is the configuration, a new sign-in does not help either.</summary>
    internal Failure ThatEndsTheSession(bool isOfSetup = false) => new(Message, Cause, Response, isOfSetup ? Remedy.Correction : Remedy.SignIn) { IsOfSetup = isOfSetup };

    /// <summary>The same reason with a sentence more.</summary>
    internal Failure With(string? hint) => hint is null ? this : new(Message + " " + hint, Cause, Response, remedy) { IsOfSetup = IsOfSetup };

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
