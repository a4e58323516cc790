using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AuthCode.Tests.IdTokens;

/// <summary>An authority in memory: metadata, keys and a token endpoint whose ID token is what the test makes of a good one.</summary>
internal sealed class OpenIdServer : HttpMessageHandler
{
    internal const string AccessToken = "access-1";
    internal const string Issuer = $"https://{The.AuthorityHost}/{The.Tenant}/v2.0";
    private const string ConfigurationPath = "/v2.0/.well-known/openid-configuration";

    private static readonly RsaSecurityKey Known = new(RSA.Create(2048)) { KeyId = "key-1" };
    private static readonly RsaSecurityKey Other = new(RSA.Create(2048)) { KeyId = "key-2" };

    /// <summary>The claims of the ID token; a test changes them.</summary>
    internal Dictionary<string, object> Claims { get; } = new()
    {
        ["iss"] = Issuer,
        ["aud"] = The.Client,
        ["sub"] = "subject-1",
        ["oid"] = "9f4880d8-0000-4000-8000-8f0e5a7fcf4b",
        ["tid"] = The.Tenant,
        ["name"] = "Ada Lovelace",
        ["iat"] = The.Now.ToUnixTimeSeconds(),
        ["nbf"] = The.Now.ToUnixTimeSeconds(),
        ["exp"] = The.Now.AddHours(1).ToUnixTimeSeconds(),
    };

    internal string MetadataIssuer { get; set; } = Issuer;

    internal string KeysAddress { get; set; } = $"https://{The.AuthorityHost}/keys";

    /// <summary>The keys that are published, by their ids; null publishes a key without one.</summary>
    internal List<string?> KeyIds { get; set; } = ["key-1"];

    internal SigningCredentials Signing { get; set; } = new(Known, SecurityAlgorithms.RsaSha256);

    internal static SigningCredentials ByAnotherKey => new(Other, SecurityAlgorithms.RsaSha256);

    /// <summary>Further header members of the ID token.</summary>
    internal Dictionary<string, object> Headers { get; } = [];

    /// <summary>The document of the keys; null publishes those of <see cref="KeyIds"/>.</summary>
    internal string? Keys { get; set; }

    /// <summary>What becomes of the finished token.</summary>
    internal Func<string, string?> Finish { get; set; } = static token => token;

    internal int MetadataRequests { get; private set; }

    internal int KeyRequests { get; private set; }

    internal static byte[] PublicKey => Known.Rsa.ExportSubjectPublicKeyInfo();

    internal static SigningCredentials Without(string? keyId) => new(new RsaSecurityKey(Known.Rsa) { KeyId = keyId }, SecurityAlgorithms.RsaSha256);

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        string path = request.RequestUri!.AbsolutePath;
        if (request.Method == HttpMethod.Post)
        {
            return Json(new JsonObject
            {
                ["token_type"] = "Bearer",
                ["access_token"] = AccessToken,
                ["refresh_token"] = "refresh-1",
                ["expires_in"] = 3600,
                ["id_token"] = Finish(Make()),
            });
        }

        if (path.EndsWith(ConfigurationPath, StringComparison.Ordinal))
        {
            MetadataRequests++;
            return Json(new JsonObject { ["issuer"] = MetadataIssuer, ["jwks_uri"] = KeysAddress.Length == 0 ? null : KeysAddress });
        }

        KeyRequests++;
        if (Keys is not null)
        {
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(Keys) });
        }

        return Json(new JsonObject { ["keys"] = new JsonArray([.. KeyIds.Select(static id => KeyOf(id == "key-2" ? Other : Known, id))]) });
    }

    private string Make()
    {
        var payload = new JsonObject();
        foreach ((string name, object value) in Claims)
        {
            payload[name] = value is JsonNode node ? node.DeepClone() : JsonValue.Create(value);
        }

        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(payload.ToJsonString(), Signing, Headers);
    }

    private static JsonObject KeyOf(RsaSecurityKey key, string? id)
    {
        RSAParameters parameters = key.Rsa.ExportParameters(includePrivateParameters: false);
        var json = new JsonObject
        {
            ["kty"] = "RSA",
            ["use"] = "sig",
            ["n"] = Base64UrlEncoder.Encode(parameters.Modulus),
            ["e"] = Base64UrlEncoder.Encode(parameters.Exponent),
        };
        if (id is not null)
        {
            json["kid"] = id;
        }

        return json;
    }

    private static Task<HttpResponseMessage> Json(JsonObject body) => Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK)
    {
        Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json"),
    });
}
