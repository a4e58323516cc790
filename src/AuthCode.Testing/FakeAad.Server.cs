using System.Security.Cryptography.X509Certificates;
using AuthCode.Testing.Identifiers;

namespace AuthCode.Testing;

/// <content>What a test needs to reach the fake, and to check what it did.</content>
public sealed partial class FakeAad
{
    /// <summary>The certificate of the server, without its private key, for a client to trust.</summary>
    /// <value><see langword="null"/> unless <see cref="FakeAadOptions.UseHttps"/> is set.</value>
    public X509Certificate2? Certificate => _host.Certificate;

    /// <summary>The number of sign-ins that were revoked because a code or a refresh token of theirs was used again.</summary>
    /// <value>Zero unless <see cref="FakeAadOptions.RevokeOnReplay"/> is set.</value>
    public int RevokedFamilies => _grants.RevokedFamilies;

    /// <summary>Returns the ID of a tenant, which tokens and metadata contain in place of a domain name or an alias.</summary>
    /// <param name="tenant">The tenant: a GUID, a domain name or an alias such as <c>organizations</c>.</param>
    /// <returns>The GUID of the tenant; the same one for each spelling of a domain name. For an alias of any tenant, the home tenant of the user.</returns>
    /// <exception cref="ArgumentNullException">The tenant is <see langword="null"/>.</exception>
    public string TenantIdOf(string tenant)
    {
        ArgumentNullException.ThrowIfNull(tenant);
        return TenantAliases.Resolve(tenant, Options.User.HomeTenantId);
    }
}
