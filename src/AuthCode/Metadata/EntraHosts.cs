namespace AuthCode;

/// <summary>The several names of one authority: each cloud of Entra ID has aliases, and External ID issues under the tenant's id.</summary>
/// <remarks>
/// See <see href="https://learn.microsoft.com/entra/identity-platform/authentication-national-cloud">Entra's national clouds</see> and
/// <see href="https://learn.microsoft.com/entra/external-id/customers/concept-supported-features-customers">External ID</see>.
/// </remarks>
internal static class EntraHosts
{
    private const string ExternalIdSuffix = ".ciamlogin.com";

    private static readonly string[][] Clouds =
    [
        ["https://login.microsoftonline.com", "https://login.windows.net", "https://login.microsoft.com"],
        ["https://login.microsoftonline.us", "https://login.usgovcloudapi.net"],
        ["https://login.partner.microsoftonline.cn", "https://login.chinacloudapi.cn"],
    ];

    /// <summary>Whether an address is at an authority, under any of its names.</summary>
    internal static bool AreOne(string authority, Uri address) => AreOne(authority, $"{address.Scheme}://{Authority.HostOf(address)}");

    /// <summary>Whether the part of an issuer before the tenant's id is an authority's.</summary>
    internal static bool IsIssuerBase(string authority, string issuerBase, string tenantId) =>
        string.Equals(authority, issuerBase, StringComparison.OrdinalIgnoreCase)
        || AreAliases(authority, issuerBase)
        || (!IsCloud(authority) && string.Equals(issuerBase, $"https://{tenantId}{ExternalIdSuffix}", StringComparison.OrdinalIgnoreCase));

    private static bool AreOne(string authority, string origin) =>
        $"{authority}/".StartsWith($"{origin}/", StringComparison.OrdinalIgnoreCase)
        || AreAliases(authority, origin)
        || (!IsCloud(authority) && IsExternalId(origin));

    // An External ID tenant with a domain of its own issues under its first name.
    private static bool IsCloud(string authority) => Array.Exists(Clouds, cloud => cloud.Contains(authority, StringComparer.OrdinalIgnoreCase));

    private static bool AreAliases(string one, string other) => Array.Exists(
        Clouds, cloud => cloud.Contains(one, StringComparer.OrdinalIgnoreCase) && cloud.Contains(other, StringComparer.OrdinalIgnoreCase));

    private static bool IsExternalId(string origin) => origin.EndsWith(ExternalIdSuffix, StringComparison.OrdinalIgnoreCase);
}
