using System.Security.Cryptography.X509Certificates;
using AuthCode.Testing.Identifiers;
using AuthCode.Testing.Tokens;

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

    /// <summary>Creates the logout token that a server posts to the back-channel logout URI of an app when the user signs out.</summary>
    /// <param name="configure">Changes its claims; <see langword="null"/> for a good token about the current user, and about the session of <see cref="FakeAadOptions.ServerSessionId"/> if that is set.</param>
    /// <returns>The signed token, with a <c>jti</c> of its own and a lifetime of two minutes. The fake posts it nowhere.</returns>
    /// <remarks>
    /// Entra ID itself has no back-channel logout; other servers do. See
    /// <see href="https://openid.net/specs/openid-connect-backchannel-1_0.html#LogoutToken">OpenID Connect Back-Channel Logout, section 2.4</see>.
    /// </remarks>
    public string CreateLogoutToken(Action<IDictionary<string, object>>? configure = null) => new TokenIssuer(Options, AuthorityHost).LogoutToken(configure);
}
