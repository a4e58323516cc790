using System.Globalization;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;

namespace AuthCode;

/// <content>The address at which a script sends its user to sign in: on the callback's path.</content>
public sealed partial class AuthCodeHandler
{
    private const string StartParameter = "start";

    // Parameters are not stored with properties, so they become items for this one purpose.
    private const string StartItems = "authcode.start.";
    private const string StartExpires = StartItems + "expires";

    private string StartUrl(AuthenticationProperties properties)
    {
        var start = new AuthenticationProperties(new Dictionary<string, string?>(properties.Items, StringComparer.Ordinal));
        start.Items[StartExpires] = (Now + Options.RemoteAuthenticationTimeout).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        start.SetString(StartItems + AuthCodeChallengeProperties.ScopesKey, string.Join(' ', properties.GetParameter<IReadOnlyList<string>>(AuthCodeChallengeProperties.ScopesKey) ?? []));
        foreach (string parameter in (string[])[AuthCodeChallengeProperties.ClaimsKey, AuthCodeChallengeProperties.PromptKey, AuthCodeChallengeProperties.LoginHintKey])
        {
            start.SetString(StartItems + parameter, properties.GetParameter<string>(parameter));
        }

        return $"{OriginalPathBase}{Options.CallbackPath}?{StartParameter}={Uri.EscapeDataString(Options.StartFormat.Protect(start))}";
    }

    private async Task StartAsync(string text)
    {
        if (Options.StartFormat.Unprotect(text) is not { } start
            || !long.TryParse(start.GetString(StartExpires), CultureInfo.InvariantCulture, out long expires)
            || expires < Now.ToUnixTimeSeconds())
        {
            await Page.WriteAsync(
                Context, StatusCodes.Status400BadRequest, "This address has expired", "Go back to the application, and try again.", ReturnAddress.Home(Request), "Continue").ConfigureAwait(false);
            return;
        }

        var properties = new AuthCodeChallengeProperties
        {
            Scopes = start.GetString(StartItems + AuthCodeChallengeProperties.ScopesKey)?.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            Claims = start.GetString(StartItems + AuthCodeChallengeProperties.ClaimsKey),
            Prompt = start.GetString(StartItems + AuthCodeChallengeProperties.PromptKey),
            LoginHint = start.GetString(StartItems + AuthCodeChallengeProperties.LoginHintKey),
        };
        foreach ((string item, string? value) in start.Items.Where(static item => !item.Key.StartsWith(StartItems, StringComparison.Ordinal)))
        {
            properties.Items[item] = value;
        }

        await RedirectAsync(properties).ConfigureAwait(false);
    }
}
