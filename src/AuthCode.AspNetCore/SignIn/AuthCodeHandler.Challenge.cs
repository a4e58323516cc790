using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;

namespace AuthCode;

/// <content>The way to the authorization server.</content>
public sealed partial class AuthCodeHandler
{
    // On the callback's path: the address at which a script sends its user to sign in.
    private const string StartParameter = "start";

    private const string DefaultScope = "/.default";

    /// <summary>Sends the browser to the authorization server, or tells a script to do so.</summary>
    /// <param name="properties">What the challenge asks for.</param>
    /// <returns>A task that is complete when the response is set.</returns>
    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        ArgumentNullException.ThrowIfNull(properties);
        properties.RedirectUri = ReturnAddress.Of(properties.RedirectUri, Request);
        if (SessionCheck.HasLostSession(Context) && !properties.Items.ContainsKey(RecentReasons.PendingItem))
        {
            if (RecentReasons.Of(Context).IsLoop(RecentReasons.Lost))
            {
                Log.NotSatisfied(Logger, "the session is lost each time");
                await Page.WriteAsync(
                    Context, StatusCodes.Status403Forbidden, "Your session cannot be kept",
                    "You have signed in several times, and this application lost your session each time. Try again in a few minutes.", properties.RedirectUri, "Try again").ConfigureAwait(false);
                return;
            }

            properties.Items[RecentReasons.PendingItem] = RecentReasons.Lost;
        }

        properties.Items[RecentReasons.Item] = RecentReasons.Of(Context).ToString();
        if (BrowserRequest.IsScript(Request) || properties.GetParameter<bool>(AuthCodeChallengeProperties.AnswersScriptKey))
        {
            await new Problem(StatusCodes.Status401Unauthorized, "The user must sign in.")
            {
                Scopes = properties.GetParameter<IReadOnlyList<string>>(AuthCodeChallengeProperties.ScopesKey) ?? [],
                Claims = properties.GetParameter<string>(AuthCodeChallengeProperties.ClaimsKey),
                SignInUrl = StartUrl(properties),
            }.WriteAsync(Context).ConfigureAwait(false);
            return;
        }

        await RedirectAsync(properties).ConfigureAwait(false);
    }

    private async Task RedirectAsync(AuthenticationProperties properties)
    {
        var request = new AuthorizationRequestOptions
        {
            ResponseMode = Options.ResponseMode,
            Prompt = properties.GetParameter<string>(AuthCodeChallengeProperties.PromptKey) ?? Options.Prompt,
            Claims = properties.GetParameter<string>(AuthCodeChallengeProperties.ClaimsKey),
            LoginHint = properties.GetParameter<string>(AuthCodeChallengeProperties.LoginHintKey),
            Lifetime = Options.RemoteAuthenticationTimeout,
        };
        var redirect = new AuthorizationRedirectContext(
            Context, Scheme, Options, properties, ScopesOf(properties.GetParameter<IReadOnlyList<string>>(AuthCodeChallengeProperties.ScopesKey)), request);
        await HandlerEvents.RedirectToAuthorizationServer(redirect).ConfigureAwait(false);

        // Not canceled with the browser's request: metadata that is read is of use to the next one.
        AuthorizationRequest created = await Client.CreateAuthorizationRequestAsync(
            new Uri(BuildRedirectUri(Options.CallbackPath)), redirect.Scopes, request, CancellationToken.None).ConfigureAwait(false);
        properties.Items[TransactionItem] = created.Transaction.Serialize();
        Transactions.Add(created.Transaction.State, properties, created.Transaction.ExpiresOn);
        Response.Headers.CacheControl = "no-store";
        Response.Redirect(created.Uri.AbsoluteUri);
    }

    // Entra ID accepts no other scope beside one that ends in /.default.
    private List<string> ScopesOf(IReadOnlyList<string>? wanted)
    {
        if (wanted is null or { Count: 0 })
        {
            return [.. Options.Scopes];
        }

        bool standsAlone = wanted.Concat(Options.Scopes).Any(static scope => scope.EndsWith(DefaultScope, StringComparison.Ordinal));
        return standsAlone ? [.. wanted] : [.. wanted.Union(Options.Scopes, StringComparer.Ordinal)];
    }

    // Parameters are not stored with properties, so they become items for this one purpose.
    private string StartUrl(AuthenticationProperties properties)
    {
        var start = new AuthenticationProperties { RedirectUri = ReturnAddress.OfPage(Request), ExpiresUtc = Now + Options.RemoteAuthenticationTimeout };
        foreach (string item in (string[])[RecentReasons.Item, RecentReasons.PendingItem])
        {
            start.SetString(item, properties.GetString(item));
        }

        start.SetString(AuthCodeChallengeProperties.ScopesKey, string.Join(' ', properties.GetParameter<IReadOnlyList<string>>(AuthCodeChallengeProperties.ScopesKey) ?? []));
        start.SetString(AuthCodeChallengeProperties.ClaimsKey, properties.GetParameter<string>(AuthCodeChallengeProperties.ClaimsKey));
        start.SetString(AuthCodeChallengeProperties.LoginHintKey, properties.GetParameter<string>(AuthCodeChallengeProperties.LoginHintKey));
        return $"{OriginalPathBase}{Options.CallbackPath}?{StartParameter}={Uri.EscapeDataString(Options.StartFormat.Protect(start))}";
    }

    private async Task StartAsync(string text)
    {
        if (Options.StartFormat.Unprotect(text) is not { } start || start.ExpiresUtc < Now)
        {
            await Page.WriteAsync(
                Context, StatusCodes.Status400BadRequest, "This address has expired", "Go back to the application, and try again.", ReturnAddress.Home(Request), "Continue").ConfigureAwait(false);
            return;
        }

        var properties = new AuthCodeChallengeProperties
        {
            RedirectUri = start.RedirectUri,
            Scopes = start.GetString(AuthCodeChallengeProperties.ScopesKey)?.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            Claims = start.GetString(AuthCodeChallengeProperties.ClaimsKey),
            LoginHint = start.GetString(AuthCodeChallengeProperties.LoginHintKey),
        };
        foreach (string item in (string[])[RecentReasons.Item, RecentReasons.PendingItem])
        {
            properties.SetString(item, start.GetString(item));
        }

        await RedirectAsync(properties).ConfigureAwait(false);
    }
}
