using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace AuthCode;

/// <summary>Reads how the client authenticates: <c>ClientSecret</c>, <c>ClientCredentials</c> and <c>ClientCertificates</c>, as Microsoft.Identity.Web has them. The first usable entry wins.</summary>
/// <remarks>
/// An entry that is written wrong is a problem wherever it stands. One that is written well and cannot be used here (no such file, no
/// such certificate, no managed identity) is passed over if a later one can be used, so that one configuration serves several places.
/// </remarks>
internal static class ConfiguredCredential
{
    private static readonly string[] Lists = ["ClientCredentials", "ClientCertificates"];

    private const string Example = "[ { \"SourceType\": \"Path\", \"CertificateDiskPath\": \"/run/secrets/client.pfx\" } ]";

    internal static ClientCredential Read(SectionReader section, CredentialLoader loader, ClientRegistrationOptions registration, List<string> problems, ILogger logger)
    {
        SectionReader[] entries = [.. Lists.SelectMany(list => EntriesOf(section.At(list)))];
        string? secret = section.Text("ClientSecret");
        if (entries.Length == 0)
        {
            return secret is null ? ClientCredential.None : new ClientCredential(ClientAuthentication.Secret(secret));
        }

        if (secret is not null)
        {
            section.Refuse("ClientSecret", "stands beside ClientCredentials, and a client authenticates in one way: remove one of them, as ClientSecret alone.");
        }

        return FirstUsable([.. entries.Where(entry => IsGood(entry, registration, problems))], loader, problems, logger);
    }

    private static ClientCredential FirstUsable(IReadOnlyList<SectionReader> entries, CredentialLoader loader, List<string> problems, ILogger logger)
    {
        List<string> reasons = [];
        foreach (SectionReader entry in entries)
        {
            if (loader.TryLoad(entry, out string? reason) is { } credential)
            {
                foreach (string skipped in reasons)
                {
                    ExtensionsLog.CredentialSkipped(logger, skipped, entry.Section.Path);
                }

                return credential;
            }

            reasons.Add($"{entry.Section.Path}{reason}");
        }

        problems.AddRange(reasons);
        return ClientCredential.None;
    }

    // An object in place of an array is one entry, as it was meant.
    private static IEnumerable<SectionReader> EntriesOf(SectionReader list)
    {
        if (!string.IsNullOrEmpty(list.Section.Value))
        {
            list.Refuse($"is text: write an array of objects, each with a SourceType, as {Example}.");
            return [];
        }

        IConfigurationSection[] children = [.. list.Section.GetChildren()];
        return children.Length > 0 && !Array.TrueForAll(children, static child => int.TryParse(child.Key, out _))
            ? [list]
            : children.Select(child => list.At(child.Key));
    }

    private static bool IsGood(SectionReader entry, ClientRegistrationOptions registration, List<string> problems)
    {
        int before = problems.Count;
        Check(entry, registration);
        return problems.Count == before;
    }

    private static void Check(SectionReader entry, ClientRegistrationOptions registration)
    {
        if (!string.IsNullOrEmpty(entry.Section.Value))
        {
            entry.Refuse($"is text: write an object with a SourceType, as {Example[2..^2]}.");
            return;
        }

        string? type = entry.Text("SourceType");
        if (type is not null && (registration.CredentialSources.ContainsKey(type) || CredentialKind.FindElsewhere(type) is not null))
        {
            return;
        }

        if (CredentialKind.Find(type) is not { } kind)
        {
            entry.Refuse("SourceType", $"is missing or not known: set it to {CredentialKind.Names}, as {CredentialKind.Path}.");
            return;
        }

        if (kind.Required is { } required && entry.Text(required) is null)
        {
            entry.Refuse(required, $"is missing, and SourceType {kind.Name} needs it: set it, as {kind.Example}.");
        }

        if (entry.Text("CertificateStorePath") is { } store && StoredCertificate.Parse(store) is null)
        {
            entry.Refuse("CertificateStorePath", "is no certificate store: write the location and the name, as CurrentUser/My.");
        }

        if (entry.Text("SignedAssertionFileDiskPath") is { } file && !Path.IsPathFullyQualified(file))
        {
            entry.Refuse("SignedAssertionFileDiskPath", "is relative: write the whole path, as /var/run/secrets/azure/tokens/azure-identity-token.");
        }

        if (entry.Text("ManagedIdentityClientId") is not null)
        {
            entry.Refuse("ManagedIdentityClientId", "has no effect, since the credential that is registered decides which identity it is: remove the key, and pass the client ID to that credential, as new ManagedIdentityCredential(clientId).");
        }
    }
}
