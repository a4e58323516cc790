using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

namespace AuthCode;

/// <summary>Reads the settings of a scheme from the section of its client.</summary>
internal static class SectionOptions
{
    internal static void Read(IConfigurationSection configuration, AuthCodeOptions options)
    {
        // What is wrong with them is told by the client, which reads the same.
        var section = new SectionReader(configuration, []);
        options.CallbackPath = PathOf(section, SignInKeys.CallbackPath, options.CallbackPath);
        options.SignedOutCallbackPath = PathOf(section, SignInKeys.SignedOutCallbackPath, options.SignedOutCallbackPath);
        options.RemoteSignOutPath = PathOf(section, SignInKeys.RemoteSignOutPath, options.RemoteSignOutPath);
        options.BackchannelLogoutPath = PathOf(section, SignInKeys.BackchannelLogoutPath, options.BackchannelLogoutPath);
        options.IsEntra = !SignInKeys.IsProvider(section);
        foreach (string scope in SignInKeys.ScopesOf(section).Except(options.Scopes, StringComparer.Ordinal).ToArray())
        {
            options.Scopes.Add(scope);
        }
    }

    private static PathString PathOf(SectionReader section, string key, PathString standard) =>
        SignInKeys.PathOf(section, key, standard.Value ?? "") is { } path ? path : standard;
}
