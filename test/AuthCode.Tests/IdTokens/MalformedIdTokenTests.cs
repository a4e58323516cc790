using System.Text;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.Tokens;

namespace AuthCode.Tests.IdTokens;

/// <summary>ID tokens that the right key has signed, and that are not what a JWT must be: each is refused in words of this library, or taken.</summary>
internal sealed class MalformedIdTokenTests
{
    private const string Good = """{"alg":"RS256","kid":"key-1"}""";

    private readonly FakeTimeProvider _time = new(The.Now);
    private readonly OpenIdServer _server = new();

    [TestCase(Good, true)]
    [TestCase("""{"alg":"RS256","kid":""}""", true)]
    [TestCase("""{"alg":"RS256","kid":null}""", true)]
    [TestCase("""{"alg":"RS256","kid":7}""", false)]
    [TestCase("""{"alg":"RS256","kid":["key-1"]}""", false)]
    [TestCase("""{"alg":"RS256","kid":"KEY-1"}""", false)]
    [TestCase("""{"alg":7,"kid":"key-1"}""", false)]
    [TestCase("""{"alg":["RS256"],"kid":"key-1"}""", false)]
    [TestCase("""{"alg":"rs256","kid":"key-1"}""", false)]
    [TestCase("""{"alg":"ES256","kid":"key-1"}""", false)]
    [TestCase("""{"alg":"PS256","kid":"key-1"}""", false)]
    [TestCase("""{"alg":"RS256","kid":"key-1","crit":["exp"]}""", false)]
    [TestCase("""{"alg":"RS256","kid":"key-1","crit":[]}""", false)]
    [TestCase("""{"alg":"RS256","kid":"key-1","crit":null}""", false)]
    [TestCase("""{"alg":"RS256","kid":"key-1","b64":false,"crit":["b64"]}""", false)]
    [TestCase("""{"alg":"RS256","kid":"\ud800"}""", false)]
    [TestCase("""{"alg":"RS256","kid":"key-1","jwk":{"kty":"oct","k":"AA"},"jku":"https://evil.example/keys"}""", true)]
    [TestCase("[]", false)]
    [TestCase("null", false)]
    [TestCase("", false)]
    [TestCase("no JSON", false)]
    public void Its_header(string header, bool isTaken) => Expect(payload => OpenIdServer.Sign(Encoding.UTF8.GetBytes(header), payload), isTaken);

    [TestCase("", true)]
    [TestCase(""","x":[[[[[[[[[[]]]]]]]]]]""", true)]
    [TestCase(""","x":null,"azp":null,"at_hash":null,"nbf":null""", false)]
    [TestCase(""","azp":null,"at_hash":null,"auth_time":null""", true)]
    [TestCase(""","sub":"another" """, false)]
    [TestCase(""","x":{"y":1,"y":2}""", false)]
    [TestCase(""","x":"\ud800" """, false)]
    [TestCase(""","\ud800":1""", false)]
    [TestCase(""","azp":[]""", false)]
    [TestCase(""","azp":"" """, false)]
    [TestCase(""","at_hash":"" """, false)]
    [TestCase(",", false)]
    [TestCase("}{", false)]
    public void Its_claims(string members, bool isTaken) =>
        Expect(payload => OpenIdServer.Sign(Encoding.UTF8.GetBytes(Good), [.. payload.AsSpan(0, payload.Length - 1), .. Encoding.UTF8.GetBytes(members + "}")]), isTaken);

    [Test]
    public void Its_bytes([Values] bool isUtf8)
    {
        byte[] name = isUtf8 ? Encoding.UTF8.GetBytes("\u00e4") : [0xE4];
        Expect(payload => OpenIdServer.Sign(Encoding.UTF8.GetBytes(Good), [.. payload.AsSpan(0, payload.Length - 1), .. ",\"x\":\""u8, .. name, .. "\"}"u8]), isUtf8);
    }

    [TestCase("[]")]
    [TestCase("null")]
    [TestCase("7")]
    [TestCase("")]
    public void Its_claims_when_they_are_no_object(string payload) =>
        Expect(_ => OpenIdServer.Sign(Encoding.UTF8.GetBytes(Good), Encoding.UTF8.GetBytes(payload)), isTaken: false);

    [TestCase("=")]
    [TestCase("\n")]
    [TestCase(" ")]
    [TestCase("%")]
    [TestCase("+/")]
    public void Its_encoding(string end) => Expect(payload => OpenIdServer.Sign(Encoding.UTF8.GetBytes(Good), payload) + end, isTaken: false);

    [TestCase("""{"alg":"EdDSA"}""", "its algorithm is EdDSA, and those that are accepted are RS256, PS256, ES256")]
    [TestCase("""{"alg":"none"}""", "its algorithm is none, and those that are accepted are RS256, PS256, ES256")]
    [TestCase("""{"alg":"HS\u001b[31m256"}""", "its algorithm is HS [31m256, and those")]
    [TestCase("""{"typ":"JWT"}""", "it names no algorithm, and those that are accepted are RS256, PS256, ES256")]
    [TestCase("""{"alg":" "}""", "it names no algorithm, and those that are accepted are RS256, PS256, ES256")]
    public void Its_algorithm_is_named_with_those_that_are_accepted(string header, string problem)
    {
        AuthenticationFailedException? failure = Assert.ThrowsAsync<AuthenticationFailedException>(
            () => SignInAsync(payload => OpenIdServer.Sign(Encoding.UTF8.GetBytes(header), payload)));

        Assert.That(failure!.Message, Does.StartWith($"ID token validation failed: {problem}"));
    }

    private void Expect(Func<byte[], string> token, bool isTaken) => Assert.That(
        () => SignInAsync(token),
        isTaken ? Throws.Nothing : Throws.TypeOf<AuthenticationFailedException>().With.Message.StartsWith("ID token validation failed"));

    private Task<SignedInUser> SignInAsync(Func<byte[], string> token)
    {
        var client = new AuthorizationCodeClient(The.Tenant, The.Client, new AuthorizationCodeClientOptions
        {
            AuthorityHost = The.Authority,
            HttpClient = new HttpClient(_server.Http) { Timeout = Timeout.InfiniteTimeSpan },
            TimeProvider = _time,
        });
        AuthorizationRequest request = client.CreateAuthorizationRequest(The.Redirect, [The.Vault]);
        _server.Claims["nonce"] = request.Transaction.Nonce.Value;
        _server.Finish = good => token(Base64UrlEncoder.DecodeBytes(good.Split('.')[1]));
        return client.CompleteSignInAsync(request.Transaction, new Uri($"{The.Redirect}?code=the-code&state={request.Transaction.State}"));
    }
}
