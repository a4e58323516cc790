namespace AuthCode;

/// <summary>A server that keeps to the standards: an OpenID provider, or a plain OAuth 2.0 server.</summary>
internal sealed class StandardProfile(ServerSettings settings, bool isOpenIdProvider, DPoPProofs? proofs) : ServerProfile(settings, proofs, ownFields: [])
{
    private readonly string[] _added = settings.RequestsOfflineAccess ? [Parameters.OfflineAccess] : [];

    internal override string ScopeOf(IReadOnlyList<string> scopes) => string.Join(' ', scopes.Union(_added, StringComparer.Ordinal));

    // An OpenID provider is asked who the user is; a plain server knows no such scope.
    internal override IEnumerable<string> ScopesOfSignIn(IReadOnlyList<string> scopes) => scopes
        .Union(isOpenIdProvider ? [Parameters.OpenId] : [], StringComparer.Ordinal)
        .Union(_added, StringComparer.Ordinal);

    /// <summary>All scopes but those of a second resource (RFC 8707 section 2.2).</summary>
    internal override string[] ScopesOfRedemption(IReadOnlyList<string> scopes)
    {
        string? first = scopes.Select(ResourceOf).FirstOrDefault(static resource => resource is not null);
        return [.. scopes.Where(scope => ResourceOf(scope) is not { } resource || resource == first)];
    }
}
