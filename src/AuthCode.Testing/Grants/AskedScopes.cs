using AuthCode.Testing.Errors;

namespace AuthCode.Testing.Grants;

/// <summary>The scopes of a token request: those of one API, and those that ask for a kind of token.</summary>
internal sealed record AskedScopes(string Resource, IReadOnlyList<string> OfResource, bool OpenId, bool Profile, bool OfflineAccess)
{
    private const string Graph = "https://graph.microsoft.com";

    internal static AskedScopes Parse(string? scope)
    {
        string[] scopes = (scope ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (scopes.Length == 0 || !scopes.All(static item => item.All(static c => c is > ' ' and <= '~' and not ('"' or '\\'))))
        {
            throw new AadException(AadErrors.InvalidScope);
        }

        string[] ofResource = [.. scopes.Where(static item => item is not ("openid" or "profile" or "offline_access"))];
        string[] resources = [.. ofResource.Select(ResourceOf).Distinct(StringComparer.OrdinalIgnoreCase)];
        return resources.Length <= 1
            ? new AskedScopes(
                resources.FirstOrDefault() ?? Graph, ofResource, scopes.Contains("openid"), scopes.Contains("profile"), scopes.Contains("offline_access"))
            : throw new AadException(AadErrors.SeveralResources);
    }

    /// <summary>What stands before the last slash; a bare name is a permission of Microsoft Graph.</summary>
    internal static string ResourceOf(string scope)
    {
        int slash = scope.LastIndexOf('/');
        return slash < 0 ? Graph : scope[..slash];
    }
}
