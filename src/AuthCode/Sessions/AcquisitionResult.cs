using System.Diagnostics.CodeAnalysis;

namespace AuthCode;

/// <summary>What came of an acquisition, or of one of its attempts: a token, a reason why there is none, or the session's disposal.</summary>
internal sealed class AcquisitionResult
{
    /// <summary>The session was disposed of before there was a token.</summary>
    internal static readonly AcquisitionResult Disposed = new(token: null, failure: null, idToken: null, RetryDecision.Stop);

    private AcquisitionResult(CachedToken? token, Failure? failure, string? idToken, RetryDecision retry)
    {
        Token = token;
        Failure = failure;
        IdToken = idToken;
        Retry = retry;
    }

    [MemberNotNullWhen(true, nameof(Token))]
    internal bool IsSuccess => Token is not null;

    internal CachedToken? Token { get; }

    internal Failure? Failure { get; }

    /// <summary>The ID token that came with the token, if one did.</summary>
    internal string? IdToken { get; }

    /// <summary>Whether another attempt may help.</summary>
    internal RetryDecision Retry { get; }

    internal static AcquisitionResult Success(CachedToken token, string? idToken = null) => new(token, failure: null, idToken, RetryDecision.Stop);

    internal static AcquisitionResult Fail(Failure failure, RetryDecision retry = default) => new(token: null, failure, idToken: null, retry);

    /// <summary>The token.</summary>
    /// <exception cref="AuthenticationFailedException">There is none; an exception of this caller's own.</exception>
    /// <exception cref="ObjectDisposedException">The session was disposed of.</exception>
    internal CachedToken OrThrow() =>
        IsSuccess ? Token : throw (Failure?.ToException() ?? (Exception)new ObjectDisposedException(typeof(AuthorizationCodeCredential).FullName));
}
