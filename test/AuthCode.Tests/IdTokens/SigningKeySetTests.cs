using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.Tokens;

namespace AuthCode.Tests.IdTokens;

/// <summary>Which published keys may verify a signature (RFC 7517 sections 4.2 to 4.4, RFC 8725 section 3.1).</summary>
internal sealed class SigningKeySetTests : IDisposable
{
    private readonly RSA _key = RSA.Create(2048);

    public void Dispose() => _key.Dispose();

    [TestCase("""{}""", true)]
    [TestCase("""{"use":"sig"}""", true)]
    [TestCase("""{"use":"enc"}""", false)]
    [TestCase("""{"use":"tls"}""", false)]
    [TestCase("""{"key_ops":["verify"]}""", true)]
    [TestCase("""{"key_ops":["encrypt"]}""", false)]
    [TestCase("""{"key_ops":["sign"]}""", false)]
    [TestCase("""{"key_ops":["encrypt","verify"]}""", true)]
    [TestCase("""{"alg":"RS256"}""", true)]
    [TestCase("""{"alg":"PS256"}""", false)]
    [TestCase("""{"alg":"RSA-OAEP"}""", false)]
    [TestCase("""{"kty":"oct","k":"c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA"}""", false)]
    [TestCase("""{"n":"AQAB"}""", false)]
    [TestCase("""{"key_ops":[]}""", false)]
    [TestCase("""{"key_ops":["VERIFY"]}""", false)]
    [TestCase("""{"key_ops":"verify"}""", false)]
    [TestCase("""{"key_ops":["encrypt"],"use":"sig"}""", false)]
    [TestCase("""{"key_ops":["verify"],"use":"enc"}""", false)]
    [TestCase("""{"key_ops":null}""", true)]
    [TestCase("""{"use":null}""", true)]
    [TestCase("""{"use":""}""", true)]
    [TestCase("""{"use":5}""", false)]
    [TestCase("""{"use":["sig"]}""", false)]
    [TestCase("""{"alg":null}""", true)]
    [TestCase("""{"alg":""}""", true)]
    [TestCase("""{"alg":5}""", false)]
    [TestCase("""{"alg":"rs256"}""", false)]
    [TestCase("""{"issuer":5}""", false)]
    [TestCase("""{"issuer":["https://login.example/{tenantid}/v2.0"]}""", false)]
    [TestCase("""{"issuer":null}""", true)]
    public void A_key_that_is_for_something_else_verifies_nothing(string members, bool expected)
    {
        JsonObject json = Provider.PublicKeyOf(_key);
        json.Remove("use");
        foreach ((string name, JsonNode? value) in JsonNode.Parse(members)!.AsObject())
        {
            json[name] = value?.DeepClone();
        }

        Assert.That(Parse(json)!.CandidatesFor(null, "RS256"), Has.Count.EqualTo(expected ? 1 : 0));
    }

    [TestCase("RS256", true)]
    [TestCase("PS256", true)]
    [TestCase("ES256", false)]
    [TestCase("HS256", false)]
    [TestCase("none", false)]
    public void An_RSA_key_is_for_the_algorithms_of_its_kind(string algorithm, bool expected) =>
        Assert.That(Parse(Provider.PublicKeyOf(_key))!.CandidatesFor(null, algorithm), Has.Count.EqualTo(expected ? 1 : 0));

    [TestCase("P-256", "ES256", true)]
    [TestCase("P-256", "RS256", false)]
    [TestCase("P-384", "ES256", false)]
    [TestCase("P-521", "ES256", false)]
    public void A_key_on_a_curve_is_for_the_algorithm_of_that_curve(string curve, string algorithm, bool expected)
    {
        using ECDsa key = ECDsa.Create(curve switch { "P-256" => ECCurve.NamedCurves.nistP256, "P-384" => ECCurve.NamedCurves.nistP384, _ => ECCurve.NamedCurves.nistP521 });
        ECPoint point = key.ExportParameters(includePrivateParameters: false).Q;
        var json = new JsonObject { ["kty"] = "EC", ["crv"] = curve, ["x"] = Base64UrlEncoder.Encode(point.X), ["y"] = Base64UrlEncoder.Encode(point.Y) };

        Assert.That(Parse(json)!.CandidatesFor(null, algorithm), Has.Count.EqualTo(expected ? 1 : 0));
    }

    [Test]
    public void Zeros_before_the_modulus_do_not_make_a_short_key_long([Values(1024, 2048)] int size)
    {
        using RSA key = RSA.Create(size);
        JsonObject json = Provider.PublicKeyOf(key);
        json["n"] = Base64UrlEncoder.Encode([.. new byte[128], .. key.ExportParameters(includePrivateParameters: false).Modulus!]);

        Assert.That(Parse(json)!.CandidatesFor(null, "RS256"), Has.Count.EqualTo(size == 2048 ? 1 : 0));
    }

    [Test]
    public void A_key_with_its_certificate_is_one_key()
    {
        using X509Certificate2 certificate = new CertificateRequest("CN=k", _key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSelfSigned(The.Now.AddDays(-1), The.Now.AddDays(1));
        JsonObject both = Provider.PublicKeyOf(_key);
        both["x5c"] = new JsonArray(Convert.ToBase64String(certificate.RawData));
        JsonObject alone = new() { ["kty"] = "RSA", ["x5c"] = new JsonArray(Convert.ToBase64String(certificate.RawData)) };

        Assert.That((Parse(both)!.CandidatesFor(null, "RS256").Count, Parse(alone)!.CandidatesFor(null, "RS256").Count), Is.EqualTo((1, 1)));
    }

    [Test]
    public void A_key_that_is_malformed_takes_nothing_from_the_others()
    {
        SigningKeySet set = Parse(new JsonObject { ["kty"] = "RSA", ["n"] = "%%", ["e"] = "AQAB" }, new JsonObject { ["kty"] = "EC", ["crv"] = "P-999" }, [], Provider.PublicKeyOf(_key))!;

        Assert.That(set.CandidatesFor(null, "RS256"), Has.Count.EqualTo(1));
    }

    [TestCase("a", 2)]
    [TestCase("b", 1)]
    [TestCase("c", 0)]
    [TestCase("", 3)]
    [TestCase(null, 3)]
    public void Keys_are_found_by_their_ids(string? id, int count)
    {
        SigningKeySet set = Parse([.. new[] { "a", "a", "b" }.Select(name =>
        {
            JsonObject key = Provider.PublicKeyOf(_key);
            key["kid"] = name;
            return key;
        })])!;

        Assert.That(set.CandidatesFor(id, "RS256"), Has.Count.EqualTo(count));
    }

    [TestCase("")]
    [TestCase("[]")]
    [TestCase("{}")]
    [TestCase("""{"keys":5}""")]
    [TestCase("""{"keys":{}}""")]
    [TestCase("<html>")]
    public void What_is_no_set_is_none(string document) => Assert.That(SigningKeySet.Parse(Encoding.UTF8.GetBytes(document)), Is.Null);

    [Test]
    public void The_issuer_of_a_key_is_read()
    {
        JsonObject key = Provider.PublicKeyOf(_key);
        key["issuer"] = "https://login.example/{tenantid}/v2.0";

        Assert.That(Parse(key)!.CandidatesFor(null, SecurityAlgorithms.RsaSha256).Single().Issuer, Is.EqualTo("https://login.example/{tenantid}/v2.0"));
    }

    private static SigningKeySet? Parse(params JsonObject[] keys) =>
        SigningKeySet.Parse(Encoding.UTF8.GetBytes(new JsonObject { ["keys"] = new JsonArray([.. keys]) }.ToJsonString()));
}
