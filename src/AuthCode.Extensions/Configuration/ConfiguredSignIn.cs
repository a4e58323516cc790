using Microsoft.Extensions.Configuration;

namespace AuthCode;

/// <summary>Reads the settings of sign-ins. What only a web application can use (the paths, the scopes) is checked here and used there.</summary>
internal static class ConfiguredSignIn
{
    private static readonly (string Key, string Example)[] Paths =
    [
        (SignInKeys.CallbackPath, "/signin-oidc"),
        (SignInKeys.SignedOutCallbackPath, "/signout-callback-oidc"),
        (SignInKeys.RemoteSignOutPath, "/signout-oidc"),
        (SignInKeys.BackchannelLogoutPath, "/signout-backchannel"),
    ];

    internal static void Read(SectionReader section, AuthorizationCodeClientOptions options)
    {
        foreach ((string key, string example) in Paths)
        {
            SignInKeys.PathOf(section, key, example);
        }

        SignInKeys.ScopesOf(section);
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
