using System.Security.Claims;
using Azure.Core;
using Microsoft.Extensions.Logging;

// The overloads with optional tokens differ in a required parameter.
#pragma warning disable RS0026

namespace AuthCode;

/// <summary>An app registration at its authorization server: makes the credentials of all its users.</summary>
/// <remarks>
/// Hold one for the life of the service. It is safe for use by any number of threads, sends nothing by itself, and shares
/// transport, settings and client authentication with its credentials, so that each of those costs little more than its tokens.
/// </remarks>
public sealed class AuthorizationCodeClient
{
    private readonly SessionSettings _settings;
    private readonly Authority _authority;
    private readonly TenantId _tenant;
    private readonly string _clientId;
    private readonly HttpClient _http;
    private IdTokenValidator? _idTokens;

    /// <summary>Makes a client; sends nothing.</summary>
    /// <param name="tenantId">The tenant that issues the codes: a GUID, a domain name, <c>organizations</c>, <c>common</c>, <c>consumers</c> or <c>adfs</c>.</param>
    /// <param name="clientId">The application (client) id.</param>
    /// <param name="options">Settings; the defaults are a public client in the public cloud.</param>
    /// <exception cref="ArgumentNullException">A required argument is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException">An argument or option is not usable; the message names it and says what is.</exception>
    public AuthorizationCodeClient(string tenantId, string clientId, AuthorizationCodeClientOptions? options = null)
        : this(tenantId, clientId, options ?? new AuthorizationCodeClientOptions(), clientSecret: null)
    {
        if (options is AuthorizationCodeCredentialOptions { RedirectUri: not null } or AuthorizationCodeCredentialOptions { CodeVerifier: not null })
        {
            throw new ArgumentException(
                "RedirectUri and CodeVerifier belong to one user's code: pass them to CreateCredential, and AuthorizationCodeClientOptions here.", nameof(options));
        }
    }

    internal AuthorizationCodeClient(string tenantId, string clientId, AuthorizationCodeClientOptions options, SecretAuthentication? clientSecret)
    {
        (_tenant, _authority) = Arguments.Check(tenantId, clientId, options);
        _clientId = clientId;
        RetrySettings retry = options.Retry.ToSettings(nameof(options));
        ILogger logger = QuietLogger.Around(options.LoggerFactory);
        _http = options.HttpClient ?? SharedHttpClient.Instance;
        var endpoint = new TokenEndpointClient(
            _http,
            _authority,
            clientId,
            clientSecret ?? options.ClientAuthentication,
            retry.NetworkTimeout,
            options.TimeProvider,
            logger);
        Tenants = Arguments.PolicyOf(_tenant, options);
        _settings = new SessionSettings(_tenant, endpoint, retry, options.TimeProvider, logger);
    }

    internal TenantPolicy Tenants { get; }

    /// <summary>Makes the address to send a user's browser to, and what to keep until it comes back; sends nothing.</summary>
    /// <param name="redirectUri">Where the browser comes back to, exactly as it is registered.</param>
    /// <param name="scopes">The scopes that the user is asked to consent to, of one API or several. <c>openid</c>, <c>profile</c> and <c>offline_access</c> are added.</param>
    /// <param name="options">What to ask beside; <see langword="null"/> for nothing.</param>
    /// <returns>The address, with a state, a nonce and a PKCE challenge (S256) of its own, and the transaction.</returns>
    /// <exception cref="ArgumentNullException">A required argument is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException">An argument is not usable; the message names it and says what is.</exception>
    /// <remarks>See RFC 6749 section 4.1.1, RFC 7636 and OpenID Connect Core section 3.1.2.1.</remarks>
    public AuthorizationRequest CreateAuthorizationRequest(Uri redirectUri, IEnumerable<string> scopes, AuthorizationRequestOptions? options = null)
    {
        options ??= new AuthorizationRequestOptions();
        var transaction = new AuthorizationTransaction(
            Pkce.NewSecret(),
            Pkce.NewSecret(),
            Pkce.NewSecret(),
            Arguments.RedirectUriOf(redirectUri),
            _clientId,
            _authority.AddressOf(_tenant),
            [.. Arguments.ScopesOf(scopes).Union(Parameters.SignInScopes, StringComparer.Ordinal)],
            _settings.Time.GetUtcNow() + options.Lifetime);
        return new AuthorizationRequest(AuthorizationUrl.Build(_authority.AuthorizeEndpoint(_tenant), transaction, options), transaction);
    }

    /// <summary>Makes the credential of a user whose browser came back with an answer in the query; sends nothing.</summary>
    /// <param name="transaction">The transaction of this browser's authorize request. It serves one callback.</param>
    /// <param name="callback">The address that the browser asked for, with its query.</param>
    /// <returns>The credential.</returns>
    /// <exception cref="ArgumentNullException">An argument is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException">The transaction is another client's, or the callback is not absolute.</exception>
    /// <exception cref="AuthorizationRefusedException">The authorization server sent the user back with an error.</exception>
    /// <exception cref="AuthenticationFailedException">The callback does not belong to the transaction: another state or issuer, too late, twice, or without a code.</exception>
    public AuthorizationCodeCredential CreateCredential(AuthorizationTransaction transaction, Uri callback) =>
        CreateCredential(transaction, ParametersOf(callback));

    /// <summary>Makes the credential of a user whose browser came back with an answer in a form (<see cref="AuthorizationResponseMode.FormPost"/>); sends nothing.</summary>
    /// <param name="transaction">The transaction of this browser's authorize request. It serves one callback.</param>
    /// <param name="parameters">The fields of the form, decoded, each value of a repeated field by itself.</param>
    /// <inheritdoc cref="CreateCredential(AuthorizationTransaction, Uri)" path="/returns|/exception"/>
    public AuthorizationCodeCredential CreateCredential(AuthorizationTransaction transaction, IEnumerable<KeyValuePair<string, string>> parameters) =>
        CreateCredential(transaction, parameters, keepsIdToken: false);

    private AuthorizationCodeCredential CreateCredential(
        AuthorizationTransaction transaction, IEnumerable<KeyValuePair<string, string>> parameters, bool keepsIdToken)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(parameters);
        if (transaction.ClientId != _clientId || transaction.Authority != _authority.AddressOf(_tenant))
        {
            throw new ArgumentException("The transaction must be of an authorize request of this client, at this authority and tenant.", nameof(transaction));
        }

        string code = AuthorizationCallback.CodeOf(parameters, transaction, issuer => _authority.IsIssuer(issuer, _tenant), _settings.Time.GetUtcNow());
        return new AuthorizationCodeCredential(
            this, new AuthorizationCode(new SecretText(code), transaction.RedirectUri, new SecretText(transaction.CodeVerifier)) { KeepsIdToken = keepsIdToken });
    }

    /// <summary>Signs a user in whose browser came back with an answer in the query: redeems the code and checks the ID token that comes for it.</summary>
    /// <param name="transaction">The transaction of this browser's authorize request. It serves one callback.</param>
    /// <param name="callback">The address that the browser asked for, with its query.</param>
    /// <param name="cancellationToken">Gives the sign-in up; the code is then spent.</param>
    /// <returns>Who the user is, and the credential of his session, which has a token for the first API of the transaction's scopes.</returns>
    /// <exception cref="ArgumentNullException">An argument is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException">The transaction is another client's, or the callback is not absolute.</exception>
    /// <exception cref="AuthorizationRefusedException">The authorization server sent the user back with an error.</exception>
    /// <exception cref="AuthenticationFailedException">The callback does not belong to the transaction, the code was refused, or the ID token is missing or not good.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    /// <remarks>See OpenID Connect Core sections 3.1.3.3 and 3.1.3.7. The authority's metadata and keys are read once a day.</remarks>
    public Task<SignedInUser> SignInAsync(AuthorizationTransaction transaction, Uri callback, CancellationToken cancellationToken = default) =>
        SignInAsync(transaction, ParametersOf(callback), cancellationToken);

    /// <summary>Signs a user in whose browser came back with an answer in a form (<see cref="AuthorizationResponseMode.FormPost"/>).</summary>
    /// <param name="transaction">The transaction of this browser's authorize request. It serves one callback.</param>
    /// <param name="parameters">The fields of the form, decoded, each value of a repeated field by itself.</param>
    /// <param name="cancellationToken">Gives the sign-in up; the code is then spent.</param>
    /// <inheritdoc cref="SignInAsync(AuthorizationTransaction, Uri, CancellationToken)" path="/returns|/exception|/remarks"/>
    public async Task<SignedInUser> SignInAsync(
        AuthorizationTransaction transaction, IEnumerable<KeyValuePair<string, string>> parameters, CancellationToken cancellationToken = default)
    {
        AuthorizationCodeCredential credential = CreateCredential(transaction, parameters, keepsIdToken: true);
        try
        {
            var request = new TokenRequestContext(FirstResource.ScopesOf(transaction.Scopes));
            AccessToken token = await credential.GetTokenAsync(request, cancellationToken).ConfigureAwait(false);
            string idToken = credential.TakeIdToken() ?? throw Failures.IdTokenMissing().ToException();
            ClaimsIdentity identity = await IdTokens.ValidateAsync(idToken, transaction.Nonce, token.Token, cancellationToken).ConfigureAwait(false);
            return new SignedInUser(new ClaimsPrincipal(identity), AccountKeyOf(identity), credential);
        }
        catch
        {
            await credential.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

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

    // Made for the first sign-in: who redeems codes alone loads nothing of it.
    private IdTokenValidator IdTokens => LazyInitializer.EnsureInitialized(ref _idTokens, () => new IdTokenValidator(
        new SigningKeys(new DocumentClient(_http, _settings.Retry.NetworkTimeout, _settings.Time), _authority, _tenant, _settings.Time), _clientId, _settings.Time));

    private static IEnumerable<KeyValuePair<string, string>> ParametersOf(Uri callback)
    {
        ArgumentNullException.ThrowIfNull(callback);
        return callback.IsAbsoluteUri
            ? AuthorizationCallback.Parse(callback.Query)
            : throw new ArgumentException("The callback must be the absolute address that the browser asked for, with its query.", nameof(callback));
    }

    private static string AccountKeyOf(ClaimsIdentity identity) =>
        identity.FindFirst("oid")?.Value is { } user && identity.FindFirst("tid")?.Value is { } tenant
            ? $"{user}.{tenant}"
            : $"{identity.FindFirst("iss")?.Value}|{identity.FindFirst("sub")?.Value}";
}
