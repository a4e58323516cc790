using Microsoft.Extensions.Configuration;

namespace AuthCode;

/// <summary>Reads the settings of a scheme from the section of its client.</summary>
internal static class SectionOptions
{
    internal static void Read(IConfigurationSection section, AuthCodeOptions options)
    {
        if (section["CallbackPath"] is { Length: > 0 } callback)
        {
            options.CallbackPath = PathOf(section, "CallbackPath", callback);
        }

        if (section["SignedOutCallbackPath"] is { Length: > 0 } signedOut)
        {
            options.SignedOutCallbackPath = PathOf(section, "SignedOutCallbackPath", signedOut);
        }

        if (section["RemoteSignOutPath"] is { Length: > 0 } remote)
        {
            options.RemoteSignOutPath = PathOf(section, "RemoteSignOutPath", remote);
        }

        if (section["BackchannelLogoutPath"] is { Length: > 0 } backchannel)
        {
            options.BackchannelLogoutPath = PathOf(section, "BackchannelLogoutPath", backchannel);
        }

        // As the client reads it: these keys are of other providers.
        options.IsEntra = string.IsNullOrEmpty(section["Issuer"]) && string.IsNullOrEmpty(section["MetadataAddress"]);
        foreach (string key in (string[])["Scopes", "Scope"])
        {
            IConfigurationSection scopes = section.GetSection(key);
            foreach (string? scope in scopes.Value is { Length: > 0 } text ? text.Split(' ', StringSplitOptions.RemoveEmptyEntries) : scopes.GetChildren().Select(static child => child.Value))
            {
                if (!string.IsNullOrEmpty(scope) && !options.Scopes.Contains(scope))
                {
                    options.Scopes.Add(scope);
                }
            }
        }
    }

    private static string PathOf(IConfigurationSection section, string key, string value) => value[0] == '/'
        ? value
        : throw new InvalidOperationException($"The value of {section.Path}:{key} is no path: begin it with a slash, as /signin-oidc.");
}
