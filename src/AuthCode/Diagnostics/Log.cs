using Microsoft.Extensions.Logging;

namespace AuthCode;

/// <summary>Every log event, with its id; none takes a value that could hold a secret.</summary>
internal static partial class Log
{
    internal const string Category = "AuthCode";

    [LoggerMessage(1, LogLevel.Debug, "Asking {Host} for a token of tenant {Tenant} with {GrantType} (client-request-id {RequestId}).")]
    internal static partial void TokenRequested(ILogger logger, string host, string tenant, string grantType, Guid requestId);

    [LoggerMessage(2, LogLevel.Information, "Got a token of tenant {Tenant} with {GrantType}; it expires on {ExpiresOn:O} (client-request-id {RequestId}).")]
    internal static partial void TokenAcquired(ILogger logger, string tenant, string grantType, DateTimeOffset expiresOn, Guid requestId);

    [LoggerMessage(3, LogLevel.Warning, "Got no token of tenant {Tenant} with {GrantType}: HTTP {StatusCode}, {Error} (client-request-id {RequestId}).")]
    internal static partial void TokenRefused(ILogger logger, string tenant, string grantType, int statusCode, string? error, Guid requestId);

    [LoggerMessage(4, LogLevel.Warning, "Got no token of tenant {Tenant} with {GrantType}: {Outcome}, without a usable response (client-request-id {RequestId}).")]
    internal static partial void TokenRequestFailed(ILogger logger, string tenant, string grantType, string outcome, Guid requestId);

    [LoggerMessage(5, LogLevel.Information, "Asking again after attempt {Attempt}: {Outcome} (client-request-id {RequestId}).")]
    internal static partial void TokenRequestRepeated(ILogger logger, int attempt, string outcome, Guid requestId);

    [LoggerMessage(6, LogLevel.Warning, "A token of tenant {Tenant} could not be renewed early; the valid one is kept, and the next attempt comes on {NextAttempt:O}.")]
    internal static partial void EarlyRefreshFailed(ILogger logger, string tenant, DateTimeOffset nextAttempt);

    [LoggerMessage(7, LogLevel.Warning, "The session has ended: the user must sign in again.")]
    internal static partial void SessionOver(ILogger logger);

    [LoggerMessage(8, LogLevel.Error, "Acquiring a token failed in a way that AuthCode did not foresee ({ExceptionType}).")]
    internal static partial void Unexpected(ILogger logger, string exceptionType);

    [LoggerMessage(9, LogLevel.Warning, "The session store did not respond ({ExceptionType}); valid tokens are served meanwhile.")]
    internal static partial void StoreFailed(ILogger logger, string exceptionType);

    [LoggerMessage(10, LogLevel.Warning, "A stored session could not be read: its key is gone, or it is of another client or damaged. It counts as absent.")]
    internal static partial void SessionUnreadable(ILogger logger);

    [LoggerMessage(11, LogLevel.Error, "The session protector failed ({ExceptionType}).")]
    internal static partial void ProtectorFailed(ILogger logger, string exceptionType);

    [LoggerMessage(12, LogLevel.Error, "OnEnded of the session options failed ({ExceptionType}).")]
    internal static partial void OnEndedFailed(ILogger logger, string exceptionType);

    [LoggerMessage(13, LogLevel.Warning, "Sessions are shared without leases, and the server may accept a refresh token once only: two instances that refresh a session at the same time can end it. Set Sessions.Leases, or RefreshTokenUse to Reusable if the server allows it.")]
    internal static partial void NoLeases(ILogger logger);

    [LoggerMessage(14, LogLevel.Debug, "Read the {Document} of {Host}.")]
    internal static partial void DocumentRead(ILogger logger, string document, string host);

    [LoggerMessage(15, LogLevel.Warning, "Could not read the {Document} of {Host}: {Error}. What was read before serves on.")]
    internal static partial void DocumentFailed(ILogger logger, string document, string host, string error);

    [LoggerMessage(16, LogLevel.Debug, "A sign-in at {Host} begins.")]
    internal static partial void SignInStarted(ILogger logger, string host);

    [LoggerMessage(17, LogLevel.Information, "A user has signed in at {Host}.")]
    internal static partial void SignInCompleted(ILogger logger, string host);

    [LoggerMessage(18, LogLevel.Warning, "A sign-in at {Host} failed: {Error}.")]
    internal static partial void SignInFailed(ILogger logger, string host, string error);

    [LoggerMessage(19, LogLevel.Debug, "Pushed an authorization request to {Host}.")]
    internal static partial void RequestPushed(ILogger logger, string host);

    [LoggerMessage(20, LogLevel.Warning, "Could not push an authorization request to {Host}: {Error}.")]
    internal static partial void PushFailed(ILogger logger, string host, string error);

    [LoggerMessage(21, LogLevel.Information, "Revoked a token of type {TokenType} at {Host}.")]
    internal static partial void TokenRevoked(ILogger logger, string tokenType, string host);

    [LoggerMessage(22, LogLevel.Warning, "Could not revoke a token of type {TokenType} at {Host}: {Error}.")]
    internal static partial void RevocationFailed(ILogger logger, string tokenType, string host, string error);

    [LoggerMessage(23, LogLevel.Debug, "Read the claims of a user at {Host}.")]
    internal static partial void UserInfoRead(ILogger logger, string host);

    [LoggerMessage(24, LogLevel.Warning, "Could not read the claims of a user at {Host}: {Error}.")]
    internal static partial void UserInfoFailed(ILogger logger, string host, string error);

    [LoggerMessage(25, LogLevel.Information, "The session store responds again.")]
    internal static partial void StoreRecovered(ILogger logger);

    [LoggerMessage(26, LogLevel.Debug, "The session store has another version than was expected: another instance has written.")]
    internal static partial void StoreConflict(ILogger logger);

    [LoggerMessage(27, LogLevel.Debug, "Took over what another instance has stored of a session.")]
    internal static partial void SessionAdopted(ILogger logger);

    [LoggerMessage(28, LogLevel.Warning, "The session leases did not respond ({ExceptionType}); the session is refreshed without a lease.")]
    internal static partial void LeasesFailed(ILogger logger, string exceptionType);

    [LoggerMessage(29, LogLevel.Warning, "Another instance has had the lease of a session for too long; the session is not refreshed.")]
    internal static partial void LeaseTaken(ILogger logger);

    [LoggerMessage(30, LogLevel.Warning, "The lease of a session was lost before it was released: another instance may have refreshed the session meanwhile.")]
    internal static partial void LeaseLost(ILogger logger);

    [LoggerMessage(31, LogLevel.Information, "A session has ended on this instance: {Reason}.")]
    internal static partial void SessionEndedHere(ILogger logger, string reason);
}
