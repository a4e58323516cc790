namespace AuthCode;

/// <summary>The scopes that a code is redeemed with: a user may consent to several APIs at once, but a token is for one.</summary>
internal static class FirstResource
{
    /// <summary>Those of the API of the first scope at Entra ID; <c>openid</c> alone when no API was asked for.</summary>
    internal static string[] ScopesAtEntra(IReadOnlyList<string> scopes)
    {
        string[] ofApis = [.. scopes.Where(static scope => !Parameters.IsReservedScope(scope))];
        return ofApis.Length == 0 ? [Parameters.OpenId] : [.. ofApis.Where(scope => ResourceOf(scope) == ResourceOf(ofApis[0]))];
    }

    /// <summary>All scopes but those of a second resource (RFC 8707 section 2.2).</summary>
    internal static string[] ScopesOf(IReadOnlyList<string> scopes, IReadOnlyDictionary<string, string> resources)
    {
        string? first = scopes.Select(scope => resources.GetValueOrDefault(scope)).FirstOrDefault(static resource => resource is not null);
        return [.. scopes.Where(scope => resources.GetValueOrDefault(scope) is not { } resource || resource == first)];
    }

    // Entra's scopes are an API's identifier, a slash and a name; a name alone is of Microsoft Graph.
    private static string ResourceOf(string scope) => scope.LastIndexOf('/') is var slash and >= 0 ? scope[..slash] : "";
}
