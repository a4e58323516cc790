namespace AuthCode;

/// <summary>Reads the keys of a section that a web application uses. The client checks them, also where nothing uses them.</summary>
/// <remarks>Implementation note: AuthCode.AspNetCore compiles this file and <see cref="SectionReader"/> too, so that both read by the same rules.</remarks>
internal static class SignInKeys
{
    internal const string CallbackPath = "CallbackPath";
    internal const string SignedOutCallbackPath = "SignedOutCallbackPath";
    internal const string RemoteSignOutPath = "RemoteSignOutPath";
    internal const string BackchannelLogoutPath = "BackchannelLogoutPath";

    private const string ExampleOfScope = "https://vault.azure.net/.default";

    /// <summary>Whether the section is one of another provider than Entra ID, whose endpoints its metadata names.</summary>
    internal static bool IsProvider(SectionReader section) => section.Has("Issuer") || section.Has("MetadataAddress");

    /// <summary>A path of the application; <see langword="null"/> if there is none, or it is refused.</summary>
    internal static string? PathOf(SectionReader section, string key, string example)
    {
        if (section.Text(key) is not { } path)
        {
            return null;
        }

        if (path[0] == '/' && !path.StartsWith("//", StringComparison.Ordinal) && path.AsSpan().IndexOfAny('?', '#') < 0)
        {
            return path;
        }

        section.Refuse(key, $"is no path of this application: write it from its root, without a host and a query, as {example}.");
        return null;
    }

    /// <summary>The scopes of a sign-in.</summary>
    internal static IReadOnlyList<string> ScopesOf(SectionReader section)
    {
        if (section.Has("Scope") && section.Has("Scopes"))
        {
            section.Refuse("Scope", "stands beside Scopes, which means the same: remove one of them, as Scopes alone with [ \"https://vault.azure.net/.default\" ].");
        }

        List<string> scopes = [];
        foreach (string key in (string[])["Scopes", "Scope"])
        {
            IReadOnlyList<string> entries = section.Entries(key, ExampleOfScope);
            scopes.AddRange(entries);

            // RFC 6749, section 3.3.
            if (entries.Any(static entry => entry.Any(static c => c is < '!' or > '~' or '"' or '\\')))
            {
                section.Refuse(key, $"has an entry that is no scope: write each without spaces, quotes and backslashes, as {ExampleOfScope}.");
            }
        }

        return scopes;
    }
}
