using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Configuration;

namespace AuthCode;

/// <summary>Reads how the client authenticates: <c>ClientSecret</c>, <c>ClientCredentials</c> and <c>ClientCertificates</c>, as Microsoft.Identity.Web has them. The first usable entry wins.</summary>
internal static class ConfiguredCredential
{
    private const string FederatedTokenFile = "AZURE_FEDERATED_TOKEN_FILE";

    // Those that need a package of their own: without one, the message names the line to add.
    private static readonly string[] FromElsewhere = ["KeyVault", "SignedAssertionFromVault", "CustomSignedAssertion"];

    internal static ClientAuthentication Read(string name, IConfigurationSection section, ClientRegistrationOptions registration, IServiceProvider services, List<string> problems)
    {
        IConfigurationSection[] entries = [.. EntriesOf(section.GetSection("ClientCredentials"), problems), .. EntriesOf(section.GetSection("ClientCertificates"), problems)];
        string? secret = section["ClientSecret"];
        if (entries.Length == 0)
        {
            return string.IsNullOrEmpty(secret) ? ClientAuthentication.None : ClientAuthentication.Secret(secret);
        }

        if (!string.IsNullOrEmpty(secret))
        {
            problems.Add($"{section.Path}:ClientSecret stands beside ClientCredentials: a client authenticates in one way. Set one of them, as {section.Path}:ClientCredentials:0:SourceType = ClientSecret.");
        }

        var reasons = new List<string>();
        foreach (IConfigurationSection entry in entries)
        {
            try
            {
                if (ReadEntry(name, entry, registration, services, reasons) is { } authentication)
                {
                    return authentication;
                }
            }
            catch (Exception e) when (e is ArgumentException or CryptographicException or IOException or UnauthorizedAccessException or FormatException)
            {
                reasons.Add($"{entry.Path} is not usable: {e.GetType().Name}. Check the file, the certificate and its password.");
            }
        }

        problems.AddRange(reasons);
        return ClientAuthentication.None;
    }

    // An object in place of an array is one entry, as it was meant.
    private static IEnumerable<IConfigurationSection> EntriesOf(IConfigurationSection list, List<string> problems)
    {
        if (!string.IsNullOrEmpty(list.Value))
        {
            problems.Add($"{list.Path} is text: write an array of objects, each with a SourceType, as [ {{ \"SourceType\": \"ClientSecret\", \"ClientSecret\": \"…\" }} ].");
        }

        return list["SourceType"] is not null ? [list] : list.GetChildren();
    }

    private static ClientAuthentication? ReadEntry(
        string name, IConfigurationSection entry, ClientRegistrationOptions registration, IServiceProvider services, List<string> reasons)
    {
        string type = entry["SourceType"] ?? "";
        if (registration.CredentialSources.TryGetValue(type, out Func<IServiceProvider, IConfigurationSection, ClientAuthentication>? create))
        {
            return create(services, entry);
        }

        switch (type)
        {
            case "ClientSecret":
                return Required(entry, "ClientSecret", reasons) is { } secret ? ClientAuthentication.Secret(secret) : null;
            case "SignedAssertionFilePath":
                string? path = entry["SignedAssertionFileDiskPath"] is { Length: > 0 } set ? set : Environment.GetEnvironmentVariable(FederatedTokenFile);
                if (string.IsNullOrEmpty(path))
                {
                    reasons.Add($"{entry.Path}:SignedAssertionFileDiskPath is missing, and the environment has no {FederatedTokenFile}: set the absolute path of the file.");
                    return null;
                }

                return ClientAuthentication.AssertionFile(path);
            case ManagedIdentityAssertion.SourceType:
                return ManagedIdentityAssertion.Read(name, entry, services, reasons);
            case "Path":
                return Required(entry, "CertificateDiskPath", reasons) is { } file ? ClientAuthentication.Certificate(new CertificateFile(file, entry["CertificatePassword"]).GetAsync) : null;
            case "Base64Encoded":
                return Required(entry, "Base64EncodedValue", reasons) is { } encoded
                    ? ClientAuthentication.Certificate(CertificateFile.Load(Convert.FromBase64String(encoded), entry["CertificatePassword"]))
                    : null;
            case "StoreWithThumbprint":
                return Required(entry, "CertificateThumbprint", reasons) is { } thumbprint
                    ? ClientAuthentication.Certificate(new StoredCertificate(entry["CertificateStorePath"], X509FindType.FindByThumbprint, thumbprint).GetAsync)
                    : null;
            case "StoreWithDistinguishedName":
                return Required(entry, "CertificateDistinguishedName", reasons) is { } distinguishedName
                    ? ClientAuthentication.Certificate(new StoredCertificate(entry["CertificateStorePath"], X509FindType.FindBySubjectDistinguishedName, distinguishedName).GetAsync)
                    : null;
            default:
                reasons.Add(FromElsewhere.Contains(type, StringComparer.OrdinalIgnoreCase)
                    ? $"{entry.Path}:SourceType is {type}, which needs code of the service: add .AddClientCredentialSource(\"{type}\", …) to the registration of the client."
                    : $"{entry.Path}:SourceType is missing or not known: set it to ClientSecret, Path, Base64Encoded, StoreWithThumbprint, StoreWithDistinguishedName, SignedAssertionFilePath or SignedAssertionFromManagedIdentity.");
                return null;
        }
    }

    private static string? Required(IConfigurationSection entry, string key, List<string> reasons)
    {
        if (entry[key] is { Length: > 0 } value)
        {
            return value;
        }

        reasons.Add($"{entry.Path}:{key} is missing: {entry.Path}:SourceType needs it.");
        return null;
    }
}
