using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AuthCode.Tests.IdTokens;

/// <summary>Makes a <see cref="Provider"/> a tenant of Entra ID, whose ID token is what the test makes of a good one.</summary>
internal sealed class OpenIdServer
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

    internal static SigningCredentials OtherWithoutId => new(new RsaSecurityKey(Other.Rsa), SecurityAlgorithms.RsaSha256);

    internal static SigningCredentials ByAnotherKey => new(Other, SecurityAlgorithms.RsaSha256);

    /// <summary>Further header members of the ID token.</summary>
    internal Dictionary<string, object> Headers { get; } = [];

    /// <summary>The document of the keys; null publishes those of <see cref="KeyIds"/>.</summary>
    internal string? Keys { get; set; }

    /// <summary>The issuer that is published with each key; null publishes none.</summary>
    internal string? KeyIssuer { get; set; }

    /// <summary>The keys of this application alone, by their ids; null if it has none.</summary>
    internal List<string?>? OwnKeyIds { get; set; }

    /// <summary>The metadata of this application alone; null answers with the address of its keys.</summary>
    internal Func<HttpResponseMessage>? OwnMetadata { get; set; }

    /// <summary>What becomes of the finished token.</summary>
    internal Func<string, string?> Finish { get; set; } = static token => token;

    /// <summary>What the HTTP client of a test talks to.</summary>
    internal Provider Http { get; } = new();

    internal int MetadataRequests => Http.Requests.Count(static sent => sent.Uri.AbsolutePath.EndsWith(ConfigurationPath, StringComparison.Ordinal));

    internal int KeyRequests => Http.At("/keys").Count;

    internal static byte[] PublicKey => Known.Rsa.ExportSubjectPublicKeyInfo();

    internal static SigningCredentials Without(string? keyId) => new(new RsaSecurityKey(Known.Rsa) { KeyId = keyId }, SecurityAlgorithms.RsaSha256);

    internal OpenIdServer()
    {
        Http.Answers["/keys"] = _ => Keys is null
            ? Provider.Json(HttpStatusCode.OK, new JsonObject { ["keys"] = new JsonArray([.. KeyIds.Select(id => KeyOf(id == "key-2" ? Other : Known, id))]) })
            : new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(Keys) };
        Http.Answers["/own-keys"] = _ => Provider.Json(HttpStatusCode.OK, new JsonObject { ["keys"] = new JsonArray([.. OwnKeyIds!.Select(id => KeyOf(id == "key-2" ? Other : Known, id))]) });
        Http.Otherwise = sent => sent.Method == HttpMethod.Post ? Provider.Json(HttpStatusCode.OK, new JsonObject
        {
            ["token_type"] = "Bearer",
            ["access_token"] = AccessToken,
            ["refresh_token"] = "refresh-1",
            ["expires_in"] = 3600,
            ["id_token"] = Finish(Make()),
        })
        : OwnKeyIds is not null && sent.Uri.Query == $"?appid={The.Client}" ? OwnMetadata?.Invoke() ?? MetadataWith($"https://{The.AuthorityHost}/own-keys")
        : MetadataWith(KeysAddress.Length == 0 ? null : KeysAddress);
    }

    /// <summary>A token of any header and claims, signed by the key that is published.</summary>
    internal static string Sign(byte[] header, byte[] payload)
    {
        string input = $"{Base64UrlEncoder.Encode(header)}.{Base64UrlEncoder.Encode(payload)}";
        return $"{input}.{Base64UrlEncoder.Encode(Known.Rsa.SignData(Encoding.ASCII.GetBytes(input), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
    }

    /// <summary>The key that signs unless a test says otherwise, as it is published for an issuer.</summary>
    internal static JsonNode KnownFor(string issuer)
    {
        JsonObject json = Provider.PublicKeyOf(Known.Rsa);
        json["kid"] = Known.KeyId;
        json["issuer"] = issuer;
        return json;
    }

    internal static JsonNode KnownByCertificate()
    {
        using X509Certificate2 certificate = new CertificateRequest("CN=k", Known.Rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSelfSigned(The.Now.AddDays(-1), The.Now.AddDays(1));
        return new JsonObject { ["kty"] = "RSA", ["kid"] = Known.KeyId, ["x5c"] = new JsonArray(Convert.ToBase64String(certificate.RawData)) };
    }

    internal static JsonNode OtherKey()
    {
        JsonObject json = Provider.PublicKeyOf(Other.Rsa);
        json["kid"] = Other.KeyId;
        return json;
    }

    private HttpResponseMessage MetadataWith(string? keysAddress) =>
        Provider.Json(HttpStatusCode.OK, new JsonObject { ["issuer"] = MetadataIssuer, ["jwks_uri"] = keysAddress });

    private string Make()
    {
        var payload = new JsonObject();
        foreach ((string name, object value) in Claims)
        {
            payload[name] = value is JsonNode node ? node.DeepClone() : JsonValue.Create(value);
        }

        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(payload.ToJsonString(), Signing, Headers);
    }

    private JsonObject KeyOf(RsaSecurityKey key, string? id)
    {
        JsonObject json = Provider.PublicKeyOf(key.Rsa);
        if (KeyIssuer is not null)
        {
            json["issuer"] = KeyIssuer;
        }

        if (id is not null)
        {
            json["kid"] = id;
        }

        return json;
    }
}
