namespace AuthCode;

/// <summary>Represents an authorization server: a tenant of Microsoft Entra ID, a policy of Azure AD B2C, an OpenID provider, or a plain OAuth 2.0 server.</summary>
/// <remarks>Instances are immutable and safe to share between threads and clients. Creating one sends nothing.</remarks>
public abstract class AuthorizationServer
{
    private protected AuthorizationServer(string host, string id, TenantId tenant, ServerSettings settings)
    {
        Host = host;
        Tenant = tenant;
        Id = id;
        Settings = settings;
    }

    /// <summary>Creates a tenant of Microsoft Entra ID or External ID, or an AD FS server.</summary>
    /// <param name="tenantId">The tenant: a GUID, a domain name, <c>organizations</c>, <c>common</c>, <c>consumers</c> or <c>adfs</c>.</param>
    /// <param name="authorityHost">The host of the authority; <see langword="null"/> for the one that the environment variable <c>AZURE_AUTHORITY_HOST</c> names, else <see cref="AzureAuthorityHosts.AzurePublicCloud"/>.</param>
    /// <returns>The server.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="tenantId"/> is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException">An argument, or the environment variable, is not usable; the message names it and says what would be.</exception>
    /// <remarks>See <see href="https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow">Entra's authorization code flow</see>.</remarks>
    public static AuthorizationServer EntraId(string tenantId, Uri? authorityHost = null) =>
        EntraServer.Create(
            tenantId, authorityHost ?? EnvironmentAuthority.Parse(EnvironmentAuthority.Read()), isFromEnvironment: authorityHost is null, nameof(authorityHost));

    /// <summary>Creates a user flow or custom policy of Azure AD B2C.</summary>
    /// <param name="authorityHost">The tenant's host, such as <c>https://contoso.b2clogin.com/</c>, or its custom domain.</param>
    /// <param name="tenantId">The tenant: a GUID or a domain name, such as <c>contoso.onmicrosoft.com</c>.</param>
    /// <param name="policy">The policy, such as <c>B2C_1_signin</c>.</param>
    /// <returns>The server.</returns>
    /// <exception cref="ArgumentNullException">An argument is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException">An argument is not usable; the message names it and says what would be.</exception>
    /// <remarks>
    /// If no API is called, request the client ID as a scope: B2C issues no access token otherwise. See
    /// <see href="https://learn.microsoft.com/azure/active-directory-b2c/authorization-code-flow">B2C's authorization code flow</see>.
    /// </remarks>
    public static AuthorizationServer AzureB2C(Uri authorityHost, string tenantId, string policy) => EntraServer.CreateB2C(authorityHost, tenantId, policy);

    /// <summary>Creates an OpenID provider. Its endpoints and keys are read from its metadata when they are needed, and kept for a day.</summary>
    /// <param name="issuer">The provider's issuer identifier, exactly as its ID tokens have it, with a trailing slash or without.</param>
    /// <param name="options">The settings; <see langword="null"/> for none.</param>
    /// <returns>The server.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="issuer"/> is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException">The issuer is not an absolute https URI (http on loopback only) without user info, query and fragment, or an option is not usable or does not apply.</exception>
    /// <remarks>See <see href="https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig">OpenID Connect Discovery, section 4</see>.</remarks>
    public static AuthorizationServer OpenIdProvider(Uri issuer, AuthorizationServerOptions? options = null) => OpenIdServer.Create(issuer, options);

    /// <summary>Creates a plain OAuth 2.0 server without metadata. It issues no ID token that could be validated: redeem its codes with <see cref="AuthorizationCodeClient.CreateCredential(AuthorizationTransaction, Uri)"/>.</summary>
    /// <param name="authorizationEndpoint">The endpoint that browsers are sent to.</param>
    /// <param name="tokenEndpoint">The endpoint that redeems codes and refresh tokens.</param>
    /// <param name="options">The settings; <see langword="null"/> for none.</param>
    /// <returns>The server.</returns>
    /// <exception cref="ArgumentNullException">An endpoint is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException">An endpoint is not an absolute https URI (http on loopback only) without user info and fragment, or an option is not usable or does not apply.</exception>
    /// <remarks>See <see href="https://www.rfc-editor.org/rfc/rfc6749#section-3.1">RFC 6749, sections 3.1</see> and 3.2.</remarks>
    public static AuthorizationServer OAuthServer(Uri authorizationEndpoint, Uri tokenEndpoint, AuthorizationServerOptions? options = null) =>
        PlainServer.Create(authorizationEndpoint, tokenEndpoint, options);

    internal readonly ServerSettings Settings;

    /// <summary>The host, and the port unless it is the scheme's own, for messages.</summary>
    internal readonly string Host;

    /// <summary>What tells it from other servers, in the waits that servers ask for.</summary>
    internal readonly string Id;

    /// <summary>The tenant of a client that is not given another one.</summary>
    internal readonly TenantId Tenant;

    /// <summary>Whether a token request can be for another tenant than the client's.</summary>
    internal virtual bool HasTenants => false;

    /// <summary>Whether it is of the kind of Entra ID, with fields and headers of its own.</summary>
    internal virtual bool IsEntra => false;

    /// <summary>Whether it is known by its issuer alone, and its metadata says the rest.</summary>
    internal virtual bool IsDiscovered => false;

    /// <summary>The issuer identifier that it was configured by, which client assertions are made out to; <see langword="null"/> if it was configured by its addresses.</summary>
    internal virtual string? AssertionIssuer => null;

    /// <summary>What a sign-in is bound to.</summary>
    internal virtual string AddressOf(TenantId tenant) => Id;

    /// <summary>The endpoints that are known without asking; <see langword="null"/> if the metadata has to be read.</summary>
    internal virtual ServerEndpoints? Known(TenantId tenant) => null;

    /// <summary>Where its metadata can be, in the order in which the addresses are tried; empty if it has none.</summary>
    internal abstract IReadOnlyList<Uri> MetadataAddresses(TenantId tenant);

    /// <summary>Whether an issuer that an authorization response names is this server (RFC 9207 section 2.4).</summary>
    internal abstract bool IsIssuer(string issuer, TenantId tenant);

    /// <summary>Whether metadata of this issuer is this server's (OpenID Connect Discovery section 4.3).</summary>
    internal abstract bool IsMetadataIssuer(string issuer, TenantId tenant);

    /// <summary>Whether a key that is published for one issuer may sign a token of another name of that issuer. At Entra ID, the tenant may stand in it as a placeholder.</summary>
    internal virtual bool IsIssuerOfKey(string keyIssuer, string issuer, string? tenantId) => keyIssuer == issuer;

    /// <summary>The metadata address of what the server has for one client alone; <see langword="null"/> if there is no such thing.</summary>
    internal virtual Uri? MetadataAddressOf(TenantId tenant, string clientId) => null;

    /// <summary>Whether a response that names an issuer can be checked.</summary>
    internal virtual bool KnowsIssuer => true;

    /// <summary>Whether its metadata may name an address.</summary>
    internal abstract bool MayName(Uri address);

    /// <summary>Whether its metadata may name an address as its userinfo endpoint.</summary>
    internal virtual bool MayNameForUserInfo(Uri address) => MayName(address);

    /// <summary>Returns the issuer, or the address that the server is known by.</summary>
    /// <returns>One line.</returns>
    public override string ToString() => Id;
}
