using AuthCode.Testing.Errors;

namespace AuthCode.Testing.Grants;

/// <summary>The API that a token request is for, and the scopes of that API.</summary>
internal sealed record RequestedScopes(string Resource, IReadOnlyList<string> ResourceScopes)
{
    internal const string OpenId = "openid";
    internal const string Profile = "profile";
    internal const string OfflineAccess = "offline_access";
    private const string Email = "email";
    private const string Graph = "https://graph.microsoft.com";

    /// <summary>Splits a scope parameter, and refuses it if a scope is malformed (RFC 6749 section 3.3).</summary>
    internal static IReadOnlyList<string> Split(string? scope)
    {
        string[] scopes = (scope ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return scopes.All(static item => item.All(static c => c is > ' ' and <= '~' and not ('"' or '\\'))) ? scopes : throw new AadErrorException(AadErrors.InvalidScope);
    }

    /// <summary>The scopes of a token request. All must be of one API, since an access token has one audience.</summary>
    internal static RequestedScopes ForToken(IReadOnlyList<string> scopes)
    {
        string[] apiScopes = ApiScopesOf(scopes);
        string[] resources = ResourcesOf(apiScopes);
        return resources.Length <= 1 ? new RequestedScopes(resources.FirstOrDefault() ?? Graph, apiScopes) : throw new AadErrorException(AadErrors.MultipleResources);
    }

    /// <summary>The scopes of a token request without a scope parameter: those of the first API that the user consented to.</summary>
    internal static RequestedScopes OfFirstResource(IReadOnlyList<string> consented)
    {
        if (consented.Count == 0)
        {
            throw new AadErrorException(AadErrors.InvalidScope);
        }

        string[] apiScopes = ApiScopesOf(consented);
        string resource = ResourcesOf(apiScopes).FirstOrDefault() ?? Graph;
        return new RequestedScopes(resource, [.. apiScopes.Where(scope => string.Equals(ResourceOf(scope), resource, StringComparison.OrdinalIgnoreCase))]);
    }

    private static string[] ApiScopesOf(IReadOnlyList<string> scopes) =>
        [.. scopes.Where(static item => item is not (OpenId or Profile or Email or OfflineAccess))];

    private static string[] ResourcesOf(string[] scopes) => [.. scopes.Select(ResourceOf).Distinct(StringComparer.OrdinalIgnoreCase)];

    // The part before the last slash. A scope without a slash is a permission of Microsoft Graph.
    private static string ResourceOf(string scope)
    {
        int slash = scope.LastIndexOf('/');
        return slash < 0 ? Graph : scope[..slash];
    }
}
