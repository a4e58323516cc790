using Microsoft.Extensions.Logging;
using Polly;

namespace AuthCode;

/// <summary>Begins the sessions of a client's users, and holds what they share.</summary>
internal sealed class SessionFactory(ClientRegistration client, RetrySettings retry)
{
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
        foreach (SnapshotToken token in snapshot.Tokens.Where(token => token.Token.ExpiresOn > now))
        {
            CachedToken resumed = CachedToken.Resume(token.Token, SetOf(token.Granted.Items), now, Time.GetTimestamp());
            cache.Restore(token.Key.For(SetOf(token.Key.Scopes.Items)), resumed);
        }

        var refreshToken = new SecretText(snapshot.RefreshToken.Utf8);
        return new TokenSession(new SessionState.Refreshable(refreshToken, snapshot.Facts), this, cache, owned: null);
    }

    /// <summary>Scopes as the server counts them.</summary>
    private ScopeSet SetOf(string[] scopes) => new(scopes, Client.Profile.CountsAllScopes);

    /// <summary>The token of a response.</summary>
    internal CachedToken TokenOf(Grant grant, AttemptResult attempt, TokenResponse response, bool hasRefreshToken, out bool isExpired)
    {
        ScopeSet granted = SetOf(grant.ScopesOf(response));
        TimeSpan unstated = Client.Profile.Settings.UnstatedTokenLifetime ?? (hasRefreshToken || response.HasUnreadableLifetime ? TokenLifetime.Unknown : TokenLifetime.Longest);
        var lifetime = TokenLifetime.From(response.ExpiresInSeconds, response.RefreshInSeconds, unstated);
        isExpired = lifetime.Life <= TimeSpan.Zero;
        return new CachedToken(response.AccessToken, granted, lifetime, Client.Profile.TokenType, attempt.RequestedOn, attempt.RequestedTimestamp);
    }
}
