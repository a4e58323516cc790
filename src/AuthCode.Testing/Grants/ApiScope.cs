namespace AuthCode.Testing.Grants;

/// <summary>A scope of an API: the API, and the name of a permission or <c>.default</c>. See https://learn.microsoft.com/entra/identity-platform/scopes-oidc.</summary>
internal sealed record ApiScope(string Text, string Resource, string Name)
{
    internal const string Graph = "https://graph.microsoft.com";

    /// <summary>Whether the scope stands for all permissions of the API that were consented to.</summary>
    internal bool IsDefault => string.Equals(Name, ".default", StringComparison.OrdinalIgnoreCase);

    /// <summary>Splits a scope at its last slash. A scope without a slash is a permission of Microsoft Graph.</summary>
    /// <returns><see langword="null"/> if the scope is an API without a permission.</returns>
    internal static ApiScope? TryParse(string scope)
    {
        int slash = scope.LastIndexOf('/');
        if (slash < 0)
        {
            bool isResource = scope.Contains(':', StringComparison.Ordinal) || Guid.TryParse(scope, out _);
            return isResource ? null : new ApiScope(scope, Graph, scope);
        }

        string resource = scope[..slash];
        string name = scope[(slash + 1)..];

        // The slashes after a URI scheme do not separate an API from a permission.
        bool hasResource = resource.TrimEnd('/') is { Length: > 0 } trimmed && trimmed[^1] != ':';
        return hasResource && name.Length > 0 ? new ApiScope(scope, resource, name) : null;
    }
}
