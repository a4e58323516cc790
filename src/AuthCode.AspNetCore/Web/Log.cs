using Microsoft.Extensions.Logging;

namespace AuthCode;

/// <summary>The log events of this package. They hold no key, no claim and nothing of a cookie.</summary>
internal static partial class Log
{
    /// <summary>What a log may hold of a failure. The words of the server can name the user.</summary>
    internal static string ReasonOf(AuthenticationFailedException failure) => failure.Response?.Error ?? failure.GetType().Name;

    [LoggerMessage(1, LogLevel.Information, "The session of a cookie has ended, so the user is signed out here.")]
    internal static partial void SessionEnded(ILogger logger);

    [LoggerMessage(2, LogLevel.Warning, "The session of a cookie is lost. A store that all instances share keeps sessions across restarts: UseDistributedCache() or UseSessionStore().")]
    internal static partial void SessionLost(ILogger logger);

    [LoggerMessage(3, LogLevel.Warning, "The sign-out could not be completed: {Reason}")]
    internal static partial void SignOutIncomplete(ILogger logger, string reason);

    [LoggerMessage(4, LogLevel.Warning, "The user has come back from the authorization server and the same request fails again, so the user is not sent there once more: {Reason}")]
    internal static partial void NotSatisfied(ILogger logger, string reason);

    [LoggerMessage(5, LogLevel.Warning, "A sign-out that the authorization server told of was refused, or could not be completed: {Reason}")]
    internal static partial void ServerSignOutFailed(ILogger logger, string reason);

    [LoggerMessage(6, LogLevel.Warning, "The cookie of a sign-in cannot be decrypted. All instances must share the keys of Data Protection and the application name: PersistKeysTo…() and SetApplicationName().")]
    internal static partial void SignInUnreadable(ILogger logger);

    [LoggerMessage(7, LogLevel.Warning, "UseAuthCode() was not called, so a token that cannot be acquired ends in an error page, and not in a sign-in. Call app.UseAuthCode() between UseAuthentication() and UseAuthorization().")]
    internal static partial void NotUsed(ILogger logger);

    [LoggerMessage(8, LogLevel.Warning, "The claims that an event of the cookie has replaced could not be kept with the session, so the next request has those before: {Reason}")]
    internal static partial void ClaimsNotKept(ILogger logger, string reason);
}
