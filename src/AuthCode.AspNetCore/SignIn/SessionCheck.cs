using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AuthCode;

/// <summary>Looks whether the session that a cookie names goes on.</summary>
internal static class SessionCheck
{
    private static readonly object LostKey = new();

    /// <summary>Whether the request came with a cookie whose session is lost.</summary>
    internal static bool HasLostSession(HttpContext context) => context.Items.ContainsKey(LostKey);

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

        AuthCodeOptions options = context.RequestServices.GetRequiredService<IOptionsMonitor<AuthCodeOptions>>().Get(session.Scheme);
        RecentReasons.Note(context, cookie.Properties.GetString(RecentReasons.Item), (options.TimeProvider ?? TimeProvider.System).GetUtcNow());
        ILogger logger = context.RequestServices.GetRequiredService<ILogger<AuthCodeHandler>>();
        switch (await sessions.GetStatusAsync(session.Key, context.RequestAborted).ConfigureAwait(false))
        {
            case UserSessionStatus.Ended:
                Log.SessionEnded(logger);
                await RejectAsync(cookie, session).ConfigureAwait(false);
                break;
            case UserSessionStatus.Lost:
                if (options.WhenSessionIsLost == LostSessionBehavior.SignInAgain)
                {
                    Log.SessionLost(logger);
                    context.Items[LostKey] = true;
                    await RejectAsync(cookie, session).ConfigureAwait(false);
                }

                break;
            default:
                // It goes on, or the store does not respond, and then the user stays.
                break;
        }
    }

    private static async Task RejectAsync(CookieValidatePrincipalContext cookie, SessionReference session)
    {
        HttpContext context = cookie.HttpContext;
        context.RequestServices.GetRequiredService<UserClients>().Drop(session);
        cookie.RejectPrincipal();

        // The response to a script can arrive after that of a new sign-in in another tab, whose cookie it would delete.
        if (!BrowserRequest.IsScript(context.Request))
        {
            await context.SignOutAsync(cookie.Scheme.Name).ConfigureAwait(false);
        }
    }
}
