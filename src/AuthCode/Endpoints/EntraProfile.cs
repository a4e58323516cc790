using System.Net.Http.Headers;

namespace AuthCode;

/// <summary>Entra ID, External ID, Azure AD B2C and AD FS: scopes of the sign-in beside those of an API, client_info (which says where the data of the user is), correlation headers.</summary>
/// <remarks>See <see href="https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow">Entra's authorization code flow</see>.</remarks>
internal sealed class EntraProfile(AuthorizationServer server, ServerSettings settings) : ServerProfile(settings, proofs: null, [new(Parameters.ClientInfo, "1")])
{
    internal override bool CountsAllScopes => false;

    internal override bool HasClientCapabilities => true;

    internal override bool SendsDefaultResponseMode => true;

    // Entra ID goes by the login hint, and its ID tokens are long for an address. B2C and AD FS require the ID token.
    internal override bool SendsIdTokenHint { get; } = !server.HasTenants || server.Tenant.IsAdfs;

    internal override string ScopeOfCode(string[] scopes) => ScopeOf(scopes);

    internal override string ScopeOfRefresh(string[] scopes, ScopeGrant? session) => ScopeOf(scopes);

    internal override IEnumerable<string> ScopesOfSignIn(IReadOnlyList<string> scopes, bool isOpenIdProvider) => scopes.Union(Parameters.SignInScopes, StringComparer.Ordinal);

    /// <summary>Those of the API of the first scope that is an API's; those of OpenID Connect if no API was requested.</summary>
    internal override string[] ScopesOfRedemption(IReadOnlyList<string> scopes)
    {
        string[] ofApis = [.. scopes.Where(static scope => !Parameters.IsOpenIdScope(scope))];
        return ofApis.Length > 0
            ? [.. ofApis.Where(scope => ApiOf(scope) == ApiOf(ofApis[0]))]
            : [Parameters.OpenId, .. scopes.Where(static scope => !Parameters.IsReservedScope(scope))];
    }

    internal override void AddHeaders(HttpRequestHeaders headers, Guid requestId, string? routingHint)
    {
        RequestHeaders.AddStandard(headers);
        RequestHeaders.AddEntra(headers, requestId, routingHint);
    }

    private static string ScopeOf(string[] scopes) =>
        // What nearly all calls are, without the work of the general case.
        scopes is [var only] && !Parameters.IsReservedScope(only)
            ? $"{only} {Parameters.OpenId} {Parameters.Profile} {Parameters.OfflineAccess}"
            : string.Join(' ', scopes.Union(Parameters.SignInScopes, StringComparer.Ordinal));

    // A scope is an API's identifier, a slash and a name; a name alone is of Microsoft Graph.
    private static string ApiOf(string scope) => scope.LastIndexOf('/') is var slash and >= 0 ? scope[..slash] : "";
}
