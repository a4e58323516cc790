using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AuthCode.Tests;

/// <summary>An OpenID provider in memory, which is no Entra ID: metadata, keys, and endpoints whose answers a test may change.</summary>
internal sealed class Provider : HttpMessageHandler
{
    internal const string Issuer = "https://op.example/tenant-1";
    internal const string TokenEndpoint = "https://tokens.op.example/token?v=2";
    internal const string AuthorizationEndpoint = "https://op.example/authorize?ui=1";
    internal const string MetadataAddress = $"{Issuer}/.well-known/openid-configuration";
    internal const string Subject = "subject-1";

    private static readonly ECDsaSecurityKey CurveKey = new(ECDsa.Create(ECCurve.NamedCurves.nistP256)) { KeyId = "key-2" };
    private static readonly RsaSecurityKey Key = new(RSA.Create(2048)) { KeyId = "key-1" };

    private readonly ConcurrentQueue<SentRequest> _requests = new();

    /// <summary>The metadata document; a test changes it.</summary>
    internal JsonObject Metadata { get; } = new()
    {
        ["issuer"] = Issuer,
        ["authorization_endpoint"] = AuthorizationEndpoint,
        ["token_endpoint"] = TokenEndpoint,
        ["jwks_uri"] = "https://keys.op.example/keys",
        ["pushed_authorization_request_endpoint"] = "https://op.example/par",
        ["revocation_endpoint"] = "https://op.example/revoke",
        ["userinfo_endpoint"] = "https://op.example/userinfo",
        ["end_session_endpoint"] = "https://op.example/logout",
        ["code_challenge_methods_supported"] = new JsonArray("plain", "S256"),
    };

    /// <summary>What becomes of a request, by its path; a test replaces it.</summary>
    internal Dictionary<string, Func<SentRequest, HttpResponseMessage>> Answers { get; } = [];

    /// <summary>What becomes of a request of another path; null fails the test.</summary>
    internal Func<SentRequest, HttpResponseMessage>? Otherwise { get; set; }

    internal IReadOnlyList<SentRequest> Requests => [.. _requests];

    internal IReadOnlyList<SentRequest> At(string path) => [.. _requests.Where(sent => sent.Uri.AbsolutePath == path)];

    internal Provider()
    {
        Answers["/tenant-1/.well-known/openid-configuration"] = _ => Json(HttpStatusCode.OK, Metadata);
        Answers["/keys"] = static _ => Json(HttpStatusCode.OK, new JsonObject { ["keys"] = new JsonArray(PublicKey(), PublicCurveKey()) });
        Answers["/token"] = _ => Json(HttpStatusCode.OK, Token());
        Answers["/par"] = static _ => Json(HttpStatusCode.Created, new JsonObject { ["request_uri"] = "urn:ietf:params:oauth:request_uri:1", ["expires_in"] = 60 });
        Answers["/revoke"] = static _ => new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent("") };
        Answers["/userinfo"] = static _ => Json(HttpStatusCode.OK, new JsonObject { ["sub"] = Subject, ["email"] = "ada@example.org" });
    }

    /// <summary>The token response of the next request; the ID token is signed for the nonce.</summary>
    internal JsonObject Token(string? nonce = null, string type = "Bearer", Action<JsonObject>? claims = null)
    {
        int number = At("/token").Count;
        var token = new JsonObject
        {
            ["token_type"] = type,
            ["access_token"] = $"access-{number}",
            ["refresh_token"] = $"refresh-{number}",
            ["expires_in"] = 3600,
        };
        if (nonce is not null || claims is not null)
        {
            token["id_token"] = IdToken(nonce, claims);
        }

        return token;
    }

    internal static string IdToken(string? nonce, Action<JsonObject>? change = null)
    {
        var payload = new JsonObject
        {
            ["iss"] = Issuer,
            ["aud"] = The.Client,
            ["sub"] = Subject,
            ["name"] = "Ada Lovelace",
            ["iat"] = The.Now.ToUnixTimeSeconds(),
            ["exp"] = The.Now.AddHours(1).ToUnixTimeSeconds(),
        };
        if (nonce is not null)
        {
            payload["nonce"] = nonce;
        }

        change?.Invoke(payload);
        return Sign(payload);
    }

    internal static string Sign(JsonObject payload) =>
        new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(payload.ToJsonString(), new SigningCredentials(Key, SecurityAlgorithms.RsaSha256));

    /// <summary>A token of any header and claims, signed by the key that is published.</summary>
    internal static string Sign(string header, JsonObject payload)
    {
        string input = $"{Base64UrlEncoder.Encode(header)}.{Base64UrlEncoder.Encode(payload.ToJsonString())}";
        return $"{input}.{Base64UrlEncoder.Encode(Key.Rsa.SignData(Encoding.ASCII.GetBytes(input), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
    }

    /// <summary>A logout token as the specification describes it, which a test changes.</summary>
    internal static JsonObject LogoutToken(DateTimeOffset now, string? session = null, string? subject = null)
    {
        var payload = new JsonObject
        {
            ["iss"] = Issuer,
            ["aud"] = The.Client,
            ["iat"] = now.ToUnixTimeSeconds(),
            ["exp"] = now.AddMinutes(2).ToUnixTimeSeconds(),
            ["jti"] = "logout-1",
            ["events"] = new JsonObject { ["http://schemas.openid.net/event/backchannel-logout"] = new JsonObject() },
        };
        foreach ((string name, string? value) in new[] { ("sid", session), ("sub", subject) })
        {
            if (value is not null)
            {
                payload[name] = value;
            }
        }

        return payload;
    }

    /// <summary>The same claims, signed by the key on the curve.</summary>
    internal static string SignedOnTheCurve(string token) => new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(
        Base64UrlEncoder.Decode(token.Split('.')[1]), new SigningCredentials(CurveKey, SecurityAlgorithms.EcdsaSha256));

    internal static HttpResponseMessage Json(HttpStatusCode status, JsonObject body, params (string Name, string Value)[] headers)
    {
        var answer = new HttpResponseMessage(status) { Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json") };
        foreach ((string name, string value) in headers)
        {
            answer.Headers.Add(name, value);
        }

        return answer;
    }

    internal static HttpResponseMessage Error(string error, HttpStatusCode status = HttpStatusCode.BadRequest, params (string Name, string Value)[] headers) =>
        Json(status, new JsonObject { ["error"] = error }, headers);

    internal static HttpResponseMessage Jwt(string compact)
    {
        var content = new StringContent(compact);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/jwt");
        return new HttpResponseMessage(HttpStatusCode.OK) { Content = content };
    }

    /// <summary>The path of an endpoint to which no connection can be made.</summary>
    internal string? Unreachable { get; set; }

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) =>
        Answer(request, BodyOf(request) is { } body ? Read(body.ReadAsStream(cancellationToken)) : "", synchronous: true);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        Answer(request, BodyOf(request) is { } body ? Read(await body.ReadAsStreamAsync(cancellationToken)) : "", synchronous: false);

    private HttpContent? BodyOf(HttpRequestMessage request) =>
        request.RequestUri!.AbsolutePath == Unreachable ? throw new HttpRequestException(HttpRequestError.ConnectionError, "refused") : request.Content;

    private HttpResponseMessage Answer(HttpRequestMessage request, string body, bool synchronous)
    {
        var sent = new SentRequest
        {
            Uri = request.RequestUri!,
            Method = request.Method,
            Body = body,
            Headers = request.Headers,
            ContentType = request.Content?.Headers.ContentType,
            WasSynchronous = synchronous,
        };
        _requests.Enqueue(sent);
        string path = request.RequestUri!.AbsolutePath;
        HttpResponseMessage answer = Answers.TryGetValue(path, out Func<SentRequest, HttpResponseMessage>? make) ? make(sent)
            : Otherwise?.Invoke(sent) ?? throw new InvalidOperationException($"No request to {path} was expected.");
        answer.RequestMessage ??= request;
        return answer;
    }

    private static string Read(Stream stream)
    {
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    /// <summary>A public key as a JWK, without an id.</summary>
    internal static JsonObject PublicKeyOf(RSA key)
    {
        RSAParameters parameters = key.ExportParameters(includePrivateParameters: false);
        return new JsonObject
        {
            ["kty"] = "RSA",
            ["use"] = "sig",
            ["n"] = Base64UrlEncoder.Encode(parameters.Modulus),
            ["e"] = Base64UrlEncoder.Encode(parameters.Exponent),
        };
    }

    private static JsonObject PublicKey()
    {
        JsonObject key = PublicKeyOf(Key.Rsa);
        key["kid"] = Key.KeyId;
        return key;
    }

    private static JsonObject PublicCurveKey()
    {
        ECPoint point = CurveKey.ECDsa.ExportParameters(includePrivateParameters: false).Q;
        return new JsonObject
        {
            ["kty"] = "EC",
            ["crv"] = "P-256",
            ["use"] = "sig",
            ["kid"] = CurveKey.KeyId,
            ["x"] = Base64UrlEncoder.Encode(point.X),
            ["y"] = Base64UrlEncoder.Encode(point.Y),
        };
    }
}
