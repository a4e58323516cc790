using System.Security.Claims;
using Azure.Core;

namespace AuthCode;

/// <summary>The way of a user through a sign-in: out with an authorize request, back with a callback, known by an ID token, and out again.</summary>
internal sealed class SignInFlow(ClientRegistration server, DocumentClient documents, TenantId tenant, bool usesPushedAuthorization, string? proofKeyThumbprint)
{
    private IdTokenValidator? _idTokens;

    /// <summary>An authorize request at a server whose endpoints are known.</summary>
    internal AuthorizationRequest Begin(string redirectUri, IReadOnlyList<string> scopes, AuthorizationRequestOptions options)
    {
        if (server.Server.Known(tenant) is not { } endpoints || usesPushedAuthorization)
        {
            throw new InvalidOperationException("The server has to be asked first (for its metadata, or to take the request): use CreateAuthorizationRequestAsync.");
        }

        AuthorizationTransaction transaction = NewTransaction(redirectUri, scopes, options, endpoints);
        return new AuthorizationRequest(AuthorizationUrl.Build(endpoints.Authorize, ParametersOf(transaction, options)), transaction);
    }

    internal async Task<AuthorizationRequest> BeginAsync(
        string redirectUri, IReadOnlyList<string> scopes, AuthorizationRequestOptions options, CancellationToken cancellationToken)
    {
        ServerEndpoints endpoints = (await server.Metadata.EndpointsAsync(tenant, cancellationToken).ConfigureAwait(false)).OrThrow();
        AuthorizationTransaction transaction = NewTransaction(redirectUri, scopes, options, endpoints);
        IReadOnlyList<KeyValuePair<string, string>> parameters = ParametersOf(transaction, options);
        if (usesPushedAuthorization || endpoints.RequiresPushedAuthorization)
        {
            Uri endpoint = endpoints.PushedAuthorization ?? throw Failures.NotOffered(server.Server.Host, "pushed authorization requests").ToException();
            parameters = (await PushedAuthorizationRequest.PushAsync(server, endpoint, parameters, cancellationToken).ConfigureAwait(false)).OrThrow();
        }

        return new AuthorizationRequest(AuthorizationUrl.Build(endpoints.Authorize, parameters), transaction);
    }

    /// <summary>The code of a callback that belongs to a transaction of this client.</summary>
    internal string CodeOf(AuthorizationTransaction transaction, IEnumerable<KeyValuePair<string, string>> parameters) =>
        transaction.ClientId == server.ClientId && transaction.Authority == server.Server.AddressOf(tenant)
            ? AuthorizationResponse.CodeOf(parameters, transaction, issuer => server.Server.IsIssuer(issuer, tenant), server.Time.GetUtcNow())
            : throw new ArgumentException("The transaction must be of an authorize request of this client, at this authority and tenant.", nameof(transaction));

    /// <summary>Redeems the code and checks who signed in.</summary>
    internal async Task<SignedInUser> CompleteAsync(AuthorizationCodeCredential credential, AuthorizationTransaction transaction, CancellationToken cancellationToken)
    {
        string[] scopes = server.Dialect.IsEntra
            ? FirstResource.ScopesAtEntra(transaction.Scopes)
            : FirstResource.ScopesOf(transaction.Scopes, server.Dialect.Resources);
        AccessToken token = await credential.GetTokenAsync(new TokenRequestContext(scopes), cancellationToken).ConfigureAwait(false);
        string idToken = credential.TakeIdToken() ?? throw Failures.IdTokenMissing().ToException();
        var expected = new IdTokenExpectation(transaction.Nonce, transaction.MaxAge, transaction.AcrValues);
        ClaimsIdentity identity = await IdTokens.ValidateAsync(idToken, expected, token.Token, cancellationToken).ConfigureAwait(false);
        credential.BindTo(new TokenSubject(TextOf(identity, "iss")!, TextOf(identity, "sub")!, TextOf(identity, "oid")));
        return new SignedInUser(new ClaimsPrincipal(identity), AccountKeyOf(identity), credential, idToken, scopes);
    }

    internal async Task<ClaimsIdentity> GetUserInfoAsync(SignedInUser user, CancellationToken cancellationToken)
    {
        ServerMetadata metadata = (await server.Metadata.FindAsync(cancellationToken).ConfigureAwait(false)).OrThrow();
        Uri endpoint = metadata.Endpoints.UserInfo ?? throw Failures.NotOffered(server.Server.Host, "userinfo").ToException();
        AccessToken token = await user.Credential.GetTokenAsync(new TokenRequestContext(user.Scopes), cancellationToken).ConfigureAwait(false);
        ClaimsIdentity identity = await new UserInfoRequest(server, endpoint, token).SendAsync(IdTokens, cancellationToken).ConfigureAwait(false);

        // OpenID Connect Core section 5.3.2: otherwise the claims must not be used.
        return TextOf(identity, "sub") == user.Principal.FindFirst("sub")?.Value ? identity : throw Failures.UserInfoOfAnother(endpoint.IdnHost).ToException();
    }

    internal async Task<Uri> CreateSignOutUrlAsync(string? postLogoutRedirectUri, SignedInUser? user, string? state, CancellationToken cancellationToken)
    {
        ServerEndpoints endpoints = (await server.Metadata.EndpointsAsync(tenant, cancellationToken).ConfigureAwait(false)).OrThrow();
        Uri endpoint = endpoints.EndSession ?? throw Failures.NotOffered(server.Server.Host, "sign-out").ToException();
        (string Name, string? Value)[] parameters =
        [
            (Parameters.ClientId, server.ClientId),
            (Parameters.PostLogoutRedirectUri, postLogoutRedirectUri),
            // Entra ID goes by the hint, and its ID tokens are long for an address.
            (Parameters.IdTokenHint, server.Dialect.IsEntra ? null : user?.IdToken),
            (Parameters.LogoutHint, user?.Principal.FindFirst("login_hint")?.Value),
            (Parameters.State, state),
        ];
        return AuthorizationUrl.Build(endpoint, parameters
            .Where(static parameter => !string.IsNullOrEmpty(parameter.Value))
            .Select(static parameter => KeyValuePair.Create(parameter.Name, parameter.Value!)));
    }

    // Made for the first sign-in: who redeems codes alone loads nothing of it.
    private IdTokenValidator IdTokens => LazyInitializer.EnsureInitialized(
        ref _idTokens, () => new IdTokenValidator(new SigningKeys(documents, server.Metadata, server.Time), server.ClientId, server.Time));

    private AuthorizationTransaction NewTransaction(
        string redirectUri, IReadOnlyList<string> scopes, AuthorizationRequestOptions options, ServerEndpoints endpoints) => new(
            Pkce.NewSecret(),
            Pkce.NewSecret(),
            Pkce.NewSecret(),
            redirectUri,
            server.ClientId,
            server.Server.AddressOf(tenant),
            [.. scopes.Union(SignInScopes, StringComparer.Ordinal)],
            server.Time.GetUtcNow() + options.Lifetime)
        {
            MaxAge = options.MaxAge,
            AcrValues = [.. options.AcrValues],
            NeedsIssuer = endpoints.NamesIssuer,
        };

    // An OpenID provider is asked who the user is; a plain server knows no such scope.
    private IEnumerable<string> SignInScopes => !server.Dialect.IsEntra && server.Server.MetadataAddress(tenant) is not null
        ? server.Dialect.AddedScopes.Prepend(Parameters.OpenId)
        : server.Dialect.AddedScopes;

    private IReadOnlyList<KeyValuePair<string, string>> ParametersOf(AuthorizationTransaction transaction, AuthorizationRequestOptions options) =>
        AuthorizationParameters.Of(
            transaction,
            options,
            server.Dialect.IsEntra,
            proofKeyThumbprint,
            transaction.Scopes.Where(server.Dialect.Resources.ContainsKey).Select(scope => server.Dialect.Resources[scope]).Distinct(StringComparer.Ordinal));

    private static string AccountKeyOf(ClaimsIdentity identity) =>
        TextOf(identity, "oid") is { } user && TextOf(identity, "tid") is { } home
            ? $"{user}.{home}"
            : $"{TextOf(identity, "iss")}|{TextOf(identity, "sub")}";

    private static string? TextOf(ClaimsIdentity identity, string claim) => identity.FindFirst(claim)?.Value;
}
