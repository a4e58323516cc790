using System.Net.Http.Headers;

namespace AuthCode;

/// <summary>Entra ID, External ID, Azure AD B2C and AD FS: scopes of the sign-in beside those of an API, client_info (which says where the data of the user is), correlation headers.</summary>
/// <remarks>See <see href="https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow">Entra's authorization code flow</see>.</remarks>
internal sealed class EntraProfile(ServerSettings settings) : ServerProfile(settings, proofs: null, [new(Parameters.ClientInfo, "1")])
{
    internal override bool HasClientCapabilities => true;

    // It goes by the login hint, and its ID tokens are long for an address.
    internal override bool SendsIdTokenHint => false;

    internal override string ScopeOf(IReadOnlyList<string> scopes) =>
        // What nearly all calls are, without the work of the general case.
        scopes.Count == 1 && !Parameters.IsReservedScope(scopes[0])
            ? $"{scopes[0]} {Parameters.OpenId} {Parameters.Profile} {Parameters.OfflineAccess}"
            : string.Join(' ', ScopesOfSignIn(scopes));

    internal override IEnumerable<string> ScopesOfSignIn(IReadOnlyList<string> scopes) => scopes.Union(Parameters.SignInScopes, StringComparer.Ordinal);

    /// <summary>Those of the API of the first scope; <c>openid</c> alone if no API was requested.</summary>
    internal override string[] ScopesOfRedemption(IReadOnlyList<string> scopes)
    {
        string[] ofApis = [.. scopes.Where(static scope => !Parameters.IsReservedScope(scope))];
        return ofApis.Length == 0 ? [Parameters.OpenId] : [.. ofApis.Where(scope => ApiOf(scope) == ApiOf(ofApis[0]))];
    }

    internal override void AddHeaders(HttpRequestHeaders headers, Guid requestId, string? routingHint)
    {
        RequestHeaders.AddStandard(headers);
        RequestHeaders.AddEntra(headers, requestId, routingHint);
    }

    // A scope is an API's identifier, a slash and a name; a name alone is of Microsoft Graph.
    private static string ApiOf(string scope) => scope.LastIndexOf('/') is var slash and >= 0 ? scope[..slash] : "";
}
