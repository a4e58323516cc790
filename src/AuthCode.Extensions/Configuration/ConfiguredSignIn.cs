using Microsoft.Extensions.Configuration;

namespace AuthCode;

/// <summary>Reads the settings of sign-ins. What only a web application can use (the paths, the scopes) is checked here and used there.</summary>
internal static class ConfiguredSignIn
{
    private const string ExampleOfScope = "https://vault.azure.net/.default";

    private static readonly (string Key, string Example)[] Paths =
    [
        ("CallbackPath", "/signin-oidc"),
        ("SignedOutCallbackPath", "/signout-callback-oidc"),
        ("RemoteSignOutPath", "/signout-oidc"),
        ("BackchannelLogoutPath", "/signout-backchannel"),
    ];

    internal static void Read(SectionReader section, AuthorizationCodeClientOptions options)
    {
        foreach ((string key, string example) in Paths)
        {
            if (section.Text(key) is { } path && (path[0] != '/' || path.StartsWith("//", StringComparison.Ordinal) || path.AsSpan().IndexOfAny('?', '#') >= 0))
            {
                section.Refuse(key, $"is no path of this application: write it from its root, without a host and a query, as {example}.");
            }
        }

        if (section.Has("Scope") && section.Has("Scopes"))
        {
            section.Refuse("Scope", "stands beside Scopes, which means the same: remove one of them, as Scopes alone with [ \"https://vault.azure.net/.default\" ].");
        }

        foreach (string key in (string[])["Scopes", "Scope"])
        {
            // RFC 6749, section 3.3.
            if (section.Entries(key, ExampleOfScope).Any(static entry => entry.Any(static c => c is < '!' or > '~' or '"' or '\\')))
            {
                section.Refuse(key, $"has an entry that is no scope: write each without spaces, quotes and backslashes, as {ExampleOfScope}.");
            }
        }

        ReadExtraParameters(section, options);
    }

    private static void ReadExtraParameters(SectionReader section, AuthorizationCodeClientOptions options)
    {
        const string Key = "ExtraQueryParameters";
        IConfigurationSection parameters = section.Section.GetSection(Key);
        if (!string.IsNullOrEmpty(parameters.Value))
        {
            section.Refuse(Key, "is text: write an object with a value for each parameter, as { \"domain_hint\": \"contoso.example\" }.");
        }

        foreach (IConfigurationSection parameter in parameters.GetChildren())
        {
            if (parameter.GetChildren().Any())
            {
                section.Refuse($"{Key}:{parameter.Key}", "is an array or an object: write one value for each parameter, as { \"domain_hint\": \"contoso.example\" }.");
            }
            else if (parameter.Value is { Length: > 0 } value)
            {
                options.AuthorizationParameters[parameter.Key] = value;
            }
        }
    }
}
