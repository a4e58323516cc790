namespace AuthCode.Testing.Identity;

/// <summary>The names in a tenant's place that are no tenant: whoever signs in there is of another. See https://learn.microsoft.com/entra/identity-platform/v2-protocols#endpoints.</summary>
internal static class Tenants
{
    // The one tenant of all personal Microsoft accounts.
    private const string PersonalAccounts = "9188040d-6c67-4c5b-b112-36a304b66dad";

    /// <summary>Whether the users of any tenant sign in there.</summary>
    internal static bool IsAnyUsers(string tenant) => Is(tenant, "common") || Is(tenant, "organizations");

    /// <summary>Whether it is there whatever tenants exist.</summary>
    internal static bool IsAlwaysThere(string tenant) => IsAnyUsers(tenant) || Is(tenant, "consumers") || Is(tenant, "adfs");

    /// <summary>The tenant that tokens from there are of.</summary>
    internal static string Resolve(string tenant, FakeAadUser user) =>
        IsAnyUsers(tenant) ? user.HomeTenantId : Is(tenant, "consumers") ? PersonalAccounts : tenant;

    private static bool Is(string tenant, string name) => string.Equals(tenant, name, StringComparison.OrdinalIgnoreCase);
}
