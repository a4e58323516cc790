namespace AuthCode;

/// <summary>Settings of an <see cref="AuthorizationServer"/>: what one server needs and another does not have.</summary>
/// <remarks>
/// A setting that does not apply to a kind of server is refused when the server or the client is created, and never ignored. The
/// server copies the settings when it is created. Not safe for use by several threads at once.
/// </remarks>
public class AuthorizationServerOptions
{
    private TimeSpan? _unstatedTokenLifetime;

    /// <summary>Gets or sets the issuer identifier of an OAuth 2.0 server, which its authorization responses carry if it supports RFC 9207.</summary>
    /// <value>Default: <see langword="null"/>; a response that carries an issuer is then refused. An absolute https URI (http on loopback only).</value>
    /// <remarks>
    /// Applies to <see cref="AuthorizationServer.OAuthServer"/>; an OpenID provider is created by its issuer. Client assertions are
    /// made out to the issuer. See <see href="https://www.rfc-editor.org/rfc/rfc9207#section-2">RFC 9207, section 2</see>.
    /// </remarks>
    public Uri? Issuer { get; set; }

    /// <summary>Gets or sets the address of the metadata of an OpenID provider, if it is not where the issuer says.</summary>
    /// <value>Default: <see langword="null"/>; the issuer with <c>/.well-known/openid-configuration</c>. An absolute https URI (http on loopback only).</value>
    /// <remarks>
    /// Applies to <see cref="AuthorizationServer.OpenIdProvider"/>. The metadata must still name the issuer. See
    /// <see href="https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig">OpenID Connect Discovery, section 4</see>.
    /// </remarks>
    public Uri? MetadataAddress { get; set; }

    /// <summary>Gets or sets whether the scope <c>offline_access</c> is requested, which many servers want before they issue a refresh token.</summary>
    /// <value>Default: <see langword="false"/>, since some servers refuse a scope that they do not know.</value>
    /// <remarks>
    /// Many servers want <see cref="AuthorizationRequestOptions.Prompt"/> to be <c>consent</c> with it. See
    /// <see href="https://openid.net/specs/openid-connect-core-1_0.html#OfflineAccess">OpenID Connect Core, section 11</see>.
    /// </remarks>
    public bool RequestOfflineAccess { get; set; }

    /// <summary>Gets or sets whether authorize requests are pushed to the server, so that the browser carries a reference only.</summary>
    /// <value>Default: <see langword="false"/>. If the server's metadata says that it accepts nothing else, requests are pushed all the same.</value>
    /// <remarks>
    /// Applies to <see cref="AuthorizationServer.OpenIdProvider"/>, whose metadata names the endpoint. See
    /// <see href="https://www.rfc-editor.org/rfc/rfc9126">RFC 9126</see>.
    /// </remarks>
    public bool UsePushedAuthorization { get; set; }

    /// <summary>Gets the resource indicators of scopes, for servers that have several APIs: authorize requests name those of all their scopes, token requests that of theirs.</summary>
    /// <value>Default: empty. The key is a scope, the value an absolute URI without a fragment.</value>
    /// <remarks>A token request whose scopes belong to several resources is refused. See <see href="https://www.rfc-editor.org/rfc/rfc8707#section-2">RFC 8707, section 2</see>.</remarks>
    public IDictionary<string, Uri> Resources { get; } = new Dictionary<string, Uri>(StringComparer.Ordinal);

    /// <summary>Gets or sets how long an access token lives if the server does not say (<c>expires_in</c>).</summary>
    /// <value>
    /// Default: <see langword="null"/>, which means 5 minutes if there is a refresh token, and 1 year if there is none: such a token is
    /// used until an API refuses it and a caller passes the claims of the refusal. More than zero, and at most 365 days.
    /// </value>
    /// <remarks>See <see href="https://www.rfc-editor.org/rfc/rfc6749#section-5.1">RFC 6749, section 5.1</see>.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The value is zero, negative, or more than 365 days.</exception>
    public TimeSpan? UnstatedTokenLifetime
    {
        get => _unstatedTokenLifetime;
        set
        {
            if (value is { } lifetime)
            {
                ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(lifetime, TimeSpan.Zero, nameof(value));
                ArgumentOutOfRangeException.ThrowIfGreaterThan(lifetime, ServerSettings.LongestLifetime, nameof(value));
            }

            _unstatedTokenLifetime = value;
        }
    }

    /// <summary>Gets the token types (<c>token_type</c>) that mean a bearer token at this server beside <c>Bearer</c>, for a server that has a word of its own or states no type.</summary>
    /// <value>
    /// Default: empty; a response with another type, or without one, is refused. The empty string stands for no type, as Shopify
    /// responds; <c>bot</c> is Slack's word. The case of the letters does not matter. Types whose tokens are bound to a key or are no
    /// access tokens (<c>DPoP</c>, <c>PoP</c>, <c>mac</c>, <c>N_A</c>) are refused.
    /// </value>
    /// <remarks>
    /// Such a token is used, and returned, as a bearer token. A client with a <see cref="AuthorizationCodeClientOptions.DPoPKey"/> does
    /// not accept the setting. See <see href="https://www.rfc-editor.org/rfc/rfc6749#section-5.1">RFC 6749, sections 5.1</see> and 7.1.
    /// </remarks>
    public IList<string> BearerTokenTypes { get; } = new List<string>();

    /// <summary>Gets or sets what separates the scopes of a request.</summary>
    /// <value>Default: a space. A comma for servers that expect one, such as Shopify. Responses are read with either.</value>
    /// <remarks>See <see href="https://www.rfc-editor.org/rfc/rfc6749#section-3.3">RFC 6749, section 3.3</see>.</remarks>
    public char ScopeSeparator { get; set; } = ' ';

    /// <summary>Gets or sets whether each refresh is for all scopes of the session, although a caller requested fewer.</summary>
    /// <value>
    /// Default: <see langword="false"/>; a refresh names the scopes if they are others than those of the session. Set it for servers
    /// that, against RFC 6749, narrow the refresh token to the scopes of a refresh. A server that is found to do so is treated alike.
    /// </value>
    /// <remarks>See <see href="https://www.rfc-editor.org/rfc/rfc6749#section-6">RFC 6749, section 6</see>.</remarks>
    public bool RefreshAllScopes { get; set; }

    /// <summary>Gets additional parameters of each authorize request, such as <c>access_type</c> for Google or <c>audience</c> for Auth0.</summary>
    /// <value>Default: empty. A parameter of the authorize request's own options takes precedence. Parameters that the request itself must set are refused, and so are <c>max_age</c> and <c>acr_values</c>, for which the ID token is checked only if <see cref="AuthorizationRequestOptions"/> sets them.</value>
    public IDictionary<string, string> AuthorizationParameters { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Gets additional parameters of the request that redeems an authorization code. <c>scope</c> can be set for a server that requires it there.</summary>
    /// <value>Default: empty. A value replaces that of the request, and <see langword="null"/> leaves a parameter out. Parameters that the request itself must set are refused.</value>
    public IDictionary<string, string?> CodeParameters { get; } = new Dictionary<string, string?>(StringComparer.Ordinal);

    /// <summary>Gets additional parameters of each refresh, such as <c>redirect_uri</c> for GitLab.</summary>
    /// <value>Default: empty. A value replaces that of the request, and <see langword="null"/> leaves a parameter out. Parameters that the request itself must set are refused.</value>
    public IDictionary<string, string?> RefreshParameters { get; } = new Dictionary<string, string?>(StringComparer.Ordinal);

    /// <summary>Gets additional parameters of the sign-out address, such as <c>logout_uri</c> for Amazon Cognito.</summary>
    /// <value>Default: empty. A value replaces that of the request, and <see langword="null"/> leaves a parameter out.</value>
    /// <remarks>Applies to <see cref="AuthorizationServer.OpenIdProvider"/>.</remarks>
    public IDictionary<string, string?> SignOutParameters { get; } = new Dictionary<string, string?>(StringComparer.Ordinal);

    /// <summary>Gets or sets the sign-out endpoint of an OpenID provider whose metadata does not name it.</summary>
    /// <value>Default: <see langword="null"/>, the <c>end_session_endpoint</c> of the metadata. An absolute https URI (http on loopback only).</value>
    /// <remarks>Applies to <see cref="AuthorizationServer.OpenIdProvider"/>. See
    /// <see href="https://openid.net/specs/openid-connect-rpinitiated-1_0.html#OPMetadata">OpenID Connect RP-Initiated Logout, section 2.1</see>.</remarks>
    public Uri? EndSessionEndpoint { get; set; }

    /// <summary>Gets or sets the claim that is the name of a user's identity (<see cref="System.Security.Claims.ClaimsIdentity.Name"/>).</summary>
    /// <value>Default: <c>name</c>.</value>
    /// <remarks>Applies to <see cref="AuthorizationServer.OpenIdProvider"/>.</remarks>
    public string NameClaimType { get; set; } = ServerSettings.DefaultNameClaim;

    /// <summary>Gets or sets the claim that holds the roles of a user, for example <c>cognito:groups</c>.</summary>
    /// <value>Default: <c>roles</c>.</value>
    /// <remarks>Applies to <see cref="AuthorizationServer.OpenIdProvider"/>.</remarks>
    public string RoleClaimType { get; set; } = ServerSettings.DefaultRoleClaim;

    /// <summary>Unsafe: gets or sets whether codes are redeemed without PKCE, for a server that refuses a code verifier, such as LinkedIn.</summary>
    /// <value>Default: <see langword="false"/>. An intercepted code can then be injected into another sign-in; only the nonce and the client authentication protect it.</value>
    /// <remarks>See <see href="https://www.rfc-editor.org/rfc/rfc9700#section-2.1.1">RFC 9700, section 2.1.1</see>.</remarks>
    public bool UnsafeWithoutPkce { get; set; }

    /// <summary>Unsafe: gets or sets whether ID tokens are accepted without a nonce, for a server that returns none, such as LinkedIn or Dropbox.</summary>
    /// <value>Default: <see langword="false"/>. Only PKCE then binds a code to the sign-in of the browser; if the server takes no PKCE either, nothing does, and an intercepted code signs in whoever injects it.</value>
    /// <remarks>Applies to <see cref="AuthorizationServer.OpenIdProvider"/>. See
    /// <see href="https://openid.net/specs/openid-connect-core-1_0.html#NonceNotes">OpenID Connect Core, section 15.5.2</see>.</remarks>
    public bool UnsafeWithoutNonce { get; set; }

    /// <summary>Unsafe: gets or sets whether an authorization response is accepted without an issuer (<c>iss</c>) although the server's metadata states that all responses name it, for a client for which that is switched off, as Keycloak allows.</summary>
    /// <value>Default: <see langword="false"/>. The defence against mix-up is given up: a response that another server sent cannot be told from one of this server, so use a redirect URI of its own for each server. An issuer that a response does name must still be the server's.</value>
    /// <remarks>Applies to <see cref="AuthorizationServer.OpenIdProvider"/>. See
    /// <see href="https://www.rfc-editor.org/rfc/rfc9207#section-2.4">RFC 9207, section 2.4</see>, and
    /// <see href="https://www.rfc-editor.org/rfc/rfc9700#section-4.4">RFC 9700, section 4.4</see>.</remarks>
    public bool UnsafeWithoutResponseIssuer { get; set; }
}
