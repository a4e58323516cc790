namespace AuthCode;

/// <summary>A server that keeps to the standards: an OpenID provider, or a plain OAuth 2.0 server.</summary>
internal sealed class StandardProfile(ServerSettings settings, DPoPProofs? proofs) : ServerProfile(settings, proofs, ownFields: [])
{
    // RFC 6749 section 4.1.3 has no such parameter, and some servers refuse it.
    internal override string? ScopeOfCode(string[] scopes) => null;

    /// <remarks>Left out for the scopes of the session, since some servers refuse it (RFC 6749 section 6). What makes the session one of OpenID Connect, and keeps it, is requested with any other scopes.</remarks>
    internal override string? ScopeOfRefresh(string[] scopes, ScopeGrant? session)
    {
        if (session is null)
        {
            return Join(scopes);
        }

        string[] all = [.. scopes.Union(session.Granted.Where(static scope => scope is Parameters.OpenId or Parameters.OfflineAccess), StringComparer.Ordinal)];
        return session.IsAllOf(scopes) || session.IsAllOf(all) || (RefreshesAllScopes && session.Covers(scopes)) ? null : Join(all);
    }

    // An OpenID provider is asked who the user is; a plain server knows no such scope.
    internal override IEnumerable<string> ScopesOfSignIn(IReadOnlyList<string> scopes, bool isOpenIdProvider) => scopes
        .Union(isOpenIdProvider ? [Parameters.OpenId] : [], StringComparer.Ordinal)
        .Union(Settings.RequestsOfflineAccess ? [Parameters.OfflineAccess] : [], StringComparer.Ordinal);

    /// <summary>All scopes but those of a second resource (RFC 8707 section 2.2).</summary>
    internal override string[] ScopesOfRedemption(IReadOnlyList<string> scopes)
    {
        string? first = scopes.Select(ResourceOf).FirstOrDefault(static resource => resource is not null);
        return [.. scopes.Where(scope => ResourceOf(scope) is not { } resource || resource == first)];
    }

    // A token of an API is not for the userinfo endpoint.
    internal override string[] ScopesOfUserInfo(string[] scopes) => [.. scopes.Where(scope => ResourceOf(scope) is null).Union([Parameters.OpenId], StringComparer.Ordinal)];

    private string Join(string[] scopes) => string.Join(Settings.ScopeSeparator, scopes);
}
