using System.Security.Claims;
using Azure.Core;

namespace AuthCode;

/// <summary>A user's way through a sign-in: out with an authorize request, back with its response, and known by an ID token.</summary>
internal sealed class SignInFlow(ClientRegistration client, SessionFactory sessions, DocumentClient documents)
{
    private IdTokenValidator? _idTokens;

    /// <exception cref="AuthenticationFailedException">The metadata could not be read, or the server refused the pushed request.</exception>
    internal async Task<AuthorizationRequest> BeginAsync(
        RedirectUri redirectUri, IReadOnlyList<string> scopes, AuthorizationRequestOptions options, CancellationToken cancellationToken)
    {
        ServerEndpoints endpoints = (await client.EndpointsAsync(cancellationToken).ConfigureAwait(false)).OrThrow();
        AuthorizationTransaction transaction = NewTransaction(redirectUri, scopes, options, endpoints);
        IReadOnlyList<KeyValuePair<string, string>> parameters = AuthorizationParameters.Of(transaction, options, client.Profile);
        if (client.Profile.UsesPushedAuthorization || endpoints.RequiresPushedAuthorization)
        {
            Uri endpoint = endpoints.PushedAuthorization ?? throw Failures.NotOffered(client.Server.Host, "pushed authorization requests", "pushed_authorization_request_endpoint").ToException();
            var pushed = new PushedAuthorizationRequest(parameters);
            parameters = (await pushed.SendAsync(client, endpoint, cancellationToken).ConfigureAwait(false)).OrThrow();
        }

        return new AuthorizationRequest(AuthorizationUrl.Build(endpoints.Authorize, parameters), transaction);
    }

    /// <summary>The session that the code of a response begins. Nothing is sent yet.</summary>
    /// <exception cref="AuthenticationFailedException">The transaction is another client's, or the response does not belong to it or has no code.</exception>
    internal TokenSession BeginSession(AuthorizationTransaction transaction, IEnumerable<KeyValuePair<string, string>> parameters)
    {
        if (transaction.ClientId != client.ClientId || transaction.Authority != client.Address)
        {
            throw Failures.TransactionOfAnother().ToException();
        }

        string code = AuthorizationResponse.CodeOf(
            parameters, transaction, issuer => client.Server.IsIssuer(issuer, client.Tenant), client.Time.GetUtcNow());
        return sessions.Begin(code, transaction.RedirectUri, transaction.CodeVerifier);
    }

    /// <summary>Redeems the code and checks who signed in.</summary>
    internal async Task<SignInResult> CompleteAsync(
        AuthorizationTransaction transaction, IEnumerable<KeyValuePair<string, string>> parameters, CancellationToken cancellationToken)
    {
        TokenSession session = BeginSession(transaction, parameters);
        try
        {
            return await CompleteAsync(session, transaction, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>The userinfo endpoint.</summary>
    /// <exception cref="AuthenticationFailedException">There is none.</exception>
    internal async Task<Uri> UserInfoEndpointAsync(CancellationToken cancellationToken)
    {
        ServerMetadata metadata = (await client.Metadata.FindAsync(cancellationToken).ConfigureAwait(false)).OrThrow();
        return metadata.Endpoints.UserInfo ?? throw Failures.NotOffered(client.Server.Host, "userinfo", "userinfo_endpoint").ToException();
    }

    /// <summary>The claims of a user at the userinfo endpoint.</summary>
    internal async Task<ClaimsIdentity> GetUserInfoAsync(Uri endpoint, AccessToken token, string? subject, CancellationToken cancellationToken)
    {
        ClaimsIdentity identity = await UserInfoRequest.SendAsync(client, endpoint, token, IdTokens, cancellationToken).ConfigureAwait(false);

        // OpenID Connect Core section 5.3.2: otherwise the claims must not be used.
        return TextOf(identity, "sub") == subject ? identity : throw Failures.UserInfoOfAnother(endpoint.IdnHost).ToException();
    }

    // Made for the first sign-in: a client that redeems codes alone loads nothing of it.
    private IdTokenValidator IdTokens => LazyInitializer.EnsureInitialized(
        ref _idTokens, () => new IdTokenValidator(new SigningKeys(documents, client.Metadata, client.Time), client.ClientId, client.Time));

    private async Task<SignInResult> CompleteAsync(TokenSession session, AuthorizationTransaction transaction, CancellationToken cancellationToken)
    {
        string[] scopes = client.Profile.ScopesOfRedemption(transaction.Scopes);
        var request = TokenRequest.ForSignIn(scopes, client.Tenant, client.Profile);
        AcquisitionResult result = await session.AcquireAsync(request, cancellationToken).ConfigureAwait(false);
        string accessToken = result.OrThrow().ToAccessToken().Token;
        string idToken = result.IdToken ?? throw Failures.IdTokenMissing().ToException();
        var expected = new IdTokenExpectation(transaction.Nonce, transaction.MaxAge, transaction.AcrValues);
        ClaimsIdentity identity = await IdTokens.ValidateAsync(idToken, expected, accessToken, cancellationToken).ConfigureAwait(false);
        var subject = new TokenSubject(TextOf(identity, "iss")!, TextOf(identity, "sub")!, TextOf(identity, "oid"));
        string accountKey = AccountKeyOf(subject, TextOf(identity, "tid"));
        await session.IdentifyAsync(subject, accountKey, cancellationToken).ConfigureAwait(false);
        return new SignInResult(session, identity, accountKey, idToken, scopes);
    }

    private AuthorizationTransaction NewTransaction(
        RedirectUri redirectUri, IReadOnlyList<string> scopes, AuthorizationRequestOptions options, ServerEndpoints endpoints) => new(
            new AuthorizationState(Pkce.NewSecret()),
            new Nonce(Pkce.NewSecret()),
            Pkce.NewVerifier(),
            redirectUri,
            client.ClientId,
            client.Address,
            [.. client.Profile.ScopesOfSignIn(scopes)],
            client.Time.GetUtcNow().SaturatingAdd(options.Lifetime))
        {
            MaxAge = options.MaxAge,
            AcrValues = [.. options.AcrValues],
            NeedsIssuer = endpoints.NamesIssuer,
        };

    private static string AccountKeyOf(TokenSubject subject, string? homeTenant) =>
        subject.ObjectId is { } user && homeTenant is not null ? $"{user}.{homeTenant}" : $"{subject.Issuer}|{subject.Subject}";

    private static string? TextOf(ClaimsIdentity identity, string claim) => identity.FindFirst(claim)?.Value;
}
