using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AuthCode;

/// <summary>Looks whether the session that a cookie names goes on.</summary>
internal static class SessionCheck
{
    // Of CookieAuthenticationHandler, in a cookie whose ticket is in a SessionStore.
    private const string TicketKeyClaim = "Microsoft.AspNetCore.Authentication.Cookies-SessionId";

    private static readonly object LostKey = new();
    private static readonly object RejectedKey = new();

    /// <summary>Whether the request came with a cookie whose session is lost.</summary>
    internal static bool HasLostSession(HttpContext context) => context.Items.ContainsKey(LostKey);

    /// <summary>The session of a cookie that was rejected in this request; <see langword="null"/> for none.</summary>
    internal static SessionReference? RejectedSession(HttpContext context) => (context.Items[RejectedKey] as PreviousSession)?.Session;

    /// <summary>The session of a cookie that was rejected in this request although it was not deleted: it may go on elsewhere.</summary>
    internal static PreviousSession? RejectedBy(HttpContext context, string? cookieScheme) =>
        context.Items[(RejectedKey, cookieScheme)] as PreviousSession;

    /// <summary>Whether the cookie of a session may be written again with a later expiry: not if it will be rejected.</summary>
    internal static async Task<bool> MayRenewAsync(HttpContext context, SessionReference? session) =>
        session is null
        || (context.RequestServices.GetKeyedService<UserSessions>(session.Scheme) is { } sessions
            && await sessions.GetStatusAsync(session.Key, context.RequestAborted).ConfigureAwait(false) switch
            {
                UserSessionStatus.Ended => false,
                UserSessionStatus.Lost => OptionsOf(context, session).WhenSessionIsLost == LostSessionBehavior.KeepUser,
                _ => true,
            });

    internal static async Task CheckAsync(CookieValidatePrincipalContext cookie)
    {
        HttpContext context = cookie.HttpContext;
        if (SessionReference.Of(cookie.Principal) is not { } session)
        {
            return;
        }

        if (context.RequestServices.GetKeyedService<UserSessions>(session.Scheme) is not { } sessions)
        {
            // Of a scheme that this application no longer has.
            cookie.RejectPrincipal();
            return;
        }

        AuthCodeOptions options = OptionsOf(context, session);
        NoteReasons(cookie, options);
        switch (await sessions.GetStatusAsync(session.Key, context.RequestAborted).ConfigureAwait(false))
        {
            case UserSessionStatus.Ended:
                RejectEnded(cookie);
                break;
            case UserSessionStatus.Lost when options.WhenSessionIsLost == LostSessionBehavior.SignInAgain:
                RejectLost(cookie);
                break;
            default:
                // It goes on, or the store does not respond, and then the user stays.
                break;
        }
    }

    /// <summary>Rejects a cookie whose session has ended.</summary>
    internal static void RejectEnded(CookieValidatePrincipalContext cookie)
    {
        Log.SessionEnded(LoggerOf(cookie.HttpContext));
        Reject(cookie, isOver: true);
    }

    /// <summary>Rejects a cookie whose session is lost, or goes on without the claims that were kept with it.</summary>
    internal static void RejectLost(CookieValidatePrincipalContext cookie)
    {
        if (SessionReference.Of(cookie.Principal) is { } session)
        {
            NoteReasons(cookie, OptionsOf(cookie.HttpContext, session));
        }

        Log.SessionLost(LoggerOf(cookie.HttpContext));
        cookie.HttpContext.Items[LostKey] = true;
        Reject(cookie, isOver: true);
    }

    /// <summary>Rejects a cookie whose claims cannot be read just now: nobody is to be taken for a user without roles or restrictions.</summary>
    internal static void RejectUnread(CookieValidatePrincipalContext cookie) => Reject(cookie, isOver: false);

    /// <summary>Rejects a cookie of an earlier version of the application, which kept its tickets in a store.</summary>
    /// <remarks>The framework takes the key of a ticket for a user, who is authenticated once the cookie was written again, and has no claims.</remarks>
    internal static bool TryRejectKeyOfNoTicket(CookieValidatePrincipalContext cookie)
    {
        bool isKey = cookie.Principal?.HasClaim(static claim => claim.Type == TicketKeyClaim) == true;
        if (isKey)
        {
            cookie.RejectPrincipal();
        }

        return isKey;
    }

    private static void NoteReasons(CookieValidatePrincipalContext cookie, AuthCodeOptions options)
    {
        RecentReasons.Note(cookie.HttpContext, cookie.Properties.GetString(RecentReasons.Item), (options.TimeProvider ?? TimeProvider.System).GetUtcNow());
        StepUpScopes.Note(cookie.HttpContext, cookie.Properties);
    }

    private static AuthCodeOptions OptionsOf(HttpContext context, SessionReference session) =>
        context.RequestServices.GetRequiredService<IOptionsMonitor<AuthCodeOptions>>().Get(session.Scheme);

    private static ILogger LoggerOf(HttpContext context) => context.RequestServices.GetRequiredService<ILogger<AuthCodeHandler>>();

    // The cookie is not deleted: this response can arrive after that of a new sign-in in another tab, whose cookie it would delete.
    private static void Reject(CookieValidatePrincipalContext cookie, bool isOver)
    {
        if (PreviousSession.Of(cookie.Principal) is { } rejected)
        {
            cookie.HttpContext.Items[RejectedKey] = rejected;
            cookie.HttpContext.Items[(RejectedKey, cookie.Scheme.Name)] = rejected;
            if (isOver)
            {
                cookie.HttpContext.RequestServices.GetRequiredService<UserClients>().Drop(rejected.Session);
            }
        }

        cookie.RejectPrincipal();
    }
}
