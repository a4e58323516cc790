namespace AuthCode;

/// <summary>What a session knows beside its secret: who signed in, what was granted, where Entra ID keeps the user, and how often it has changed.</summary>
/// <param name="subject">The user; <see langword="null"/> if no ID token was validated.</param>
/// <param name="accountKey">The key that the service knows the user by; <see langword="null"/> together with <paramref name="subject"/>.</param>
/// <param name="scopes">The scopes of the session; <see langword="null"/> if each request names its own, as at Entra ID.</param>
/// <param name="routingHint">The value of <c>x-anchormailbox</c> for refreshes; <see langword="null"/> if the server gave none.</param>
/// <param name="hasNarrowed">Whether a refresh for fewer scopes brought another refresh token, which some servers limit to those.</param>
/// <param name="version">Grows with each response that the session accepts.</param>
internal sealed class SessionFacts(TokenSubject? subject, string? accountKey, ScopeGrant? scopes, string? routingHint, bool hasNarrowed, long version)
{
    internal static readonly SessionFacts None = new(subject: null, accountKey: null, scopes: null, routingHint: null, hasNarrowed: false, version: 0);

    internal readonly TokenSubject? Subject = subject;

    internal readonly string? AccountKey = accountKey;

    internal readonly ScopeGrant? Scopes = scopes;

    internal readonly string? RoutingHint = routingHint;

    internal readonly bool HasNarrowed = hasNarrowed;

    internal readonly long Version = version;

    /// <summary>What is known after a response.</summary>
    internal SessionFacts After(TokenResponse response, Grant grant) => new(
        Subject,
        AccountKey,
        grant is AuthorizationCodeGrant redemption ? redemption.SessionScopesOf(response) : Scopes?.With(grant.ScopesOf(response)),
        response.RoutingHint ?? RoutingHint,
        HasNarrowed || (grant.NarrowsSession && response.RefreshToken is not null),
        Version + 1);

    /// <summary>What is known once the user is.</summary>
    internal SessionFacts Of(TokenSubject user, string key) => new(user, key, Scopes, RoutingHint, HasNarrowed, Version);

    /// <summary>The same facts, of a state that follows another one.</summary>
    internal SessionFacts Following(SessionFacts before) => new(Subject, AccountKey, Scopes, RoutingHint, HasNarrowed, Math.Max(Version, before.Version) + 1);

    public override string ToString() => $"version {Version}";
}
