using System.Security.Claims;

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
    private readonly SessionFactory _settings;
    private readonly SignInFlow _signIn;

    /// <summary>Makes a client; sends nothing.</summary>
    /// <param name="tenantId">The tenant that issues the codes: a GUID, a domain name, <c>organizations</c>, <c>common</c>, <c>consumers</c> or <c>adfs</c>.</param>
    /// <param name="clientId">The application (client) id.</param>
    /// <param name="options">Settings; the defaults are a public client in the public cloud.</param>
    /// <exception cref="ArgumentNullException">A required argument is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException">An argument or option is not usable; the message names it and says what is.</exception>
    public AuthorizationCodeClient(string tenantId, string clientId, AuthorizationCodeClientOptions? options = null)
        : this(tenantId, clientId, WithoutCode(options), clientSecret: null)
    {
    }

    /// <summary>Makes a client of an OpenID provider, a plain OAuth 2.0 server, or a policy of Azure AD B2C; sends nothing.</summary>
    /// <param name="server">The server.</param>
    /// <param name="clientId">The client id.</param>
    /// <param name="options">Settings; the default is a public client. <see cref="AuthorizationCodeClientOptions.AuthorityHost"/> is not used, and the tenant of a token request neither.</param>
    /// <exception cref="ArgumentNullException">A required argument is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException">An argument or option is not usable; the message names it and says what is.</exception>
    public AuthorizationCodeClient(AuthorizationServer server, string clientId, AuthorizationCodeClientOptions? options = null)
        : this(server, TenantId.Unchecked(server?.Host ?? throw new ArgumentNullException(nameof(server))), clientId, WithoutCode(options), clientSecret: null, hasTenants: false) =>
        Arguments.RequireClientId(clientId);

    internal AuthorizationCodeClient(string tenantId, string clientId, AuthorizationCodeClientOptions options, SecretAuthentication? clientSecret)
        : this(Arguments.Check(tenantId, clientId, options), clientId, options, clientSecret)
    {
    }

    private AuthorizationCodeClient(
        (TenantId Tenant, Authority Authority) place, string clientId, AuthorizationCodeClientOptions options, SecretAuthentication? clientSecret)
        : this(new EntraServer(place.Authority), place.Tenant, clientId, options, clientSecret, hasTenants: true)
    {
    }

    private AuthorizationCodeClient(
        AuthorizationServer server, TenantId tenant, string clientId, AuthorizationCodeClientOptions options, SecretAuthentication? clientSecret, bool hasTenants)
    {
        ClientAuthentication authentication = clientSecret ?? options.ClientAuthentication;
        HttpClient http = Arguments.TransportOf(options, authentication, server);
        RetrySettings retry = options.Retry.ToSettings(nameof(options));
        var documents = new DocumentClient(http, retry.NetworkTimeout, options.TimeProvider);
        var connection = new ClientRegistration(
            http,
            new MetadataSource(server, tenant, documents, authentication is MutualTlsAuthentication, options.TimeProvider),
            Arguments.DialectOf(options, server),
            clientId,
            authentication,
            retry.NetworkTimeout,
            options.TimeProvider,
            NonThrowingLogger.Around(options.LoggerFactory));
        Tenants = Arguments.PolicyOf(tenant, options, hasTenants);
        _settings = new SessionFactory(tenant, connection, retry);
        _signIn = new SignInFlow(connection, documents, tenant, options.UsePushedAuthorization, options.DPoPKey?.Thumbprint);
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
    /// <exception cref="InvalidOperationException">The server has to be asked first: it is to be discovered, or the request to be pushed. Use <see cref="CreateAuthorizationRequestAsync"/>.</exception>
    public AuthorizationRequest CreateAuthorizationRequest(Uri redirectUri, IEnumerable<string> scopes, AuthorizationRequestOptions? options = null) =>
        _signIn.Begin(Arguments.RedirectUriOf(redirectUri), Arguments.ScopesOf(scopes), options ?? new AuthorizationRequestOptions());

    /// <summary>Makes the address to send a user's browser to, at any server: asks for its metadata once a day where it is needed, and pushes the request where that is wanted.</summary>
    /// <inheritdoc cref="CreateAuthorizationRequest" path="/param|/returns|/remarks"/>
    /// <param name="redirectUri">Where the browser comes back to, exactly as it is registered.</param>
    /// <param name="scopes">The scopes that the user is asked to consent to.</param>
    /// <param name="options">What to ask beside; <see langword="null"/> for nothing.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="ArgumentNullException">A required argument is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException">An argument is not usable; the message names it and says what is.</exception>
    /// <exception cref="AuthenticationFailedException">The metadata could not be read, is another issuer's, or the server refused the pushed request.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public Task<AuthorizationRequest> CreateAuthorizationRequestAsync(
        Uri redirectUri, IEnumerable<string> scopes, AuthorizationRequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _signIn.BeginAsync(Arguments.RedirectUriOf(redirectUri), Arguments.ScopesOf(scopes), options ?? new AuthorizationRequestOptions(), cancellationToken);

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
        string code = _signIn.CodeOf(transaction, parameters);
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
            return await _signIn.CompleteAsync(credential, transaction, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await credential.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Asks the server's userinfo endpoint who the user is (OpenID Connect Core section 5.3), for claims that his ID token does not have.</summary>
    /// <param name="user">A user whom this client signed in.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <returns>The claims, under their own names. They are about the user of the ID token, or there are none.</returns>
    /// <exception cref="ArgumentNullException">The user is <see langword="null"/>.</exception>
    /// <exception cref="AuthenticationFailedException">There is no such endpoint, no token for it, or its answer is not good or about another user.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    /// <remarks>The request carries an access token of the scopes of the sign-in. At Entra ID those must be of Microsoft Graph, whose endpoint it is.</remarks>
    public Task<ClaimsIdentity> GetUserInfoAsync(SignedInUser user, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(user);
        return _signIn.GetUserInfoAsync(user, cancellationToken);
    }

    /// <summary>Makes the address to send a user's browser to for signing out at the server too (OpenID Connect RP-Initiated Logout section 2).</summary>
    /// <param name="postLogoutRedirectUri">Where the browser comes back to, exactly as it is registered; <see langword="null"/> to stay at the server.</param>
    /// <param name="user">Who signs out, so that the server need not ask; <see langword="null"/> when he is not known any more.</param>
    /// <param name="state">Comes back with the browser; <see langword="null"/> for none.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <returns>The address. Dispose or revoke the user's credential besides.</returns>
    /// <exception cref="ArgumentException">The redirect URI is not usable.</exception>
    /// <exception cref="AuthenticationFailedException">The server offers no such endpoint, or its metadata could not be read.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public Task<Uri> CreateSignOutUrlAsync(
        Uri? postLogoutRedirectUri = null, SignedInUser? user = null, string? state = null, CancellationToken cancellationToken = default) =>
        _signIn.CreateSignOutUrlAsync(postLogoutRedirectUri is null ? null : Arguments.RedirectUriOf(postLogoutRedirectUri), user, state, cancellationToken);

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

    private static IEnumerable<KeyValuePair<string, string>> ParametersOf(Uri callback)
    {
        ArgumentNullException.ThrowIfNull(callback);
        return callback.IsAbsoluteUri
            ? AuthorizationResponse.Parse(callback.Query)
            : throw new ArgumentException("The callback must be the absolute address that the browser asked for, with its query.", nameof(callback));
    }

    // What belongs to one user's code has no place in the settings of all.
    private static AuthorizationCodeClientOptions WithoutCode(AuthorizationCodeClientOptions? options) =>
        options is AuthorizationCodeCredentialOptions { RedirectUri: not null } or AuthorizationCodeCredentialOptions { CodeVerifier: not null }
            ? throw new ArgumentException(
                "RedirectUri and CodeVerifier belong to one user's code: pass them to CreateCredential, and AuthorizationCodeClientOptions here.", nameof(options))
            : options ?? new AuthorizationCodeClientOptions();
}
