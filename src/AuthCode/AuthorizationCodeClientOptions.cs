using Microsoft.Extensions.Logging;

namespace AuthCode;

/// <summary>Settings of an <see cref="AuthorizationCodeClient"/>: those of an app registration, for all its users.</summary>
/// <remarks>The client copies them when it is made; later changes do not reach it. Not safe for use by several threads at once.</remarks>
public class AuthorizationCodeClientOptions
{
    private readonly string? _environmentAuthority = EnvironmentAuthority.Read();
    private Uri? _authorityHost;
    private ClientAuthentication _clientAuthentication = ClientAuthentication.None;
    private TimeProvider _timeProvider = TimeProvider.System;

    /// <summary>The host of the authority that issued the code.</summary>
    /// <value>
    /// Default: what the environment variable <c>AZURE_AUTHORITY_HOST</c> named when this object was made (a host name alone means
    /// https), else <see cref="AzureAuthorityHosts.AzurePublicCloud"/>.
    /// </value>
    /// <remarks>https, or http on loopback only; no user info, query or fragment. The constructor of the client or credential checks it.</remarks>
    /// <exception cref="ArgumentNullException">Set to <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException">Read unset while <c>AZURE_AUTHORITY_HOST</c> names no authority.</exception>
    public Uri AuthorityHost
    {
        get => _authorityHost ??= EnvironmentAuthority.Parse(_environmentAuthority);
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            _authorityHost = value;
        }
    }

    /// <summary>Tenants beside the client's own for which tokens may be asked; <c>"*"</c> allows any.</summary>
    /// <value>Default: empty. Each is a GUID or a domain name; case does not matter.</value>
    public IList<string> AdditionallyAllowedTenants { get; } = [];

    /// <summary>How the client proves who it is.</summary>
    /// <value>Default: <see cref="ClientAuthentication.None"/>, a public client.</value>
    /// <exception cref="ArgumentNullException">Set to <see langword="null"/>.</exception>
    public ClientAuthentication ClientAuthentication
    {
        get => _clientAuthentication;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            _clientAuthentication = value;
        }
    }

    /// <summary>The client that sends the token requests, as from <c>IHttpClientFactory</c>.</summary>
    /// <value>Default: <see langword="null"/>, one client that all credentials share. A supplied one is never disposed.</value>
    /// <remarks>Give it a handler that follows no redirects and keeps no cookies: a followed redirect is an error. See docs/getting-started.md.</remarks>
    public HttpClient? HttpClient { get; set; }

    /// <summary>The clock of expiry, renewal, waits and time-outs.</summary>
    /// <value>Default: <see cref="TimeProvider.System"/>.</value>
    /// <exception cref="ArgumentNullException">Set to <see langword="null"/>.</exception>
    public TimeProvider TimeProvider
    {
        get => _timeProvider;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            _timeProvider = value;
        }
    }

    /// <summary>Where client and credentials log, under the category <c>AuthCode</c>; they log no secret at any level.</summary>
    /// <value>Default: <see langword="null"/>, nowhere.</value>
    public ILoggerFactory? LoggerFactory { get; set; }

    /// <summary>Whether <c>offline_access</c> is asked for at servers other than Entra ID's, where it brings the refresh token; at Entra ID it always is.</summary>
    /// <value>Default: <see langword="false"/>, since some servers refuse a scope that they do not know. Many want <see cref="AuthorizationRequestOptions.Prompt"/> to be <c>consent</c> with it.</value>
    public bool RequestOfflineAccess { get; set; }

    /// <summary>The resource indicators of scopes, for servers that have several APIs (RFC 8707): authorize requests name those of all their scopes, token requests that of theirs.</summary>
    /// <value>Default: empty. By scope; each an absolute URI without a fragment.</value>
    public IDictionary<string, Uri> Resources { get; } = new Dictionary<string, Uri>(StringComparer.Ordinal);

    /// <summary>Whether authorize requests are handed to the server directly, so that the browser carries a reference only (RFC 9126).</summary>
    /// <value>Default: <see langword="false"/>; where the server's metadata says that it takes nothing else, it is done all the same. Entra ID does not offer it.</value>
    public bool UsePushedAuthorization { get; set; }

    /// <summary>A key to bind the tokens to (RFC 9449). Access tokens are then of the type <c>DPoP</c>, and each API call needs a proof of the key.</summary>
    /// <value>Default: <see langword="null"/>, bearer tokens, which is what Azure SDK clients take. Entra ID does not offer it. The key stays the caller's.</value>
    public DPoPKey? DPoPKey { get; set; }

    /// <summary>When and how often a failed token request is repeated.</summary>
    public TokenRetryOptions Retry { get; } = new();
}
