using Microsoft.Extensions.Logging;
using Polly;

namespace AuthCode;

/// <summary>Begins the sessions of a client's users, and holds what they share.</summary>
internal sealed class SessionFactory(ClientRegistration client, RetrySettings retry, SessionSettings? settings)
{
    // Set once the server was seen to return no new refresh token.
    private volatile bool _keepsRefreshTokens = client.Server.IsEntra;

    /// <summary>Whether access tokens are stored too.</summary>
    internal bool KeepsAccessTokens => settings is not { KeepsAccessTokens: false };

    /// <summary>Whether a refresh token can be sent again after it was used.</summary>
    internal bool IsRefreshTokenReusable => settings is null or { RefreshTokenUse: RefreshTokenUse.Automatic } ? _keepsRefreshTokens : settings.RefreshTokenUse == RefreshTokenUse.Reusable;

    /// <summary>Notes whether the server gives a new refresh token for a used one.</summary>
    internal void NoteRefreshTokenUse(TokenResponse response, Grant grant) => _keepsRefreshTokens |= grant is RefreshTokenGrant && response.RefreshToken is null;

    /// <summary>Texts that the sessions have in common.</summary>
    internal readonly TextPool Texts = new();

    /// <summary>The tokens of a snapshot that are still valid, as this process keeps them.</summary>
    internal IEnumerable<(TokenCacheKey Key, CachedToken Token)> TokensOf(SessionSnapshot snapshot, DateTimeOffset now) => snapshot.Tokens
        .Where(token => token.Token.ExpiresOn > now)
        .Select(token => (token.Key.For(SetOf(token.Key.Scopes.Items)), CachedToken.Resume(token.Token, SetOf(token.Granted.Items), now, Time.GetTimestamp())));

    private ResiliencePipeline<AcquisitionResult>? _pipeline;

    internal readonly ClientRegistration Client = client;

    internal readonly TokenEndpointClient Endpoint = new(client);

    internal readonly RetrySettings Retry = retry;

    /// <summary>Made when a turn fails for the first time: most processes never need one.</summary>
    internal ResiliencePipeline<AcquisitionResult> Pipeline => _pipeline ??= RetryPipeline.For(Retry, Time);

    internal readonly TimeProvider Time = client.Time;

    internal readonly ILogger Logger = client.Logger;

    /// <summary>A session that begins with an authorization code.</summary>
    /// <param name="code">The code; wiped by the session.</param>
    /// <param name="owned">What is disposed of together with the session.</param>
    internal TokenSession Begin(AuthorizationCode code, IDisposable? owned = null) =>
        new(new SessionState.CodePending(code), this, new TokenCache(Time), owned);

    /// <summary>A session that begins with an authorization code.</summary>
    /// <exception cref="ArgumentException">The code is not usable; the message does not repeat it.</exception>
    /// <param name="authorizationCode">The code.</param>
    /// <param name="redirectUri">The redirect URI of the authorize request.</param>
    /// <param name="codeVerifier">The PKCE verifier.</param>
    /// <param name="scopes">The scopes of the authorize request; <see langword="null"/> if they are not known.</param>
    /// <param name="owned">What is disposed of together with the session.</param>
    internal TokenSession Begin(
        string authorizationCode, RedirectUri? redirectUri, CodeVerifier? codeVerifier, IReadOnlyList<string>? scopes = null, IDisposable? owned = null) =>
        Begin(AuthorizationCode.Create(authorizationCode, redirectUri, codeVerifier, scopes is null ? null : [.. scopes]), owned);

    /// <summary>A session that goes on where another one was when its snapshot was taken.</summary>
    /// <param name="snapshot">The snapshot; it stays the caller's.</param>
    internal TokenSession Resume(SessionSnapshot snapshot)
    {
        DateTimeOffset now = Time.GetUtcNow();
        var cache = new TokenCache(Time);
        foreach ((TokenCacheKey key, CachedToken token) in TokensOf(snapshot, now))
        {
            cache.Restore(key, token);
        }

        return new TokenSession(StateOf(snapshot), this, cache, owned: null, snapshot.RefreshedOn, snapshot.Data);
    }

    /// <summary>The state of a session that goes on from a snapshot.</summary>
    internal static SessionState StateOf(SessionSnapshot snapshot) => snapshot.RefreshToken is { } refreshToken
        ? new SessionState.Refreshable(new SecretText(refreshToken.Utf8), snapshot.Facts)
        : new SessionState.SignInNeeded(Failures.NoRefreshToken(), snapshot.Facts);

    /// <summary>Scopes as the server counts them.</summary>
    internal ScopeSet SetOf(string[] scopes) => new(scopes, Client.Profile.CountsAllScopes);

    /// <summary>The token of a response.</summary>
    internal CachedToken TokenOf(Grant grant, AttemptResult attempt, TokenResponse response, bool hasRefreshToken, out bool isExpired)
    {
        ScopeSet granted = SetOf(Texts.Share(grant.ScopesOf(response)));
        TimeSpan unstated = Client.Profile.Settings.UnstatedTokenLifetime ?? (hasRefreshToken || response.HasUnreadableLifetime ? TokenLifetime.Unknown : TokenLifetime.Longest);
        var lifetime = TokenLifetime.From(response.ExpiresInSeconds, response.RefreshInSeconds, unstated);
        isExpired = lifetime.Life <= TimeSpan.Zero;
        return new CachedToken(response.AccessToken, granted, lifetime, Client.Profile.TokenType, attempt.RequestedOn, attempt.RequestedTimestamp);
    }
}
