using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;

namespace AuthCode;

/// <summary>An address of this application that starts a sign-in: on the callback's path, protected, and good for as long as a sign-in.</summary>
internal static class StartAddress
{
    internal const string Parameter = "start";

    // Parameters are not stored with properties, so they become items for this one purpose.
    internal const string Items = "authcode.start.";
    internal const string Expires = Items + "expires";

    /// <summary>The item that tells by a hash which session had no token.</summary>
    internal const string Session = Items + "session";

    /// <summary>The hash of a session, for that item.</summary>
    internal static string HashOf(SessionReference session) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{session.Scheme}\n{session.Key}")).AsSpan(0, 12));

    /// <summary>Creates the address.</summary>
    /// <param name="options">The settings of the scheme.</param>
    /// <param name="properties">What the sign-in asks for.</param>
    /// <param name="now">The time.</param>
    /// <param name="pathBase">The path below which the application is.</param>
    internal static string Of(AuthCodeOptions options, AuthenticationProperties properties, DateTimeOffset now, PathString pathBase)
    {
        var start = new AuthenticationProperties(new Dictionary<string, string?>(properties.Items, StringComparer.Ordinal));
        start.Items[Expires] = (now + options.RemoteAuthenticationTimeout).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        start.SetString(Items + AuthCodeChallengeProperties.ScopesKey, string.Join(' ', properties.GetParameter<IReadOnlyList<string>>(AuthCodeChallengeProperties.ScopesKey) ?? []));
        foreach (string parameter in (string[])[AuthCodeChallengeProperties.ClaimsKey, AuthCodeChallengeProperties.PromptKey, AuthCodeChallengeProperties.LoginHintKey])
        {
            start.SetString(Items + parameter, properties.GetParameter<string>(parameter));
        }

        return $"{pathBase}{options.CallbackPath}?{Parameter}={Uri.EscapeDataString(options.StartFormat.Protect(start))}";
    }
}
