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
    /// <value>Default: <see langword="null"/>, which means 5 minutes. More than zero, and at most 28 hours.</value>
    /// <remarks>See <see href="https://www.rfc-editor.org/rfc/rfc6749#section-5.1">RFC 6749, section 5.1</see>.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The value is zero, negative, or more than 28 hours.</exception>
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
}
