using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;

namespace AuthCode;

/// <content>The address at which a script, a component or a hub sends its user to sign in: on the callback's path.</content>
public sealed partial class AuthCodeHandler
{
    private const string StartParameter = StartAddress.Parameter;

    private string StartUrl(AuthenticationProperties properties) => StartAddress.Of(Options, properties, Now, OriginalPathBase);

    private async Task StartAsync(string text)
    {
        if (Options.StartFormat.Unprotect(text) is not { } start
            || !long.TryParse(start.GetString(StartAddress.Expires), CultureInfo.InvariantCulture, out long expires)
            || expires < Now.ToUnixTimeSeconds())
        {
            await Page.WriteAsync(
                Context, StatusCodes.Status400BadRequest, "This address has expired", "Go back to the application, and try again.", ReturnAddress.Home(Request), "Continue").ConfigureAwait(false);
            return;
        }

        var properties = new AuthCodeChallengeProperties
        {
            Scopes = start.GetString(StartAddress.Items + AuthCodeChallengeProperties.ScopesKey)?.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            Claims = start.GetString(StartAddress.Items + AuthCodeChallengeProperties.ClaimsKey),
            Prompt = start.GetString(StartAddress.Items + AuthCodeChallengeProperties.PromptKey),
            LoginHint = start.GetString(StartAddress.Items + AuthCodeChallengeProperties.LoginHintKey),
        };
        foreach ((string item, string? value) in start.Items.Where(static item => !item.Key.StartsWith(StartAddress.Items, StringComparison.Ordinal)))
        {
            properties.Items[item] = value;
        }

        if (start.Items.ContainsKey(RecentReasons.Item) || await MayBeginAsync(properties, start.GetString(StartAddress.Session)).ConfigureAwait(false))
        {
            await RedirectAsync(properties).ConfigureAwait(false);
        }
    }

    // Who made the address had no request, so what the cookie says is looked at here.
    private async Task<bool> MayBeginAsync(AuthCodeChallengeProperties properties, string? session)
    {
        ClaimsPrincipal? user = (await Context.AuthenticateAsync(SignInScheme).ConfigureAwait(false)).Principal;
        string reason = user is null && properties.Claims is null ? RecentReasons.Over : RecentReasons.Of(properties.Scopes ?? [], properties.Claims);
        properties.RedirectUri = ReturnAddress.Of(properties.RedirectUri, Request);
        if (session is not null && await HasOnlyOtherSessionsAsync(session).ConfigureAwait(false))
        {
            Response.Headers.CacheControl = "no-store";
            Response.Redirect(properties.RedirectUri);
            return false;
        }

        if (RecentReasons.Of(Context).IsLoop(reason))
        {
            Log.NotSatisfied(Logger, "a component or a hub asks for the same again");
            await Page.WriteNotSatisfiedAsync(Context, properties.RedirectUri).ConfigureAwait(false);
            return false;
        }

        properties.LoginHint ??= user?.FindFirst("login_hint")?.Value ?? user?.FindFirst("preferred_username")?.Value;
        properties.Items[RecentReasons.PendingItem] = reason;
        properties.Items[RecentReasons.Item] = RecentReasons.Of(Context).ToString();
        return true;
    }

    // A sign-in in another tab has begun a session and ended that of the circuit or the hub. The page finds the new one when it is loaded.
    private async Task<bool> HasOnlyOtherSessionsAsync(string session)
    {
        IReadOnlyList<PreviousSession> present = await PreviousSession.OfAsync(Context, Scheme.Name, SignInScheme).ConfigureAwait(false);
        return present.Count > 0 && present.All(other => StartAddress.HashOf(other.Session) != session);
    }
}
