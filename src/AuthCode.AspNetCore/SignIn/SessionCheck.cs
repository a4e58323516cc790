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
    internal static SessionReference? RejectedSession(HttpContext context) => context.Items[RejectedKey] as SessionReference;

    /// <summary>Whether a cookie may be written again with a later expiry: not if its session has ended, or is lost and the user signs in again.</summary>
    internal static async Task<bool> MayRenewAsync(CookieSlidingExpirationContext cookie)
    {
        IServiceProvider services = cookie.HttpContext.RequestServices;
        if (SessionReference.Of(cookie.Principal) is not { } session)
        {
            return true;
        }

        return services.GetKeyedService<UserSessions>(session.Scheme) is { } sessions
            && await sessions.GetStatusAsync(session.Key, cookie.HttpContext.RequestAborted).ConfigureAwait(false) switch
            {
                UserSessionStatus.Ended => false,
                UserSessionStatus.Lost => services.GetRequiredService<IOptionsMonitor<AuthCodeOptions>>().Get(session.Scheme).WhenSessionIsLost == LostSessionBehavior.KeepUser,
                _ => true,
            };
    }

    internal static async Task CheckAsync(CookieValidatePrincipalContext cookie)
    {
        HttpContext context = cookie.HttpContext;
        if (SessionReference.Of(cookie.Principal) is not { } session)
        {
            RejectKeyOfNoTicket(cookie);
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
                Log.SessionEnded(LoggerOf(context));
                Reject(cookie, session);
                break;
            case UserSessionStatus.Lost when options.WhenSessionIsLost == LostSessionBehavior.SignInAgain:
                RejectLost(cookie, session);
                break;
            default:
                // It goes on, or the store does not respond, and then the user stays.
                break;
        }
    }

    /// <summary>Rejects a cookie whose session goes on without the claims that were kept with it.</summary>
    internal static void RejectLost(CookieValidatePrincipalContext cookie)
    {
        SessionReference session = SessionReference.Of(cookie.Principal)!;
        NoteReasons(cookie, OptionsOf(cookie.HttpContext, session));
        RejectLost(cookie, session);
    }

    private static void RejectLost(CookieValidatePrincipalContext cookie, SessionReference session)
    {
        Log.SessionLost(LoggerOf(cookie.HttpContext));
        cookie.HttpContext.Items[LostKey] = true;
        Reject(cookie, session);
    }

    // Of an earlier version of the application, which kept its tickets in a store. The framework takes it for a user without an identity,
    // who may see nothing and is not asked to sign in.
    private static void RejectKeyOfNoTicket(CookieValidatePrincipalContext cookie)
    {
        if (cookie.Principal is { } principal && principal.HasClaim(static claim => claim.Type == TicketKeyClaim) && !principal.Identities.Any(static identity => identity.IsAuthenticated))
        {
            cookie.RejectPrincipal();
        }
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
    private static void Reject(CookieValidatePrincipalContext cookie, SessionReference session)
    {
        cookie.HttpContext.RequestServices.GetRequiredService<UserClients>().Drop(session);
        cookie.HttpContext.Items[RejectedKey] = session;
        cookie.RejectPrincipal();
    }
}
