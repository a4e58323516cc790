namespace AuthCode;

/// <summary>A user's way through a sign-in: out with an authorize request, back with its response, and known by an ID token.</summary>
/// <param name="client">The client.</param>
/// <param name="sessions">Begins the session of the user.</param>
/// <param name="directory">Keeps the sessions.</param>
/// <param name="documents">Reads the keys of the server.</param>
/// <param name="allowedTenants">The tenants whose users may sign in; empty for any.</param>
internal sealed partial class SignInFlow(
    ClientRegistration client, SessionFactory sessions, SessionDirectory directory, DocumentClient documents, IReadOnlySet<string> allowedTenants)
{
    /// <exception cref="ArgumentException">An option is not usable, or the transaction would be too long to be kept.</exception>
    /// <exception cref="AuthenticationFailedException">The metadata could not be read, or the server refused the pushed request.</exception>
    internal async Task<AuthorizationRequest> BeginAsync(
        RedirectUri redirectUri, IReadOnlyList<string> scopes, AuthorizationRequestOptions options, CancellationToken cancellationToken)
    {
        AuthorizationResponse.RequireOwnQuery(redirectUri);
        AuthorizeParameters.Check(options, client.Profile);
        ServerEndpoints endpoints = (await client.EndpointsAsync(found => !IsPushed(found) || found.PushedAuthorization is not null, cancellationToken).ConfigureAwait(false)).OrThrow();
        AuthorizationTransaction transaction = NewTransaction(redirectUri, scopes, options, endpoints);
        if (transaction.Serialize().Length > AuthorizationTransaction.LongestText)
        {
            throw new ArgumentException(
                $"The scopes and ACR values are too long for one sign-in: a transaction holds {AuthorizationTransaction.LongestText / 1024} KiB. Request fewer scopes.", nameof(scopes));
        }

        IReadOnlyList<KeyValuePair<string, string>> parameters = AuthorizeParameters.Of(transaction, options, client.Profile);
        if (IsPushed(endpoints))
        {
            Uri endpoint = endpoints.PushedAuthorization ?? throw Failures.NotOffered(client.Server.Host, "pushed authorization requests", "pushed_authorization_request_endpoint").ToException();
            var pushed = new PushedAuthorizationRequest(parameters);
            parameters = (await pushed.SendAsync(client, endpoint, cancellationToken).ConfigureAwait(false)).OrThrow();
        }

        Log.SignInStarted(client.Logger, client.Server.Host);
        return new AuthorizationRequest(AuthorizationUrl.Build(endpoints.Authorize, parameters), transaction);
    }

    /// <summary>The session that the code of a response begins. Nothing is sent yet.</summary>
    /// <param name="transaction">The sign-in.</param>
    /// <param name="callback">Where the browser brought the response; <see langword="null"/> if it came in a form.</param>
    /// <param name="parameters">The response.</param>
    /// <exception cref="AuthenticationFailedException">The transaction is another client's, or the response does not belong to it or has no code.</exception>
    internal TokenSession BeginSession(AuthorizationTransaction transaction, Uri? callback, IEnumerable<KeyValuePair<string, string>> parameters) =>
        BeginSession(transaction, Check(transaction, callback, parameters));

    /// <summary>Redeems the code and checks who signed in.</summary>
    /// <param name="transaction">The sign-in.</param>
    /// <param name="callback">Where the browser brought the response; <see langword="null"/> if it came in a form.</param>
    /// <param name="parameters">The response.</param>
    /// <param name="account">The account that must have signed in; <see langword="null"/> for any.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    internal async Task<SignInResult> CompleteAsync(
        AuthorizationTransaction transaction, Uri? callback, IEnumerable<KeyValuePair<string, string>> parameters, string? account, CancellationToken cancellationToken)
    {
        try
        {
            SignInResult result = await RedeemAsync(transaction, callback, parameters, account, cancellationToken).ConfigureAwait(false);
            Log.SignInCompleted(client.Logger, client.Server.Host);
            return result;
        }
        catch (AuthenticationFailedException e)
        {
            Log.SignInFailed(client.Logger, client.Server.Host, ErrorTypes.Of(e));
            throw;
        }
    }

    private async Task<SignInResult> RedeemAsync(
        AuthorizationTransaction transaction, Uri? callback, IEnumerable<KeyValuePair<string, string>> parameters, string? account, CancellationToken cancellationToken)
    {
        AuthorizationResponse response = Check(transaction, callback, parameters);
        if (response.Refusal is null)
        {
            // Before the code is sent, which works once: without keys nothing could be done with its ID token.
            await RequireOpenIdProviderAsync(cancellationToken).ConfigureAwait(false);
            if (!transaction.Scopes.Contains(Parameters.OpenId, StringComparer.Ordinal))
            {
                throw Failures.IdTokenNotRequested(client.Server.Host).ToException();
            }

            await IdTokens.PrepareAsync(cancellationToken).ConfigureAwait(false);
        }

        cancellationToken.ThrowIfCancellationRequested();
        TokenSession session = BeginSession(transaction, response);
        StoreWrite? mark = transaction.IsMarked ? StoreWrite.Written : await directory.SpendAsync(transaction.State, transaction.ExpiresOn).ConfigureAwait(false);
        if (mark == StoreWrite.Conflict)
        {
            session.Dispose();
            throw Failures.ResponseTwice().ToException();
        }

        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            return await CompleteAsync(session, transaction, account, mark == StoreWrite.Written, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            bool isCodeKept = e is OperationCanceledException && session.TryWithdrawCode();
            session.Dispose();
            if (isCodeKept)
            {
                transaction.Release(mark == StoreWrite.Written);
            }

            throw;
        }
    }

    /// <summary>The address that signs a user out at the server.</summary>
    /// <exception cref="AuthenticationFailedException">The server has no such endpoint, or its metadata could not be read.</exception>
    internal Task<Uri> SignOutUriAsync(SessionUser? user, RedirectUri? postLogoutRedirectUri, string? state, CancellationToken cancellationToken) =>
        SignOutRequest.Of(user, postLogoutRedirectUri, state, client).ToUriAsync(client, cancellationToken);

    private bool IsPushed(ServerEndpoints endpoints) => client.Profile.Settings.UsesPushedAuthorization || endpoints.RequiresPushedAuthorization;

    private AuthorizationResponse Check(AuthorizationTransaction transaction, Uri? callback, IEnumerable<KeyValuePair<string, string>> parameters)
    {
        if (transaction.ClientId != client.ClientId || transaction.Authority != client.Address)
        {
            throw Failures.TransactionOfAnother().ToException();
        }

        if (callback is not null)
        {
            AuthorizationResponse.CheckAddress(callback, transaction);
        }

        return AuthorizationResponse.Check(parameters, transaction, client);
    }

    private TokenSession BeginSession(AuthorizationTransaction transaction, AuthorizationResponse response)
    {
        if (!transaction.TryUse(client.Time.GetUtcNow()))
        {
            throw Failures.ResponseTwice().ToException();
        }

        if (response.Refusal is not null)
        {
            throw response.Refusal;
        }

        return sessions.Begin(
            response.Code!,
            transaction.RedirectUri,
            client.Profile.Settings.UsesPkce ? transaction.CodeVerifier : null,
            client.Profile.CountsAllScopes ? transaction.Scopes : null);
    }

    private async Task<SignInResult> CompleteAsync(
        TokenSession session, AuthorizationTransaction transaction, string? account, bool isMarked, CancellationToken cancellationToken)
    {
        string[] scopes = client.Profile.ScopesOfRedemption(transaction.Scopes);
        var request = TokenRequest.ForSignIn(scopes, client.Tenant, client.Profile);
        DateTimeOffset redeemedOn = client.Time.GetUtcNow();
        AcquisitionResult result = await session.AcquireAsync(request, cancellationToken).ConfigureAwait(false);
        if (!result.IsSuccess && session.HasUntouchedCode)
        {
            // The same call can be repeated.
            transaction.Release(isMarked);
        }

        string accessToken = result.OrThrow(request, isLastAttempt: !session.HasUntouchedCode).ToAccessToken().Token;
        string idToken = result.IdToken ?? throw Failures.IdTokenMissing().ToException();
        var expected = new IdTokenExpectation(
            AuthorizeParameters.UsesNonce(transaction, client.Profile) ? transaction.Nonce : null, transaction.MaxAge, transaction.AcrValues, transaction.StartedOn);
        ValidatedIdToken validated = await IdTokens.ValidateAsync(idToken, expected, accessToken, cancellationToken).ConfigureAwait(false);
        if (allowedTenants.Count > 0 && (validated.TenantId is not { } tenant || !allowedTenants.Contains(tenant)))
        {
            throw Failures.SignInTenantNotAllowed().ToException();
        }

        string accountKey = validated.Subject.KeyOf(validated.TenantId);
        if (account is not null && accountKey != account)
        {
            throw Failures.OtherAccount().ToException();
        }

        string? hint = SignOutRequest.HintOf(idToken, validated.Identity, client.Profile);
        SessionUser user = await session.IdentifyAsync(validated.Subject, accountKey, hint, cancellationToken).ConfigureAwait(false);
        string? key = account is null
            ? await directory.AddAsync(session, user, transaction.StartedOn ?? redeemedOn, redeemedOn, cancellationToken).ConfigureAwait(false)
            : null;
        return new SignInResult(session, validated.Identity, accountKey, key, idToken, scopes);
    }

    private AuthorizationTransaction NewTransaction(
        RedirectUri redirectUri, IReadOnlyList<string> scopes, AuthorizationRequestOptions options, ServerEndpoints endpoints) => new(
            new AuthorizationState(Pkce.NewSecret()),
            new Nonce(Pkce.NewSecret()),
            Pkce.NewVerifier(),
            redirectUri,
            client.ClientId,
            client.Address,
            [.. client.Profile.ScopesOfSignIn(scopes, endpoints.IsOpenIdProvider)],
            client.Time.GetUtcNow().SaturatingAdd(options.Lifetime))
        {
            StartedOn = client.Time.GetUtcNow(),
            MaxAge = options.MaxAge,
            AcrValues = [.. options.AcrValues],
            NeedsIssuer = endpoints.NamesIssuer && client.Profile.Settings.RequiresResponseIssuer,
        };
}
