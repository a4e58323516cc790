using AuthCode.Testing.Errors;

namespace AuthCode.Testing.Grants;

/// <summary>The scopes of a token request: those of one API, and those that ask for a kind of token.</summary>
internal sealed record AskedScopes(string Resource, IReadOnlyList<string> OfResource)
{
    internal const string OpenId = "openid";
    internal const string Profile = "profile";
    internal const string OfflineAccess = "offline_access";
    private const string Email = "email";
    private const string Graph = "https://graph.microsoft.com";

    /// <summary>The scopes of a parameter, each well formed (RFC 6749 section 3.3).</summary>
    internal static IReadOnlyList<string> Split(string? scope)
    {
        string[] scopes = (scope ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return scopes.All(static item => item.All(static c => c is > ' ' and <= '~' and not ('"' or '\\'))) ? scopes : throw new AadException(AadErrors.InvalidScope);
    }

    /// <summary>The scopes of a token request, which are of one API: a token has one audience.</summary>
    internal static AskedScopes ForToken(IReadOnlyList<string> scopes)
    {
        string[] ofResources = OfResources(scopes);
        string[] resources = ResourcesOf(ofResources);
        return resources.Length <= 1 ? new AskedScopes(resources.FirstOrDefault() ?? Graph, ofResources) : throw new AadException(AadErrors.SeveralResources);
    }

    /// <summary>The scopes that a code was asked for, of its first API: what a token request without a scope means.</summary>
    internal static AskedScopes OfFirstResource(IReadOnlyList<string> consented)
    {
        if (consented.Count == 0)
        {
            throw new AadException(AadErrors.InvalidScope);
        }

        string[] ofResources = OfResources(consented);
        string resource = ResourcesOf(ofResources).FirstOrDefault() ?? Graph;
        return new AskedScopes(resource, [.. ofResources.Where(scope => string.Equals(ResourceOf(scope), resource, StringComparison.OrdinalIgnoreCase))]);
    }

    private static string[] OfResources(IReadOnlyList<string> scopes) =>
        [.. scopes.Where(static item => item is not (OpenId or Profile or Email or OfflineAccess))];

    private static string[] ResourcesOf(string[] scopes) => [.. scopes.Select(ResourceOf).Distinct(StringComparer.OrdinalIgnoreCase)];

    // What stands before the last slash; a bare name is a permission of Microsoft Graph.
    private static string ResourceOf(string scope)
    {
        int slash = scope.LastIndexOf('/');
        return slash < 0 ? Graph : scope[..slash];
    }
}
