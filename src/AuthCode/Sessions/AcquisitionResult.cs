using System.Diagnostics.CodeAnalysis;

namespace AuthCode;

/// <summary>What came of an acquisition, or of one of its attempts: a token, a reason why there is none, or the session's disposal.</summary>
internal sealed class AcquisitionResult
{
    /// <summary>The session was disposed of before there was a token.</summary>
    internal static readonly AcquisitionResult Disposed = new(token: null, failure: null, idToken: null, retry: default);

    private AcquisitionResult(CachedToken? token, Failure? failure, string? idToken, RetryDecision retry)
    {
        Token = token;
        Failure = failure;
        IdToken = idToken;
        Retry = retry;
    }

    [MemberNotNullWhen(true, nameof(Token))]
    internal bool IsSuccess => Token is not null;

    internal readonly CachedToken? Token;

    internal readonly Failure? Failure;

    /// <summary>The ID token that came with the token, if one did.</summary>
    internal readonly string? IdToken;

    /// <summary>Whether another attempt may help.</summary>
    internal readonly RetryDecision Retry;

    internal static AcquisitionResult Success(CachedToken token, string? idToken = null) => new(token, failure: null, idToken, retry: default);

    internal static AcquisitionResult Fail(Failure failure, RetryDecision retry = default) => new(token: null, failure, idToken: null, retry);

    /// <summary>The token.</summary>
    /// <param name="request">What the caller requested.</param>
    /// <param name="isLastAttempt">Whether nothing is left to repeat the request with.</param>
    /// <exception cref="AuthenticationFailedException">There is none; an exception of this caller's own.</exception>
    /// <exception cref="ObjectDisposedException">The session was disposed of.</exception>
    internal CachedToken OrThrow(TokenRequest request, bool isLastAttempt = false) =>
        IsSuccess ? Token : throw ((isLastAttempt ? Failure?.ThatEndsTheSession(Failure.IsOfSetup) : Failure)?.ToException(request.Key.Scopes.Items, request.Key.Tenant.Value) ?? (Exception)new ObjectDisposedException(typeof(AuthorizationCodeCredential).FullName));
}
