namespace AuthCode;

/// <summary>What an entry of <c>ClientCredentials</c> needs, by its <c>SourceType</c>; the names are those of Microsoft.Identity.Web.</summary>
/// <param name="Name">The value of <c>SourceType</c>.</param>
/// <param name="Required">The key that must have a value; <see langword="null"/> if there is none.</param>
/// <param name="Example">An example of its value.</param>
internal sealed record CredentialKind(string Name, string? Required, string Example)
{
    internal const string ClientSecret = "ClientSecret";
    internal const string Path = "Path";
    internal const string Base64Encoded = "Base64Encoded";
    internal const string StoreWithThumbprint = "StoreWithThumbprint";
    internal const string StoreWithDistinguishedName = "StoreWithDistinguishedName";
    internal const string AssertionFile = "SignedAssertionFilePath";
    internal const string ManagedIdentity = "SignedAssertionFromManagedIdentity";

    private static readonly CredentialKind[] All =
    [
        new(ClientSecret, "ClientSecret", "the value of the secret"),
        new(Path, "CertificateDiskPath", "/run/secrets/client.pfx"),
        new(Base64Encoded, "Base64EncodedValue", "the PFX file in Base64"),
        new(StoreWithThumbprint, "CertificateThumbprint", "the 40 hexadecimal digits of the thumbprint"),
        new(StoreWithDistinguishedName, "CertificateDistinguishedName", "CN=client.contoso.example"),
        new(AssertionFile, null, ""),
        new(ManagedIdentity, null, ""),
    ];

    // Those that need a package of their own: without one, the message names the line to add.
    private static readonly string[] FromElsewhere = ["KeyVault", "SignedAssertionFromVault", "CustomSignedAssertion"];

    /// <summary>The kinds that need no code of the service.</summary>
    internal static string Names => string.Join(", ", All.SkipLast(1).Select(static kind => kind.Name)) + $" or {All[^1].Name}";

    internal static CredentialKind? Find(string? name) => Array.Find(All, kind => string.Equals(kind.Name, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The name of a kind that needs code of the service, as it is written; <see langword="null"/> for any other.</summary>
    internal static string? FindElsewhere(string? name) => Array.Find(FromElsewhere, known => string.Equals(known, name, StringComparison.OrdinalIgnoreCase));
}
