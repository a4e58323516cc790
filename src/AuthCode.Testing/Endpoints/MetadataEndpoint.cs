using System.Text.Json.Nodes;
using AuthCode.Testing.Http;
using AuthCode.Testing.Identifiers;
using AuthCode.Testing.Tokens;

namespace AuthCode.Testing.Endpoints;

/// <summary>The OpenID Connect discovery document (OpenID Connect Discovery section 4) and the signing keys.</summary>
internal sealed class MetadataEndpoint(FakeAadOptions options, Uri baseUri, TokenIssuer tokens)
{
    internal static FakeAadResponse Keys() => FakeAadResponse.Json(200, SigningKey.ToJwks().ToJsonString());

    internal FakeAadResponse Configuration(string tenant) => FakeAadResponse.Json(200, new JsonObject
    {
        ["issuer"] = TenantAliases.AcceptsAnyTenant(tenant) ? options.Issuer ?? $"{baseUri}{FakeAadOptions.TenantIdPlaceholder}/v2.0" : tokens.IssuerOf(tenant),
        ["authorization_endpoint"] = new Uri(baseUri, EndpointPaths.Authorize(tenant)).AbsoluteUri,
        ["token_endpoint"] = new Uri(baseUri, EndpointPaths.Token(tenant)).AbsoluteUri,
        ["end_session_endpoint"] = new Uri(baseUri, EndpointPaths.Logout(tenant)).AbsoluteUri,
        ["jwks_uri"] = new Uri(baseUri, EndpointPaths.Keys(tenant)).AbsoluteUri,
        ["response_modes_supported"] = new JsonArray([.. AuthorizeEndpoint.ResponseModes.Select(static mode => JsonValue.Create(mode))]),
        ["response_types_supported"] = new JsonArray("code"),
        ["subject_types_supported"] = new JsonArray("pairwise"),
        ["id_token_signing_alg_values_supported"] = new JsonArray("RS256"),
        ["code_challenge_methods_supported"] = new JsonArray("plain", "S256"),
        ["token_endpoint_auth_methods_supported"] = new JsonArray("client_secret_post", "private_key_jwt", "client_secret_basic"),
        ["scopes_supported"] = new JsonArray("openid", "profile", "email", "offline_access"),
    }.ToJsonString());
}
