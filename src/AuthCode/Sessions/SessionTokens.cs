namespace AuthCode;

/// <summary>What a session keeps of the server's answers beside the refresh token: access tokens, where the user's data is, who he is.</summary>
internal sealed class SessionTokens(SessionFactory settings)
{
    private volatile string? _idToken;
    private volatile TokenSubject? _user;
    private volatile string? _routingHint;

    internal TokenCache Cache { get; } = new(settings.Time);

    /// <summary>Where Entra ID keeps the user, for the routing of a refresh.</summary>
    internal string? RoutingHint => _routingHint;

    /// <summary>Whether the ID tokens of refreshes are looked at.</summary>
    internal bool KeepsIdTokens => _user is not null;

    /// <summary>The ID token that came for the code, if it was to be kept; once.</summary>
    internal string? TakeIdToken()
    {
        string? idToken = _idToken;
        _idToken = null;
        return idToken;
    }

    /// <summary>Notes who signed in: no ID token of a refresh may be about another.</summary>
    internal void BindTo(TokenSubject user) => _user = user;

    /// <summary>The answer, or a failure in its place when it is about another user than the one who signed in (OpenID Connect Core section 12.2).</summary>
    /// <remarks>Another tenant than the user's own knows him under another subject.</remarks>
    internal TokenAnswer WithoutOtherUser(Grant grant, TokenAnswer answer)
    {
        if (_user is not { } user || grant.Tenant != settings.HomeTenant
            || answer.Result.Response is not { IdToken: { } idToken } response || user.IsSame(TokenSubject.Of(idToken)))
        {
            return answer;
        }

        response.RefreshToken?.Dispose();
        return answer with { Result = AttemptResult.Fail(AttemptOutcome.Malformed, Failures.OtherUser(settings.Endpoint.Host)) };
    }

    internal CachedToken Keep(TokenRequest request, Grant grant, TokenAnswer answer, TokenResponse response)
    {
        _routingHint = response.RoutingHint ?? _routingHint;
        _idToken = KeepsIdTokens ? null : response.IdToken;
        TokenCacheKey key = request.Key;
        ScopeSet granted = response.Scope is { } scope
            ? new ScopeSet(scope.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            : key.Scopes;
        var token = new CachedToken(
            response.AccessToken,
            granted,
            TokenLifetime.From(response.ExpiresInSeconds, response.RefreshInSeconds),
            settings.Server.Dialect.TokenType,
            answer.RequestedOn,
            answer.RequestedTimestamp);
        Cache.Store(key, token, settings.Time.GetUtcNow());
        Log.TokenAcquired(settings.Logger, key.Tenant.Value, grant.GrantType, token.ExpiresOn, grant.RequestId);
        return token;
    }
}
