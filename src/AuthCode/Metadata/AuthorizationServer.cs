namespace AuthCode;

/// <summary>An authorization server that is no tenant of Entra ID: an OpenID provider, a plain OAuth 2.0 server, or a policy of Azure AD B2C.</summary>
/// <remarks>For a tenant of Entra ID, External ID or AD FS use the constructor of <see cref="AuthorizationCodeClient"/> with a tenant id. Instances are immutable.</remarks>
public abstract class AuthorizationServer
{
    private protected AuthorizationServer()
    {
    }

    /// <summary>An OpenID provider, whose endpoints and keys are read from its metadata when they are needed, and again each day.</summary>
    /// <param name="issuer">The provider's issuer identifier, exactly as its ID tokens have it: trailing slash or none.</param>
    /// <returns>The provider. Nothing is sent yet.</returns>
    /// <exception cref="ArgumentNullException">The issuer is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException">The issuer is no absolute https URI (http on loopback) without user info, query and fragment.</exception>
    /// <remarks>See <see href="https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig">OpenID Connect Discovery, section 4</see>.</remarks>
    public static AuthorizationServer Discover(Uri issuer) => DiscoveredServer.Create(issuer, metadataAddress: null);

    /// <summary>An OpenID provider, or an OAuth 2.0 server with metadata (RFC 8414), whose metadata is not where its issuer says.</summary>
    /// <param name="issuer">The issuer identifier, exactly as the metadata and the ID tokens have it.</param>
    /// <param name="metadataAddress">Where the metadata is.</param>
    /// <returns>The server. Nothing is sent yet.</returns>
    /// <exception cref="ArgumentNullException">An argument is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException">An argument is no absolute https URI (http on loopback) without user info and fragment.</exception>
    public static AuthorizationServer Discover(Uri issuer, Uri metadataAddress)
    {
        ArgumentNullException.ThrowIfNull(metadataAddress);
        return DiscoveredServer.Create(issuer, metadataAddress);
    }

    /// <summary>A plain OAuth 2.0 server without metadata. It issues no ID token that could be checked: redeem its codes with <see cref="AuthorizationCodeClient.CreateCredential(AuthorizationTransaction, Uri)"/>.</summary>
    /// <param name="authorizationEndpoint">Where browsers are sent to.</param>
    /// <param name="tokenEndpoint">Where codes and refresh tokens are redeemed.</param>
    /// <param name="issuer">The server's issuer identifier, which its answers carry when it supports RFC 9207; <see langword="null"/> when it does not.</param>
    /// <returns>The server.</returns>
    /// <exception cref="ArgumentNullException">An endpoint is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException">An argument is no absolute https URI (http on loopback) without user info and fragment.</exception>
    /// <remarks>See RFC 6749 sections 3.1 and 3.2.</remarks>
    public static AuthorizationServer FromEndpoints(Uri authorizationEndpoint, Uri tokenEndpoint, Uri? issuer = null) =>
        PlainServer.Create(authorizationEndpoint, tokenEndpoint, issuer);

    /// <summary>A user flow or custom policy of Azure AD B2C.</summary>
    /// <param name="authorityHost">The tenant's host, as <c>https://contoso.b2clogin.com/</c>, or its custom domain.</param>
    /// <param name="tenantId">The tenant: a GUID or a domain name, as <c>contoso.onmicrosoft.com</c>.</param>
    /// <param name="policy">The policy, as <c>B2C_1_signin</c>.</param>
    /// <returns>The policy's server. Nothing is sent yet.</returns>
    /// <exception cref="ArgumentNullException">An argument is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException">An argument is not usable; the message names it and says what is.</exception>
    /// <remarks>
    /// Ask for the client id as a scope when no API is called: B2C issues no access token otherwise. See
    /// <see href="https://learn.microsoft.com/azure/active-directory-b2c/authorization-code-flow">B2C's authorization code flow</see>.
    /// </remarks>
    public static AuthorizationServer B2C(Uri authorityHost, string tenantId, string policy) => EntraServer.CreateB2C(authorityHost, tenantId, policy);

    /// <summary>Its host, and port when it is not the scheme's own, for messages.</summary>
    internal abstract string Host { get; }

    /// <summary>What tells it from other servers, in the waits that servers ask for.</summary>
    internal abstract string Id { get; }

    /// <summary>Whether it speaks Entra's dialect: scopes of the sign-in beside an API's, <c>client_info</c>, client capabilities, correlation headers.</summary>
    internal virtual bool IsEntra => false;

    /// <summary>The issuer identifier that it was configured by, which client assertions are made out to; <see langword="null"/> when it was configured by its addresses.</summary>
    internal virtual string? AssertionIssuer => null;

    /// <summary>What a sign-in is bound to.</summary>
    internal virtual string AddressOf(TenantId tenant) => Id;

    /// <summary>The endpoints that are known without asking; <see langword="null"/> when the metadata has to be read.</summary>
    internal virtual ServerEndpoints? Known(TenantId tenant) => null;

    /// <summary>Where its metadata is; <see langword="null"/> when it has none.</summary>
    internal abstract Uri? MetadataAddress(TenantId tenant);

    /// <summary>Whether an issuer that an authorization answer names is this server (RFC 9207 section 2.4).</summary>
    internal abstract bool IsIssuer(string issuer, TenantId tenant);

    /// <summary>Whether metadata of this issuer is this server's (OpenID Connect Discovery section 4.3).</summary>
    internal abstract bool IsMetadataIssuer(string issuer, TenantId tenant);

    /// <summary>Whether its metadata may name an address.</summary>
    internal abstract bool MayName(Uri address);

    /// <summary>The issuer, or the address that it is known by.</summary>
    /// <returns>One line.</returns>
    public override string ToString() => Id;
}
