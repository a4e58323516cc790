namespace AuthCode;

/// <summary>What a session knows beside its secret: who signed in, what was granted, where Entra ID keeps the user, and how often it has changed.</summary>
/// <param name="user">The user; <see langword="null"/> if no ID token was validated.</param>
/// <param name="scopes">The scopes of the session; <see langword="null"/> if each request names its own, as at Entra ID.</param>
/// <param name="routingHint">The value of <c>x-anchormailbox</c> for refreshes; <see langword="null"/> if the server gave none.</param>
/// <param name="hasNarrowed">Whether a refresh for fewer scopes brought another refresh token, which some servers limit to those.</param>
/// <param name="version">Grows with each response that the session accepts.</param>
/// <param name="signIns">Grows each time its user has signed in again.</param>
internal sealed class SessionFacts(SessionUser? user, ScopeGrant? scopes, string? routingHint, bool hasNarrowed, long version, int signIns = 0)
{
    internal static readonly SessionFacts None = new(user: null, scopes: null, routingHint: null, hasNarrowed: false, version: 0);

    internal readonly SessionUser? User = user;

    // The grant itself is made when it is needed: a process holds many sessions.
    private readonly string[]? _requested = scopes?.Requested;
    private readonly string[]? _granted = scopes?.Granted;

    internal ScopeGrant? Scopes => _requested is null || _granted is null ? null : new ScopeGrant(_requested, _granted);

    internal readonly string? RoutingHint = routingHint;

    internal readonly bool HasNarrowed = hasNarrowed;

    internal readonly long Version = version;

    internal readonly int SignIns = signIns;

    /// <summary>What is known after a response.</summary>
    internal SessionFacts After(TokenResponse response, Grant grant) => new(
        User,
        grant is AuthorizationCodeGrant redemption ? redemption.SessionScopesOf(response) : Scopes?.With(grant.ScopesOf(response)),
        response.RoutingHint ?? RoutingHint,
        HasNarrowed || (grant.NarrowsSession && response.RefreshToken is not null),
        Version + 1,
        SignIns);

    /// <summary>What is known once the user is.</summary>
    internal SessionFacts Of(SessionUser known) => new(known, Scopes, RoutingHint, HasNarrowed, Version, SignIns);

    /// <summary>The same facts, of a state that follows another one since the user has signed in again.</summary>
    internal SessionFacts Following(SessionFacts before) =>
        new(User, Scopes, RoutingHint, HasNarrowed, Math.Max(Version, before.Version) + 1, Math.Max(SignIns, before.SignIns) + 1);

    /// <summary>Whether these facts are of a later sign-in than others: then no number of refreshes makes those newer.</summary>
    internal bool IsOfLaterSignInThan(SessionFacts other) => SignIns > other.SignIns;

    public override string ToString() => $"version {Version}";
}
