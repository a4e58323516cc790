using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;

namespace AuthCode;

/// <content>The way to the authorization server.</content>
public sealed partial class AuthCodeHandler
{
    private const string DefaultScope = "/.default";

    /// <summary>Sends the browser to the authorization server, or tells a script to do so.</summary>
    /// <param name="properties">What the challenge asks for.</param>
    /// <returns>A task that is complete when the response is set.</returns>
    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        ArgumentNullException.ThrowIfNull(properties);
        if (StoredTicket.FailureOf(Context, Scheme.Name) is { } failure)
        {
            // The user is signed in, as far as is known.
            await ServiceUnavailable.WriteAsync(Context, failure).ConfigureAwait(false);
            return;
        }

        properties.RedirectUri = ReturnAddress.Of(properties.RedirectUri, Request);
        if (SessionCheck.HasLostSession(Context) && !properties.Items.ContainsKey(RecentReasons.PendingItem))
        {
            if (RecentReasons.Of(Context).IsLoop(RecentReasons.Lost))
            {
                Log.NotSatisfied(Logger, "the session is lost each time");
                await (IsScript(properties)
                    ? new Problem(StatusCodes.Status403Forbidden, "The session of the user is lost each time.").WriteAsync(Context)
                    : Page.WriteAsync(
                        Context, StatusCodes.Status403Forbidden, "Your session cannot be kept",
                        "You have signed in several times, and this application lost your session each time. Try again in a few minutes.", properties.RedirectUri, "Try again")).ConfigureAwait(false);
                return;
            }

            properties.Items[RecentReasons.PendingItem] = RecentReasons.Lost;
        }

        properties.Items[RecentReasons.Item] = RecentReasons.Of(Context).ToString();
        if (IsScript(properties))
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

    private bool IsScript(AuthenticationProperties properties) =>
        BrowserRequest.IsScript(Request) || properties.GetParameter<bool>(AuthCodeChallengeProperties.AnswersScriptKey);

    private async Task RedirectAsync(AuthenticationProperties properties)
    {
        PreviousSession.Keep(properties, await PreviousSession.OfAsync(Context, Scheme.Name, SignInScheme).ConfigureAwait(false));
        var request = new AuthorizationRequestOptions
        {
            ResponseMode = Options.ResponseMode,
            Prompt = properties.GetParameter<string>(AuthCodeChallengeProperties.PromptKey) ?? Options.Prompt,
            Claims = properties.GetParameter<string>(AuthCodeChallengeProperties.ClaimsKey),
            LoginHint = properties.GetParameter<string>(AuthCodeChallengeProperties.LoginHintKey),
            Lifetime = Options.RemoteAuthenticationTimeout,
        };
        var redirect = new AuthorizationRedirectContext(
            Context, Scheme, Options, properties, ScopesOf(properties), request);
        await HandlerEvents.RedirectToAuthorizationServer(redirect).ConfigureAwait(false);

        // Not canceled with the browser's request: metadata that is read is of use to the next one.
        AuthorizationRequest created;
        try
        {
            created = await Client.CreateAuthorizationRequestAsync(
                new Uri(BuildRedirectUri(Options.CallbackPath)), redirect.Scopes, request, CancellationToken.None).ConfigureAwait(false);
        }
        catch (AuthenticationFailedException e) when (e.IsTransient)
        {
            await ServiceUnavailable.WriteAsync(Context, e).ConfigureAwait(false);
            return;
        }

        properties.Items[TransactionItem] = created.Transaction.Serialize();
        Transactions.Add(created.Transaction.State, properties, created.Transaction.ExpiresOn);
        Response.Headers.CacheControl = "no-store";
        Response.Redirect(created.Uri.AbsoluteUri);
    }

    // Entra ID accepts no other scope beside one that ends in /.default.
    private List<string> ScopesOf(AuthenticationProperties properties)
    {
        IReadOnlyList<string>? wanted = properties.GetParameter<IReadOnlyList<string>>(AuthCodeChallengeProperties.ScopesKey);
        if (wanted is null or { Count: 0 })
        {
            return [.. Options.Scopes];
        }

        if (!Options.IsEntra)
        {
            wanted = StepUpScopes.Extend(Context, properties, wanted);
        }

        bool standsAlone = wanted.Concat(Options.Scopes).Any(static scope => scope.EndsWith(DefaultScope, StringComparison.Ordinal));
        return standsAlone ? [.. wanted] : [.. wanted.Union(Options.Scopes, StringComparer.Ordinal)];
    }
}
