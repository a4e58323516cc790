using System.Text.Json.Nodes;
using AuthCode.Testing.Http;
using AuthCode.Testing.Identity;

namespace AuthCode.Testing.Endpoints;

/// <summary>OpenID Connect discovery: what this authority can do, and the keys that it signs with.</summary>
internal sealed class MetadataEndpoint(Uri baseUri, TokenIssuer tokens)
{
    // The tenants that stand for any: their issuer is a template.
    private static readonly string[] Anyone = ["common", "organizations"];

    internal static HttpAnswer Keys() => HttpAnswer.Json(200, SigningKey.ToJwks().ToJsonString());

    internal HttpAnswer Configuration(string tenant) => HttpAnswer.Json(200, new JsonObject
    {
        ["issuer"] = Anyone.Contains(tenant, StringComparer.OrdinalIgnoreCase) ? $"{baseUri}{{tenantid}}/v2.0" : tokens.IssuerOf(tenant),
        ["authorization_endpoint"] = Endpoint(tenant, "oauth2/v2.0/authorize"),
        ["token_endpoint"] = Endpoint(tenant, "oauth2/v2.0/token"),
        ["jwks_uri"] = Endpoint(tenant, "discovery/v2.0/keys"),
        ["response_modes_supported"] = new JsonArray("query", "form_post"),
        ["response_types_supported"] = new JsonArray("code"),
        ["subject_types_supported"] = new JsonArray("pairwise"),
        ["id_token_signing_alg_values_supported"] = new JsonArray("RS256"),
        ["code_challenge_methods_supported"] = new JsonArray("plain", "S256"),
        ["token_endpoint_auth_methods_supported"] = new JsonArray("client_secret_post", "private_key_jwt", "client_secret_basic"),
        ["scopes_supported"] = new JsonArray("openid", "profile", "offline_access"),
    }.ToJsonString());

    private string Endpoint(string tenant, string path) => new Uri(baseUri, $"{tenant}/{path}").AbsoluteUri;
}
