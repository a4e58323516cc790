using AuthCode.Testing.Errors;

namespace AuthCode.Testing.Grants;

/// <summary>Turns requested scopes into the permissions that were consented to: those of the options, and those that the user consented to at sign-in.</summary>
internal sealed class Consent(FakeAadOptions options)
{
    // What .default stands for if the options do not list the API. Many Azure APIs have a permission of this name.
    private static readonly string[] DefaultPermissions = ["user_impersonation"];

    /// <summary>Returns the granted scopes, with the consented permissions in place of <c>.default</c>.</summary>
    internal IReadOnlyList<string> Grant(RequestedScopes requested, SignInSession session)
    {
        string[]? consented = ConsentedTo(requested.Resource, session);
        string[] permissions = consented ?? DefaultPermissions;
        bool isConsented = consented is null || requested.ApiScopes.All(
            scope => scope.IsDefault ? consented.Length > 0 : consented.Contains(scope.Name, StringComparer.OrdinalIgnoreCase));
        return isConsented
            ? [.. requested.ApiScopes
                .SelectMany(scope => scope.IsDefault ? permissions.Select(name => $"{scope.Resource}/{name}") : [scope.Text])
                .Distinct(StringComparer.OrdinalIgnoreCase)]
            : throw new AadErrorException(AadErrors.ConsentRequired(session.ClientId));
    }

    // Null stands for all permissions of the API.
    private string[]? ConsentedTo(string resource, SignInSession session) => options.ConsentedScopes.TryGetValue(resource, out IReadOnlyList<string>? listed)
        ? [.. listed.Concat(ConsentedAtSignIn(resource, session)).Distinct(StringComparer.OrdinalIgnoreCase)]
        : null;

    private static IEnumerable<string> ConsentedAtSignIn(string resource, SignInSession session) => session.Request.Scopes
        .Select(ApiScope.TryParse)
        .OfType<ApiScope>()
        .Where(scope => !scope.IsDefault && ResourceComparer.Instance.Equals(scope.Resource, resource))
        .Select(static scope => scope.Name);
}
