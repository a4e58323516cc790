using Microsoft.Extensions.Logging;

namespace AuthCode;

/// <summary>An app registration at its authorization server: makes the credentials of all its users.</summary>
/// <remarks>
/// Hold one for the life of the service. It is safe for use by any number of threads, sends nothing by itself, and shares
/// transport, settings and client authentication with its credentials, so that each of those costs little more than its tokens.
/// </remarks>
public sealed class AuthorizationCodeClient
{
    private readonly SessionSettings _settings;

    /// <summary>Makes a client; sends nothing.</summary>
    /// <param name="tenantId">The tenant that issues the codes: a GUID, a domain name, <c>organizations</c>, <c>common</c>, <c>consumers</c> or <c>adfs</c>.</param>
    /// <param name="clientId">The application (client) id.</param>
    /// <param name="options">Settings; the defaults are a public client in the public cloud.</param>
    /// <exception cref="ArgumentNullException">A required argument is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException">An argument or option is not usable; the message names it and says what is.</exception>
    public AuthorizationCodeClient(string tenantId, string clientId, AuthorizationCodeClientOptions? options = null)
        : this(tenantId, clientId, options ?? new AuthorizationCodeClientOptions(), clientSecret: null)
    {
    }

    internal AuthorizationCodeClient(string tenantId, string clientId, AuthorizationCodeClientOptions options, SecretAuthentication? clientSecret)
    {
        (TenantId tenant, Authority authority) = Arguments.Check(tenantId, clientId, options);
        RetrySettings retry = options.Retry.ToSettings(nameof(options));
        ILogger logger = QuietLogger.Around(options.LoggerFactory);
        var endpoint = new TokenEndpointClient(
            options.HttpClient ?? SharedHttpClient.Instance,
            authority,
            clientId,
            clientSecret ?? options.ClientAuthentication,
            retry.NetworkTimeout,
            options.TimeProvider,
            logger);
        Tenants = Arguments.PolicyOf(tenant, options);
        _settings = new SessionSettings(endpoint, retry, options.TimeProvider, logger);
    }

    internal TenantPolicy Tenants { get; }

    /// <summary>Makes the credential of a user whose code was sent to a redirect URI; sends nothing.</summary>
    /// <param name="authorizationCode">The code, as decoded from the redirect. It works once.</param>
    /// <param name="redirectUri">The redirect URI of the authorize request, exactly as it was written there.</param>
    /// <param name="codeVerifier">The PKCE code verifier whose challenge the authorize request carried (RFC 7636); <see langword="null"/> when it had none.</param>
    /// <returns>The credential. Disposing it leaves the client and its other credentials alone.</returns>
    /// <exception cref="ArgumentNullException">The code or the redirect URI is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException">An argument is not usable; the message names it and says what is.</exception>
    public AuthorizationCodeCredential CreateCredential(string authorizationCode, Uri redirectUri, string? codeVerifier = null)
    {
        ArgumentNullException.ThrowIfNull(redirectUri);
        AuthorizationCode code = Arguments.CodeOf(authorizationCode, redirectUri, nameof(redirectUri), codeVerifier, nameof(codeVerifier));
        return new AuthorizationCodeCredential(this, code);
    }

    internal TokenSession NewSession(AuthorizationCode code, IDisposable? owned = null) => new(code, _settings, owned);
}
