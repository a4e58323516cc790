namespace AuthCode;

/// <summary>The scopes that a code is redeemed with: a user may consent to several APIs at once, but a token is for one.</summary>
internal static class FirstResource
{
    /// <summary>Those of the API of the first scope; <c>openid</c> alone when no API was asked for.</summary>
    internal static string[] ScopesOf(IReadOnlyList<string> scopes)
    {
        string[] ofApis = [.. scopes.Where(static scope => !Parameters.IsReservedScope(scope))];
        return ofApis.Length == 0 ? [Parameters.OpenId] : [.. ofApis.Where(scope => ResourceOf(scope) == ResourceOf(ofApis[0]))];
    }

    // Entra's scopes are an API's identifier, a slash and a name; a name alone is of Microsoft Graph.
    private static string ResourceOf(string scope) => scope.LastIndexOf('/') is var slash and >= 0 ? scope[..slash] : "";
}
