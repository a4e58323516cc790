using System.Security.Claims;
using Azure.Core;

// The overloads with optional parameters differ in a required one.
#pragma warning disable RS0026, RS0027

namespace AuthCode;

/// <summary>Represents an app registration at its authorization server, and signs in its users.</summary>
/// <remarks>
/// <para>Create one instance per app registration and keep it for the life of the service. It sends nothing by itself, and its
/// credentials share its transport, settings and client authentication, so a user costs little more than their tokens.</para>
/// <para>All members are safe for use by any number of threads. The members are virtual and there is a protected constructor, so that a
/// service can test its endpoints with a mock; <see cref="AuthCodeModelFactory"/> creates what they return.</para>
/// </remarks>
public partial class AuthorizationCodeClient
{
    private readonly ConfiguredClient? _client;
    private UserSessions? _sessions;

    /// <summary>Initializes a new instance of the <see cref="AuthorizationCodeClient"/> class for mocking.</summary>
    protected AuthorizationCodeClient()
    {
    }

    /// <summary>Initializes a client of a tenant of Microsoft Entra ID. Nothing is sent.</summary>
    /// <param name="tenantId">The tenant that issues the codes: a GUID, a domain name, <c>organizations</c>, <c>common</c>, <c>consumers</c> or <c>adfs</c>.</param>
    /// <param name="clientId">The application (client) ID of the app registration.</param>
    /// <param name="options">The settings; <see langword="null"/> for a public client in the public cloud.</param>
    /// <exception cref="ArgumentNullException"><paramref name="tenantId"/> or <paramref name="clientId"/> is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException">An argument or option is not usable; the message names it and says what would be.</exception>
    public AuthorizationCodeClient(string tenantId, string clientId, AuthorizationCodeClientOptions? options = null) =>
        _client = ConfiguredClient.Create(tenantId, clientId, options ?? new AuthorizationCodeClientOptions());

    /// <summary>Initializes a client of any authorization server. Nothing is sent.</summary>
    /// <param name="server">The server.</param>
    /// <param name="clientId">The client ID that the server has registered.</param>
    /// <param name="options">The settings; <see langword="null"/> for a public client.</param>
    /// <exception cref="ArgumentNullException"><paramref name="server"/> or <paramref name="clientId"/> is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException">An argument or option is not usable, or does not apply to this server; the message names it and says what would be.</exception>
    public AuthorizationCodeClient(AuthorizationServer server, string clientId, AuthorizationCodeClientOptions? options = null) =>
        _client = ConfiguredClient.Create(server, clientId, options ?? new AuthorizationCodeClientOptions());

    /// <summary>Gets the sessions of the users whom this client has signed in.</summary>
    public virtual UserSessions Sessions => LazyInitializer.EnsureInitialized(ref _sessions, () => new UserSessions(Client.Directory, Client.Tenants, Client.SignIn));

    private ConfiguredClient Client => _client ?? throw new InvalidOperationException(
        "This client was made by the constructor for mocking: override the members that the test calls.");

    /// <summary>Creates the address to send a user's browser to, and the transaction to keep until the browser comes back.</summary>
    /// <param name="redirectUri">The address that the browser comes back to, exactly as it is registered. Its query must not have <c>state</c>, <c>code</c>, <c>error</c> or <c>iss</c>, which the response has.</param>
    /// <param name="scopes">The scopes that the user is asked to consent to, of one API or several. At Entra ID, <c>openid</c>, <c>profile</c> and <c>offline_access</c> are added; at another OpenID provider, <c>openid</c>.</param>
    /// <param name="options">Additional parameters of the request; <see langword="null"/> for none.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The address, with a state, a nonce and a PKCE challenge (S256) of its own, and the transaction.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="redirectUri"/> or <paramref name="scopes"/> is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException">An argument is not usable; the message names it and says what would be.</exception>
    /// <exception cref="AuthenticationFailedException">The metadata of the server could not be read or names another issuer, or the server refused the pushed request.</exception>
    /// <exception cref="OperationCanceledException">The operation was canceled.</exception>
    /// <remarks>
    /// Nothing is sent at Entra ID. The metadata of another server is read when it is needed and kept for a day, and the request is
    /// pushed to the server where that is configured or required. See
    /// <see href="https://www.rfc-editor.org/rfc/rfc6749#section-4.1.1">RFC 6749, section 4.1.1</see>,
    /// <see href="https://www.rfc-editor.org/rfc/rfc7636">RFC 7636</see> and
    /// <see href="https://openid.net/specs/openid-connect-core-1_0.html#AuthRequest">OpenID Connect Core, section 3.1.2.1</see>.
    /// </remarks>
    public virtual Task<AuthorizationRequest> CreateAuthorizationRequestAsync(
        Uri redirectUri, IEnumerable<string> scopes, AuthorizationRequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Client.SignIn.BeginAsync(
            RedirectUri.From(redirectUri, nameof(redirectUri)), Arguments.ScopesOf(scopes), options ?? new AuthorizationRequestOptions(), cancellationToken);

    /// <summary>Completes the sign-in of a user whose browser came back with the response in the query: redeems the code and validates the ID token.</summary>
    /// <param name="transaction">The transaction of this browser's authorize request. It serves one response.</param>
    /// <param name="callback">The address that the browser requested, with its query.</param>
    /// <param name="cancellationToken">Cancels the operation. A code that has been sent is then used up; otherwise the same call can be repeated.</param>
    /// <returns>The user, with a credential that holds a token for the first API of the transaction's scopes.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="transaction"/> or <paramref name="callback"/> is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException"><paramref name="callback"/> is not absolute.</exception>
    /// <exception cref="AuthorizationRefusedException">The authorization server sent the user back with an error.</exception>
    /// <exception cref="AuthenticationFailedException">The transaction is another client's, the response does not belong to the transaction, the code was refused, or the ID token is missing or not valid.</exception>
    /// <exception cref="OperationCanceledException">The operation was canceled.</exception>
    /// <remarks>
    /// The metadata and keys of the server are read once a day. See
    /// <see href="https://openid.net/specs/openid-connect-core-1_0.html#TokenRequest">OpenID Connect Core, sections 3.1.3.1</see> to 3.1.3.7.
    /// </remarks>
    public virtual Task<SignedInUser> CompleteSignInAsync(AuthorizationTransaction transaction, Uri callback, CancellationToken cancellationToken = default) =>
        CompleteAsync(transaction, callback, ParametersOf(callback), upgrade: null, cancellationToken);

    /// <summary>Completes the sign-in of a user whose browser came back with the response in a form (<see cref="AuthorizationResponseMode.FormPost"/>).</summary>
    /// <param name="transaction">The transaction of this browser's authorize request. It serves one response.</param>
    /// <param name="parameters">The decoded fields of the form; a field that is repeated is several entries. Where they arrived is not checked: the overload with the address does that, and a service whose redirect URIs differ by server needs it.</param>
    /// <param name="cancellationToken">Cancels the operation. A code that has been sent is then used up; otherwise the same call can be repeated.</param>
    /// <returns>The user, with a credential that holds a token for the first API of the transaction's scopes.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="transaction"/> or <paramref name="parameters"/> is <see langword="null"/>.</exception>
    /// <exception cref="AuthorizationRefusedException">The authorization server sent the user back with an error.</exception>
    /// <exception cref="AuthenticationFailedException">The transaction is another client's, the response does not belong to the transaction, the code was refused, or the ID token is missing or not valid.</exception>
    /// <exception cref="OperationCanceledException">The operation was canceled.</exception>
    /// <inheritdoc cref="CompleteSignInAsync(AuthorizationTransaction, Uri, CancellationToken)" path="/remarks"/>
    public virtual Task<SignedInUser> CompleteSignInAsync(
        AuthorizationTransaction transaction, IEnumerable<KeyValuePair<string, string>> parameters, CancellationToken cancellationToken = default) =>
        CompleteAsync(transaction, callback: null, parameters, upgrade: null, cancellationToken);

    /// <summary>Creates the credential of a user whose browser came back with the response in the query. Nothing is sent, and the user is not verified.</summary>
    /// <param name="transaction">The transaction of this browser's authorize request. It serves one response.</param>
    /// <param name="callback">The address that the browser requested, with its query.</param>
    /// <returns>The credential. Disposing of it leaves the client and its other credentials alone.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="transaction"/> or <paramref name="callback"/> is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException"><paramref name="callback"/> is not absolute.</exception>
    /// <exception cref="AuthorizationRefusedException">The authorization server sent the user back with an error.</exception>
    /// <exception cref="AuthenticationFailedException">The transaction is another client's, or the response does not belong to it: another state or issuer, too late, a second time, or without a code.</exception>
    /// <remarks>See <see href="https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2">RFC 6749, section 4.1.2</see>.</remarks>
    public virtual AuthorizationCodeCredential CreateCredential(AuthorizationTransaction transaction, Uri callback)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        return new AuthorizationCodeCredential(Client.SignIn.BeginSession(transaction, callback, ParametersOf(callback)), Client.Tenants);
    }

    /// <summary>Creates the credential of a user whose browser came back with the response in a form (<see cref="AuthorizationResponseMode.FormPost"/>). Nothing is sent, and the user is not verified.</summary>
    /// <param name="transaction">The transaction of this browser's authorize request. It serves one response.</param>
    /// <param name="parameters">The decoded fields of the form; a field that is repeated is several entries. Where they arrived is not checked: the overload with the address does that, and a service whose redirect URIs differ by server needs it.</param>
    /// <returns>The credential. Disposing of it leaves the client and its other credentials alone.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="transaction"/> or <paramref name="parameters"/> is <see langword="null"/>.</exception>
    /// <exception cref="AuthorizationRefusedException">The authorization server sent the user back with an error.</exception>
    /// <exception cref="AuthenticationFailedException">The transaction is another client's, or the response does not belong to it: another state or issuer, too late, a second time, or without a code.</exception>
    /// <remarks>See <see href="https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2">RFC 6749, section 4.1.2</see>.</remarks>
    public virtual AuthorizationCodeCredential CreateCredential(AuthorizationTransaction transaction, IEnumerable<KeyValuePair<string, string>> parameters)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(parameters);
        return new AuthorizationCodeCredential(Client.SignIn.BeginSession(transaction, callback: null, parameters), Client.Tenants);
    }

    /// <summary>Creates the credential of a user whose code was sent to a redirect URI. Nothing is sent, and the user is not verified.</summary>
    /// <param name="authorizationCode">The code, as decoded from the redirect. It works once.</param>
    /// <param name="redirectUri">The redirect URI of the authorize request, exactly as it was written there.</param>
    /// <param name="codeVerifier">The PKCE code verifier whose challenge the authorize request carried; <see langword="null"/> if it carried none.</param>
    /// <returns>The credential. Disposing of it leaves the client and its other credentials alone.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="authorizationCode"/> or <paramref name="redirectUri"/> is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException">An argument is not usable; the message names it and says what would be.</exception>
    /// <remarks>See <see href="https://www.rfc-editor.org/rfc/rfc7636#section-4.5">RFC 7636, section 4.5</see>.</remarks>
    public virtual AuthorizationCodeCredential CreateCredential(string authorizationCode, Uri redirectUri, string? codeVerifier = null)
    {
        ArgumentNullException.ThrowIfNull(authorizationCode);
        var redirect = RedirectUri.From(redirectUri, nameof(redirectUri));
        CodeVerifier? verifier = codeVerifier is null ? null : CodeVerifier.Parse(codeVerifier, nameof(codeVerifier));
        return new AuthorizationCodeCredential(Client.Sessions.Begin(authorizationCode, redirect, verifier), Client.Tenants);
    }

    /// <summary>Gets the claims of a user from the userinfo endpoint, for those that the ID token does not have.</summary>
    /// <param name="user">A user whom this client signed in.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The claims, under their own names. Their subject is the user of the ID token.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="user"/> is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException">Another client signed the user in; no token was sent.</exception>
    /// <exception cref="AuthenticationFailedException">The server has no such endpoint, no token could be acquired, or the response is not usable or about another user.</exception>
    /// <exception cref="OperationCanceledException">The operation was canceled.</exception>
    /// <remarks>
    /// The request carries an access token for the scopes of the sign-in that are of no resource, with <c>openid</c>; one is acquired
    /// if there is none. At Entra ID the scopes of the sign-in must be of Microsoft Graph, whose endpoint it is. See <see href="https://openid.net/specs/openid-connect-core-1_0.html#UserInfo">OpenID Connect Core, section 5.3</see>.
    /// </remarks>
    public virtual async Task<ClaimsIdentity> GetUserInfoAsync(SignedInUser user, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(user);
        RequireOwn(user);
        Uri endpoint = await Client.SignIn.UserInfoEndpointAsync(cancellationToken).ConfigureAwait(false);
        string[] scopes = Client.Registration.Profile.ScopesOfUserInfo(user.Scopes);
        AccessToken token = await user.Credential.GetTokenAsync(new TokenRequestContext(scopes), cancellationToken).ConfigureAwait(false);
        return await Client.SignIn.GetUserInfoAsync(endpoint, token, user.Subject, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Creates the address to send a user's browser to, so that the user is signed out at the server too.</summary>
    /// <param name="postLogoutRedirectUri">The address that the browser comes back to, exactly as it is registered; <see langword="null"/> to stay at the server.</param>
    /// <param name="user">The user who signs out, so that the server need not ask; <see langword="null"/> if the user is not known any more. A request that has the user's ID token alone passes that to the other overload.</param>
    /// <param name="state">A value that comes back with the browser; <see langword="null"/> for none.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The address. Dispose of the user's credential, or revoke it, as well.</returns>
    /// <exception cref="ArgumentException"><paramref name="postLogoutRedirectUri"/> is not usable, or another client signed the user in.</exception>
    /// <exception cref="AuthenticationFailedException">The server has no such endpoint, or its metadata could not be read.</exception>
    /// <exception cref="OperationCanceledException">The operation was canceled.</exception>
    /// <remarks>See <see href="https://openid.net/specs/openid-connect-rpinitiated-1_0.html#RPLogout">OpenID Connect RP-Initiated Logout, section 2</see>.</remarks>
    public virtual Task<Uri> CreateSignOutUriAsync(
        Uri? postLogoutRedirectUri = null, SignedInUser? user = null, string? state = null, CancellationToken cancellationToken = default)
    {
        RedirectUri? redirect = postLogoutRedirectUri is null ? null : RedirectUri.From(postLogoutRedirectUri, nameof(postLogoutRedirectUri));
        if (user is not null)
        {
            RequireOwn(user);
        }

        var request = new SignOutRequest(redirect, user?.IdToken, user?.Principal.FindFirst("login_hint")?.Value, state);
        return request.ToUriAsync(Client.Registration, cancellationToken);
    }

    /// <summary>Creates the address to send a user's browser to, so that the user is signed out at the server too, in a request that no longer has the <see cref="SignedInUser"/>.</summary>
    /// <param name="idToken">The <see cref="SignedInUser.IdToken"/> that the service kept; it can have expired. It is a hint, and is not validated again.</param>
    /// <param name="postLogoutRedirectUri">The address that the browser comes back to, exactly as it is registered; <see langword="null"/> to stay at the server.</param>
    /// <param name="state">A value that comes back with the browser; <see langword="null"/> for none.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The same address as with the user. Dispose of the user's credential, or revoke it, as well.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="idToken"/> is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException"><paramref name="idToken"/> is not an ID token of the server for this client, or <paramref name="postLogoutRedirectUri"/> is not usable.</exception>
    /// <exception cref="AuthenticationFailedException">The server has no such endpoint, or its metadata could not be read.</exception>
    /// <exception cref="OperationCanceledException">The operation was canceled.</exception>
    /// <remarks>
    /// Okta refuses a sign-out without the hint, AD FS and Azure AD B2C can do so too, and other servers ask the user first. Entra ID
    /// receives the <c>login_hint</c> of the ID token instead. See <see href="https://openid.net/specs/openid-connect-rpinitiated-1_0.html#RPLogout">OpenID Connect RP-Initiated Logout, section 2</see>.
    /// </remarks>
    public virtual Task<Uri> CreateSignOutUriAsync(string idToken, Uri? postLogoutRedirectUri, string? state = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(idToken);
        RedirectUri? redirect = postLogoutRedirectUri is null ? null : RedirectUri.From(postLogoutRedirectUri, nameof(postLogoutRedirectUri));
        return SignOutRequest.Of(idToken, redirect, state, Client.Registration).ToUriAsync(Client.Registration, cancellationToken);
    }

    // The tokens of one server are for no other one.
    private void RequireOwn(SignedInUser user)
    {
        if (user.Client is null || !user.Client.IsSameAs(Client.Registration))
        {
            throw new ArgumentException("The user was signed in by another client: pass the user to the client that signed the user in.", nameof(user));
        }
    }

    private static IEnumerable<KeyValuePair<string, string>> ParametersOf(Uri callback) => AuthorizationResponse.Parse(Absolute(callback).Query);

    private static Uri Absolute(Uri callback)
    {
        ArgumentNullException.ThrowIfNull(callback);
        return callback.IsAbsoluteUri
            ? callback
            : throw new ArgumentException("The callback must be the absolute address that the browser asked for, with its query.", nameof(callback));
    }
}
