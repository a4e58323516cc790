using AuthCode.Testing.Errors;

namespace AuthCode.Testing.Grants;

/// <summary>The API that a token request is for, and the scopes of that API.</summary>
internal sealed record RequestedScopes(string Resource, IReadOnlyList<ApiScope> ApiScopes)
{
    internal const string OpenId = "openid";
    internal const string Profile = "profile";
    internal const string OfflineAccess = "offline_access";
    private const string Email = "email";

    /// <summary>The scopes of a request. A request of version 1 names a resource instead, and gets all that is consented to, an ID token and a refresh token.</summary>
    internal static IReadOnlyList<string> Of(FakeAadRequest request) =>
        !request.Form.ContainsKey("scope") && request.IsVersion1 && request.Form.GetValueOrDefault("resource") is { } resource
            ? [$"{resource.TrimEnd('/')}/.default", OpenId, Profile, OfflineAccess]
            : Split(request.Form.GetValueOrDefault("scope"));

    /// <summary>Splits a scope parameter, and refuses it if a scope is malformed (RFC 6749 section 3.3).</summary>
    private static string[] Split(string? scope)
    {
        string[] scopes = (scope ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return scopes.All(static item => item.All(static c => c is > ' ' and <= '~' and not ('"' or '\\'))) ? scopes : throw new AadErrorException(AadErrors.InvalidScope);
    }

    /// <summary>The scopes of a token request. All must be of one API, since an access token has one audience.</summary>
    internal static RequestedScopes ForToken(IReadOnlyList<string> scopes)
    {
        ApiScope[] apiScopes = Parse(scopes);
        string[] resources = ResourcesOf(apiScopes);
        return resources.Length <= 1 ? new RequestedScopes(resources.FirstOrDefault() ?? ApiScope.Graph, apiScopes) : throw new AadErrorException(AadErrors.MultipleResources);
    }

    /// <summary>The scopes of a token request without a scope parameter: those of the first API that the user consented to.</summary>
    internal static RequestedScopes OfFirstResource(IReadOnlyList<string> consented)
    {
        if (consented.Count == 0)
        {
            throw new AadErrorException(AadErrors.InvalidScope);
        }

        ApiScope[] apiScopes = Parse(consented);
        string resource = ResourcesOf(apiScopes).FirstOrDefault() ?? ApiScope.Graph;
        return new RequestedScopes(resource, [.. apiScopes.Where(scope => ResourceComparer.Instance.Equals(scope.Resource, resource))]);
    }

    /// <summary>The scopes of APIs. Refuses an API without a permission, and <c>.default</c> together with other scopes of its API.</summary>
    internal static ApiScope[] Parse(IReadOnlyList<string> scopes)
    {
        ApiScope[] apiScopes = [.. scopes
            .Where(static item => item is not (OpenId or Profile or Email or OfflineAccess))
            .Select(static item => ApiScope.TryParse(item) ?? throw new AadErrorException(AadErrors.InvalidScopeValue(item)))];
        bool isMixed = apiScopes
            .GroupBy(static scope => scope.Resource, ResourceComparer.Instance)
            .Any(static scopesOfApi => scopesOfApi.DistinctBy(static scope => scope.IsDefault).Count() > 1);
        return isMixed ? throw new AadErrorException(AadErrors.CombinedDefaultScope(string.Join(' ', scopes))) : apiScopes;
    }

    private static string[] ResourcesOf(ApiScope[] scopes) => [.. scopes.Select(static scope => scope.Resource).Distinct(ResourceComparer.Instance)];
}
