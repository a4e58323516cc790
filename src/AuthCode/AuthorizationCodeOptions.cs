using Microsoft.Extensions.Logging;

namespace AuthCode;

/// <summary>The settings that <see cref="AuthorizationCodeClientOptions"/> and <see cref="AuthorizationCodeCredentialOptions"/> have in common.</summary>
/// <remarks>Whoever is created with the options copies them; later changes do not reach it. Not safe for use by several threads at once.</remarks>
public abstract class AuthorizationCodeOptions
{
    private readonly string? _environmentAuthority = EnvironmentAuthority.Read();
    private Uri? _authorityHost;
    private ClientAuthentication _clientAuthentication = ClientAuthentication.None;
    private TimeProvider _timeProvider = TimeProvider.System;

    private protected AuthorizationCodeOptions()
    {
    }

    /// <summary>Gets or sets the host of the Microsoft Entra ID authority that issued the code.</summary>
    /// <value>
    /// Default: the host that the environment variable <c>AZURE_AUTHORITY_HOST</c> named when this object was created (a host name
    /// alone means https), else <see cref="AzureAuthorityHosts.AzurePublicCloud"/>.
    /// </value>
    /// <remarks>
    /// An https URI, or http on loopback only, without user info, query and fragment. Reading never throws: a value that is not usable,
    /// also one of the environment variable, is refused when the client or credential is created.
    /// </remarks>
    /// <exception cref="ArgumentNullException">The value is <see langword="null"/>.</exception>
    public Uri AuthorityHost
    {
        get => _authorityHost ?? EnvironmentAuthority.Parse(_environmentAuthority);
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            _authorityHost = value;
        }
    }

    /// <summary>Gets the tenants, beside the configured one, for which tokens may be requested; <c>"*"</c> allows any tenant.</summary>
    /// <value>Default: empty. Each entry is a GUID or a domain name; case does not matter.</value>
    public IList<string> AdditionallyAllowedTenants { get; } = [];

    /// <summary>Gets or sets how the client proves who it is.</summary>
    /// <value>Default: <see cref="ClientAuthentication.None"/>, a public client.</value>
    /// <exception cref="ArgumentNullException">The value is <see langword="null"/>.</exception>
    public ClientAuthentication ClientAuthentication
    {
        get => _clientAuthentication;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            _clientAuthentication = value;
        }
    }

    /// <summary>Gets or sets the HTTP client that sends all requests. It is held for the life of the client or credential, and never disposed of.</summary>
    /// <value>Default: <see langword="null"/>, an HTTP client that all clients and credentials share.</value>
    /// <remarks>
    /// Its handler should follow no redirects and keep no cookies: a response from another address is refused. An HTTP client that
    /// <c>IHttpClientFactory</c> created is not meant to be held: use <see cref="CreateHttpClient"/> for it.
    /// </remarks>
    public HttpClient? HttpClient { get; set; }

    /// <summary>Gets or sets a function that returns the HTTP client for each request, so that <c>IHttpClientFactory</c> can rotate its handlers.</summary>
    /// <value>Default: <see langword="null"/>. Setting it and <see cref="HttpClient"/> is refused.</value>
    /// <remarks>
    /// It is called from any thread, and what it returns is not disposed of. An example is <c>() => factory.CreateClient("authcode")</c>.
    /// </remarks>
    public Func<HttpClient>? CreateHttpClient { get; set; }

    /// <summary>Gets or sets the clock of expiry, renewal, waits and time-outs.</summary>
    /// <value>Default: <see cref="TimeProvider.System"/>.</value>
    /// <exception cref="ArgumentNullException">The value is <see langword="null"/>.</exception>
    public TimeProvider TimeProvider
    {
        get => _timeProvider;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            _timeProvider = value;
        }
    }

    /// <summary>Gets or sets the factory of the logger, whose category is <c>AuthCode</c>. No secret is logged at any level.</summary>
    /// <value>Default: <see langword="null"/>; nothing is logged.</value>
    public ILoggerFactory? LoggerFactory { get; set; }

    /// <summary>Gets the settings that say when, and how often, a failed token request is repeated.</summary>
    /// <value>Azure.Core's defaults.</value>
    public TokenRetryOptions Retry { get; } = new();

    /// <summary>Whether the caller has set the authority host.</summary>
    internal bool HasAuthorityHost => _authorityHost is not null;
}
