using System.Security.Cryptography;
using System.Text;

namespace AuthCode.Testing.Identifiers;

/// <summary>
/// The aliases that a path may have in place of a tenant ID: <c>common</c>, <c>organizations</c>, <c>consumers</c> and <c>adfs</c>.
/// See https://learn.microsoft.com/entra/identity-platform/v2-protocols#endpoints.
/// </summary>
internal static class TenantAliases
{
    // The one tenant of all personal Microsoft accounts.
    private const string PersonalAccounts = "9188040d-6c67-4c5b-b112-36a304b66dad";

    /// <summary>Whether users of any tenant can sign in under this alias.</summary>
    internal static bool AcceptsAnyTenant(string tenant) => Is(tenant, "common") || Is(tenant, "organizations");

    /// <summary>Whether this is an alias, which exists whatever tenants do.</summary>
    internal static bool AlwaysExists(string tenant) => AcceptsAnyTenant(tenant) || Is(tenant, "consumers") || Is(tenant, "adfs");

    /// <summary>The tenant that issues the tokens: the user's home tenant for an alias of any tenant.</summary>
    internal static string Resolve(string tenant, string homeTenantId) =>
        AcceptsAnyTenant(tenant) ? homeTenantId
        : Is(tenant, "consumers") ? PersonalAccounts
        : Is(tenant, "adfs") || Guid.TryParse(tenant, out _) ? tenant
        : IdOfDomain(tenant);

    /// <summary>The ID of a tenant that is named by one of its domains: in tokens and metadata, a tenant is a GUID always.</summary>
    private static string IdOfDomain(string domain) =>
        new Guid(SHA256.HashData(Encoding.UTF8.GetBytes(domain.ToLowerInvariant())).AsSpan(0, 16)).ToString("D");

    /// <summary>Whether a code that was issued under a tenant or alias can be redeemed under another: if both are the same tenant, or the latter is an alias that includes it.</summary>
    internal static bool CanRedeem(string tenant, string issuedFor, string homeTenantId)
    {
        string issuer = Resolve(issuedFor, homeTenantId);
        return Is(Resolve(tenant, homeTenantId), issuer) || Is(tenant, "common") || (Is(tenant, "organizations") && !Is(issuer, PersonalAccounts));
    }

    private static bool Is(string tenant, string alias) => string.Equals(tenant, alias, StringComparison.OrdinalIgnoreCase);
}
