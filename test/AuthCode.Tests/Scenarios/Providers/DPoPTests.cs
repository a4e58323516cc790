using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Azure.Core;
using Microsoft.IdentityModel.Tokens;

namespace AuthCode.Tests.Scenarios.Providers;

/// <summary>Tokens that are bound to a key of the client (RFC 9449).</summary>
internal sealed class DPoPTests(bool isAsync) : ProviderFixture(isAsync)
{
    private readonly DPoPKey _key = new();

    [Test]
    public async Task Each_request_has_a_proof_of_its_own_for_its_endpoint()
    {
        Server.Answers["/token"] = _ => Provider.Json(HttpStatusCode.OK, Server.Token(type: "DPoP"));
        await using AuthorizationCodeCredential credential = Credential(options => options.DPoPKey = _key);

        AccessToken token = await GetToken(credential, "read");
        await GetToken(credential, "write");

        Jwt[] proofs = [.. Server.At("/token").Select(static sent => new Jwt(sent.Header("DPoP")!))];
        Assert.Multiple(() =>
        {
            Assert.That(token.TokenType, Is.EqualTo("DPoP"));
            Assert.That(proofs.Select(static proof => proof.Claims["jti"].GetString()), Is.Unique);
            Assert.That(proofs.Select(static proof => (proof.Claims["htm"].GetString(), proof.Claims["htu"].GetString())), Is.All.EqualTo(("POST", "https://tokens.op.example/token")));
            Assert.That(proofs.Select(static proof => (proof.Header["typ"].GetString(), proof.Header["alg"].GetString())), Is.All.EqualTo(("dpop+jwt", "ES256")));
            Assert.That(proofs.Select(static proof => proof.Claims.ContainsKey("nonce")), Is.All.False);
        });
    }

    [TestCase("Bearer")]
    [TestCase("mac")]
    public async Task A_token_that_is_not_bound_is_not_taken(string type)
    {
        Server.Answers["/token"] = _ => Provider.Json(HttpStatusCode.OK, Server.Token(type: type));
        await using AuthorizationCodeCredential credential = Credential(options => options.DPoPKey = _key);

        Assert.That((await Failure(credential)).Message, Does.Contain("its token_type is not DPoP"));
    }

    [Test]
    public async Task A_bound_token_that_was_not_requested_is_refused()
    {
        Server.Answers["/token"] = _ => Provider.Json(HttpStatusCode.OK, Server.Token(type: "DPoP"));
        await using AuthorizationCodeCredential credential = Credential();

        Assert.That((await Failure(credential)).Message, Does.Contain("its token_type is not Bearer"));
    }

    [Test]
    public async Task A_nonce_is_used_once_with_the_same_code_and_a_fresh_assertion_and_kept_for_the_next_request()
    {
        Server.Answers["/token"] = sent => new Jwt(sent.Header("DPoP")!).Claims.ContainsKey("nonce")
            ? Provider.Json(HttpStatusCode.OK, Server.Token(type: "DPoP"), ("DPoP-Nonce", "nonce-2"))
            : Provider.Error("use_dpop_nonce", HttpStatusCode.BadRequest, ("DPoP-Nonce", "nonce-1"));
        await using AuthorizationCodeCredential credential = Credential(options =>
        {
            options.DPoPKey = _key;
            options.ClientAuthentication = ClientAuthentication.Certificate(SharedCertificate.OfTheClient);
        });

        await GetToken(credential, "read");
        await GetToken(credential, "write");

        IReadOnlyList<SentRequest> sent = Server.At("/token");
        Assert.Multiple(() =>
        {
            Assert.That(sent.Select(static request => request["code"]), Is.EqualTo(new[] { The.Code, The.Code, null }));
            Assert.That(sent.Skip(1).Select(static request => new Jwt(request.Header("DPoP")!).Claims["nonce"].GetString()), Is.EqualTo(new[] { "nonce-1", "nonce-2" }));
            Assert.That(sent.Select(static request => new Jwt(request["client_assertion"]!).Claims["jti"].GetString()), Is.Unique);
        });
    }

    [Test]
    public async Task Each_origin_has_a_nonce_of_its_own()
    {
        Server.Answers["/token"] = sent => NonceOf(sent) == "of-the-token-endpoint"
            ? Provider.Json(HttpStatusCode.OK, Server.Token(type: "DPoP"))
            : Provider.Error("use_dpop_nonce", HttpStatusCode.BadRequest, ("DPoP-Nonce", "of-the-token-endpoint"));
        Server.Answers["/userinfo"] = static sent => NonceOf(sent) == "of-userinfo"
            ? Provider.Json(HttpStatusCode.OK, new JsonObject { ["sub"] = Provider.Subject })
            : Provider.Json(HttpStatusCode.Unauthorized, [], ("DPoP-Nonce", "of-userinfo"));
        AuthorizationCodeClient client = Client(options => options.DPoPKey = _key);
        AuthorizationRequest request = await client.CreateAuthorizationRequestAsync(The.Redirect, ["email"]);
        Server.Answers["/token"] = sent => NonceOf(sent) == "of-the-token-endpoint"
            ? Provider.Json(HttpStatusCode.OK, Server.Token(request.Transaction.Nonce.Value, "DPoP"))
            : Provider.Error("use_dpop_nonce", HttpStatusCode.BadRequest, ("DPoP-Nonce", "of-the-token-endpoint"));
        SignedInUser user = await client.CompleteSignInAsync(request.Transaction, new Uri($"{The.Redirect}?code=c&state={request.Transaction.State}"));

        await client.GetUserInfoAsync(user);
        int before = Server.At("/token").Count;
        await GetToken(user.Credential, "more");

        Assert.That((before, Server.At("/token").Count, Server.At("/userinfo").Count), Is.EqualTo((2, 3, 2)));
    }

    [Test]
    public async Task The_nonce_of_another_users_call_in_between_does_not_lose_the_code()
    {
        int number = 0;
        Server.Answers["/token"] = sent =>
        {
            // Each response has a nonce of its own, which is good for the next request with the same code alone.
            string? given = NonceOf(sent);
            return given is not null && given == $"nonce-{sent["code"]}"
                ? Provider.Json(HttpStatusCode.OK, Server.Token(type: "DPoP"), ("DPoP-Nonce", $"other-{++number}"))
                : Provider.Error("use_dpop_nonce", HttpStatusCode.BadRequest, ("DPoP-Nonce", $"nonce-{sent["code"]}"));
        };
        AuthorizationCodeClient client = Client(options => options.DPoPKey = _key);

        AccessToken[] tokens = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => GetToken(client.CreateCredential($"code-{i}", The.Redirect), "read")));

        Assert.That(tokens.Select(static token => token.TokenType), Has.All.EqualTo("DPoP"));
    }

    [Test]
    public void A_key_of_another_curve_or_without_its_private_half_is_refused() => Assert.Multiple(() =>
    {
        using ECDsa p256 = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using ECDsa open = ECDsa.Create(p256.ExportParameters(includePrivateParameters: false));
        using ECDsa p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using ECDsa koblitz = ECDsa.Create(ECCurve.CreateFromFriendlyName("secp256k1"));
        using ECDsa brainpool = ECDsa.Create(ECCurve.NamedCurves.brainpoolP256r1);
        Assert.That(() => new DPoPKey(open), Refusal.Of("key", "must have its private half"));
        Assert.That(() => new DPoPKey(p384), Refusal.Of("key", "must be on the curve P-256"));
        Assert.That(() => new DPoPKey(koblitz), Refusal.Of("key", "must be on the curve P-256"));
        Assert.That(() => new DPoPKey(brainpool), Refusal.Of("key", "must be on the curve P-256"));
        Assert.That(() => new DPoPKey(p256), Throws.Nothing);
    });

    [TestCase("https://API.example:443/a/../Things?x=1#y", "https://api.example/Things")]
    [TestCase("https://bücher.example", "https://xn--bcher-kva.example/")]
    [TestCase("HTTPS://api.example:8443/%7Euser", "https://api.example:8443/~user")]
    [TestCase("http://[::1]:80/x", "http://[::1]/x")]
    public void The_address_in_a_proof_is_the_one_on_the_wire(string address, string target) => Assert.That(
        new Jwt(_key.CreateProof(HttpMethod.Get, new Uri(address))).Claims["htu"].GetString(), Is.EqualTo(target));

    [TestCase("https://user@api.example/")]
    [TestCase("https://user:password@api.example/")]
    [TestCase("ftp://api.example/")]
    public void An_address_that_no_request_has_is_refused(string address) => Assert.That(
        () => _key.CreateProof(HttpMethod.Get, new Uri(address)), Refusal.Of("address", "must be the absolute one"));

    private static string? NonceOf(SentRequest sent) =>
        new Jwt(sent.Header("DPoP")!).Claims.TryGetValue("nonce", out System.Text.Json.JsonElement nonce) ? nonce.GetString() : null;

    [Test]
    public async Task A_server_that_always_demands_a_nonce_gets_one_repetition()
    {
        Server.Answers["/token"] = static _ => Provider.Error("use_dpop_nonce", HttpStatusCode.BadRequest, ("DPoP-Nonce", "nonce-1"));
        await using AuthorizationCodeCredential credential = Credential(options => options.DPoPKey = _key);

        AuthenticationFailedException failure = await Failure(credential);

        Assert.That((failure.Response!.Error, Server.At("/token").Count), Is.EqualTo(("use_dpop_nonce", 2)));
    }

    [Test]
    public async Task The_authorize_request_names_the_key()
    {
        AuthorizationRequest request = await Client(options => options.DPoPKey = _key).CreateAuthorizationRequestAsync(The.Redirect, ["email"]);

        Assert.That(QueryOf(request.Uri)["dpop_jkt"], Is.EqualTo(_key.Thumbprint));
    }

    [Test]
    public async Task A_key_that_was_disposed_sends_nothing()
    {
        await using AuthorizationCodeCredential credential = Credential(options => options.DPoPKey = _key);
        _key.Dispose();

        AuthenticationFailedException failure = await Failure(credential);

        Assert.That(failure.InnerException, Is.Not.Null);
        Assert.That(Server.At("/token"), Is.Empty);
    }

    [Test]
    public void A_proof_for_an_API_call_is_of_the_token_and_without_the_query()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var own = new DPoPKey(key);

        string proof = own.CreateProof(HttpMethod.Get, new Uri("https://api.example/things?x=1#y"), "access-1", "nonce-1", Time);

        var jwt = new Jwt(proof);
        string jwk = jwt.Header["jwk"].GetRawText();
        bool isSigned = key.VerifyData(
            Encoding.ASCII.GetBytes(proof[..proof.LastIndexOf('.')]), Base64UrlEncoder.DecodeBytes(proof[(proof.LastIndexOf('.') + 1)..]), HashAlgorithmName.SHA256);
        Assert.Multiple(() =>
        {
            Assert.That(isSigned, Is.True);
            Assert.That(jwt.Claims["htu"].GetString(), Is.EqualTo("https://api.example/things"));
            Assert.That(jwt.Claims["ath"].GetString(), Is.EqualTo(Base64UrlEncoder.Encode(SHA256.HashData("access-1"u8))));
            Assert.That(jwt.Claims["nonce"].GetString(), Is.EqualTo("nonce-1"));
            Assert.That(jwt.Claims["iat"].GetInt64(), Is.EqualTo(The.Now.ToUnixTimeSeconds()));
            Assert.That(JsonNode.Parse(jwk)!.AsObject().Select(static member => member.Key), Is.EquivalentTo(new[] { "kty", "crv", "x", "y" }), "nothing private");
            Assert.That(own.Thumbprint, Is.EqualTo(Base64UrlEncoder.Encode(new JsonWebKey(jwk).ComputeJwkThumbprint())));
            Assert.That(own.ToString(), Is.EqualTo($"DPoP key {own.Thumbprint}"));
        });
    }

    [Test]
    public void Entra_ID_which_would_lose_the_code_is_not_asked_for_what_it_does_not_offer() => Assert.That(
        () => new AuthorizationCodeClient(The.Tenant, The.Client, new AuthorizationCodeClientOptions { DPoPKey = _key }), Refusal.Of("options", "Entra ID does not offer DPoP"));

    [Test]
    public async Task The_clock_of_proofs_is_the_clients()
    {
        await using AuthorizationCodeCredential credential = Credential(options => options.DPoPKey = _key);
        Server.Answers["/token"] = _ => Provider.Json(HttpStatusCode.OK, Server.Token(type: "DPoP"));
        Time.Advance(TimeSpan.FromHours(5));

        await GetToken(credential, "read");

        Assert.That(
            Server.At("/token").Select(static sent => new Jwt(sent.Header("DPoP")!).Claims["iat"].GetInt64()), Is.All.EqualTo((The.Now + TimeSpan.FromHours(5)).ToUnixTimeSeconds()));
    }

    [Test]
    public void A_key_of_the_callers_stays_usable()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        new DPoPKey(key).Dispose();

        Assert.That(() => key.SignData([1], HashAlgorithmName.SHA256), Throws.Nothing);
    }

    [Test]
    public void Keys_and_addresses_that_cannot_be_used_are_refused()
    {
        using ECDsa other = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        Assert.That(() => new DPoPKey(other), Refusal.Of("key", "must be on the curve P-256"));
        Assert.That(static () => new DPoPKey(null!), Refusal.OfNull("key"));
        Assert.That(() => _key.CreateProof(null!, new Uri("https://api.example")), Refusal.OfNull("method"));
        Assert.That(() => _key.CreateProof(HttpMethod.Get, null!), Refusal.OfNull("address"));
        Assert.That(() => _key.CreateProof(HttpMethod.Get, new Uri("/things", UriKind.Relative)), Refusal.Of("address", "must be the absolute one"));
    }
}
