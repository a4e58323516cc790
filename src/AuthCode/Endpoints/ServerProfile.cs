namespace AuthCode;

/// <summary>What the requests to one kind of server hold beside RFC 6749's fields.</summary>
/// <param name="IsEntra">Whether Entra's own fields and headers are sent.</param>
/// <param name="AddedScopes">Scopes that are sent beside the caller's.</param>
/// <param name="Resources">The resource indicator of each scope that has one (RFC 8707).</param>
/// <param name="Proofs">What signs the proofs of tokens that are bound to a key; <see langword="null"/> when they are not.</param>
internal sealed record ServerProfile(bool IsEntra, IReadOnlyList<string> AddedScopes, IReadOnlyDictionary<string, string> Resources, DPoPProofs? Proofs)
{
    /// <summary>The kind of token that must come.</summary>
    internal string TokenType => Proofs is null ? Parameters.Bearer : Parameters.DPoP;

    /// <summary>The scopes to send.</summary>
    internal string ScopesWith(IReadOnlyList<string> scopes) =>
        // What nearly all calls to Entra ID are, without the work of the general case.
        IsEntra && scopes.Count == 1 && !Parameters.IsReservedScope(scopes[0])
            ? $"{scopes[0]} {Parameters.OpenId} {Parameters.Profile} {Parameters.OfflineAccess}"
            : string.Join(' ', [.. scopes, .. AddedScopes.Where(scope => !scopes.Contains(scope))]);

    /// <summary>The resource that scopes belong to; <see langword="null"/> when none has one.</summary>
    /// <exception cref="ArgumentException">They belong to several, and a token is for one.</exception>
    internal string? ResourceOf(IReadOnlyList<string> scopes, string parameterName)
    {
        if (Resources.Count == 0)
        {
            return null;
        }

        string[] resources = [.. scopes.Where(Resources.ContainsKey).Select(scope => Resources[scope]).Distinct(StringComparer.Ordinal)];
        return resources.Length <= 1 ? resources.FirstOrDefault() : throw new ArgumentException(
            "The scopes are of several resources (AuthorizationCodeClientOptions.Resources), and a token is for one: ask for a token for each.", parameterName);
    }
}
