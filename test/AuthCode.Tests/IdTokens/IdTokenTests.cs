using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.Tokens;

namespace AuthCode.Tests.IdTokens;

/// <summary>The ID token of a sign-in, good and forged. Where a test bears the name of a module of the OpenID Foundation's suite for relying parties, it does what that module does.</summary>
internal sealed class IdTokenTests
{
    private readonly FakeTimeProvider _time = new(The.Now);
    private readonly OpenIdServer _server = new();

    [Test]
    public async Task A_good_one_says_who_signed_in_and_the_credential_is_ready()
    {
        SignedInUser user = await SignInAsync();

        Assert.Multiple(async () =>
        {
            Assert.That(user.Principal.Identity!.Name, Is.EqualTo("Ada Lovelace"));
            Assert.That(user.Principal.FindFirst("sub")!.Value, Is.EqualTo(_server.Claims["sub"]));
            Assert.That(user.AccountKey, Is.EqualTo($"9f4880d8-0000-4000-8000-8f0e5a7fcf4b.{The.Tenant}"));
            Assert.That(user.ToString(), Is.EqualTo(user.AccountKey));
            Assert.That((await user.Credential.GetTokenAsync(Some.Request(The.Vault), default)).Token, Is.EqualTo(OpenIdServer.AccessToken));
        });
    }

    [Test]
    public async Task Without_Entras_ids_the_account_is_issuer_and_subject()
    {
        _server.Claims.Remove("oid");

        Assert.That((await SignInAsync()).AccountKey, Is.EqualTo($"{OpenIdServer.Issuer}|subject-1"));
    }

    private static IEnumerable<TestCaseData> Bad()
    {
        // Issuer.
        yield return Row("oidcc-client-test-invalid-iss", "issuer", static s => s.Claims["iss"] = "https://evil.example/");
        yield return Row("fapi-client-test-missing-iss", "issuer", static s => s.Claims.Remove("iss"));
        yield return Row("the issuer with a slash", "issuer", static s => s.Claims["iss"] = OpenIdServer.Issuer + "/");
        yield return Row("the issuer in capitals", "issuer", static s => s.Claims["iss"] = OpenIdServer.Issuer.ToUpperInvariant());

        // Audience and authorized party.
        yield return Row("oidcc-client-test-invalid-aud", "audience", static s => s.Claims["aud"] = "another");
        yield return Row("oidcc-client-test-missing-aud", "audience", static s => s.Claims.Remove("aud"));
        yield return Row("another authorized party", "another party", static s => s.Claims["azp"] = "another");
        yield return Row("another authorized party of several", "another party", static s =>
        {
            s.Claims["aud"] = new JsonArray(The.Client, "another");
            s.Claims["azp"] = "another";
        });

        yield return Row("several audiences and no authorized party", "other audiences", static s => s.Claims["aud"] = new JsonArray(The.Client, "another"));
        yield return Row("several audiences and an authorized party that is null", "other audiences", static s =>
        {
            s.Claims["aud"] = new JsonArray("another", The.Client);
            s.Claims["azp"] = JsonValue.Create((string?)null)!;
        });
        yield return Row("an audience that is a number", "", static s => s.Claims["aud"] = 7);
        yield return Row("an authorized party that is a number", "", static s => s.Claims["azp"] = 7);

        // Algorithm and keys.
        yield return Row("a critical header", "critical headers", static s => s.Headers["crit"] = new[] { "x" });
        yield return Row("longer than 64 KiB", "not a signed JWT", static s => s.Claims["x"] = new string('x', 64 * 1024));
        yield return Row("oidcc-client-test-invalid-sig-rs256", "signature", static s => s.Finish = static token => token[..^4] + (token[^4..] == "AAAA" ? "BBBB" : "AAAA"));
        yield return Row("signed by another key under the known key's id", "signature", static s =>
            s.Signing = new SigningCredentials(new RsaSecurityKey(RSA.Create(2048)) { KeyId = "key-1" }, SecurityAlgorithms.RsaSha256));
        yield return Row("oidcc-client-test-idtoken-sig-none", "algorithm", static s => s.Finish = static token => Unsigned(token, "none"));
        yield return Row("fapi-client-test-invalid-null-alg", "algorithm", static s => s.Finish = static token => Unsigned(token, null));
        yield return Row("oidcc-client-test-invalid-sig-hs256", "algorithm", static s => s.Finish = static token => SignedWithThePublicKey(token));
        yield return Row("fapi-client-test-invalid-alternate-alg", "algorithm", static s => s.Signing = new SigningCredentials(s.Signing.Key, SecurityAlgorithms.RsaSha512));
        yield return Row("a key that is not published", "no key", static s => s.Signing = OpenIdServer.ByAnotherKey);
        yield return Row("two segments", "not a signed JWT", static s => s.Finish = static token => token[..token.LastIndexOf('.')]);
        yield return Row("fapi-client-test-encrypted-idtoken", "not a signed JWT", static s => s.Finish = static token => token + ".x.y");
        yield return Row("garbage", "not a signed JWT", static s => s.Finish = static _ => "a.b.c");

        // Times.
        yield return Row("fapi-client-test-invalid-expired-exp", "expired", static s => s.Claims["exp"] = The.Now.AddMinutes(-5).ToUnixTimeSeconds());
        yield return Row("fapi-client-test-missing-exp", "expired", static s => s.Claims.Remove("exp"));
        yield return Row("an end that is text", "", static s => s.Claims["exp"] = "tomorrow");
        yield return Row("an end before 1970", "expired", static s => s.Claims["exp"] = -1);
        yield return Row("an end beyond all numbers", "", static s => s.Claims["exp"] = 1e300);
        yield return Row("an end beyond all dates", "", static s => s.Claims["exp"] = long.MaxValue);
        yield return Row("issued 24 hours ago", "not issued just now", static s => s.Claims["iat"] = The.Now.AddHours(-24).ToUnixTimeSeconds());
        yield return Row("oidcc-client-test-missing-iat", "not issued just now", static s => s.Claims.Remove("iat"));
        yield return Row("fapi-client-test-iat-is-week-in-past", "not issued just now", static s => s.Claims["iat"] = The.Now.AddDays(-7).ToUnixTimeSeconds());
        yield return Row("issued in the future", "not issued just now", static s => s.Claims["iat"] = The.Now.AddMinutes(5).AddSeconds(1).ToUnixTimeSeconds());
        yield return Row("not valid yet", "not valid yet", static s => s.Claims["nbf"] = The.Now.AddMinutes(5).AddSeconds(1).ToUnixTimeSeconds());

        // Nonce, subject, and the hash of the access token.
        yield return Row("oidcc-client-test-nonce-invalid", "nonce", static s => s.Claims["nonce"] = "another");
        yield return Row("fapi-client-test-missing-nonce", "nonce", static s => s.Claims.Remove("nonce"));
        yield return Row("oidcc-client-test-missing-sub", "no subject", static s => s.Claims.Remove("sub"));
        yield return Row("an empty subject", "no subject", static s => s.Claims["sub"] = "");
        yield return Row("a subject of 256 characters", "no subject", static s => s.Claims["sub"] = new string('s', 256));
        yield return Row("the hash of another access token", "at_hash", static s => s.Claims["at_hash"] = "AAAAAAAAAAAAAAAAAAAAAA");
        yield return Row("a hash that is no text", "", static s => s.Claims["at_hash"] = 7);

        static TestCaseData Row(string name, string problem, Action<OpenIdServer> spoil) => new TestCaseData(problem, spoil).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Bad))]
    public async Task A_bad_one_is_refused(string problem, Action<OpenIdServer> spoil)
    {
        AuthorizationRequest request = Begin();
        spoil(_server);

        AuthenticationFailedException? refusal = null;
        try
        {
            await EndAsync(request);
        }
        catch (AuthenticationFailedException e)
        {
            refusal = e;
        }

        Assert.That(refusal?.Message, Does.Contain("ID token validation failed").And.Contain(problem));
        Assert.That(refusal!.IsSignInRequired, Is.True);
        Assert.That(refusal.ToString(), Does.Not.Contain("evil.example").And.Not.Contain("eyJ"));
    }

    private static IEnumerable<TestCaseData> Good()
    {
        yield return Row("fapi-client-test-valid-aud-as-array", static s => s.Claims["aud"] = new JsonArray(The.Client));
        yield return Row("several audiences with this client as authorized party", static s =>
        {
            s.Claims["aud"] = new JsonArray("another", The.Client);
            s.Claims["azp"] = The.Client;
        });
        yield return Row("oidcc-client-test-kid-absent-single-jwks", static s =>
        {
            s.KeyIds = [null];
            s.Signing = OpenIdServer.Without(null);
        });
        yield return Row("PS256", static s => s.Signing = new SigningCredentials(s.Signing.Key, SecurityAlgorithms.RsaSsaPssSha256));
        yield return Row("the skew to the second", static s =>
        {
            s.Claims["iat"] = The.Now.AddMinutes(5).ToUnixTimeSeconds();
            s.Claims["nbf"] = The.Now.AddMinutes(5).ToUnixTimeSeconds();
            s.Claims["exp"] = The.Now.AddMinutes(-5).AddSeconds(1).ToUnixTimeSeconds();
        });
        yield return Row("issued a second less than 24 hours ago", static s => s.Claims["iat"] = The.Now.AddHours(-24).AddSeconds(1).ToUnixTimeSeconds());
        yield return Row("a subject of 255 characters", static s => s.Claims["sub"] = new string('s', 255));
        yield return Row("no nbf", static s => s.Claims.Remove("nbf"));
        yield return Row("the hash of its access token", static s =>
            s.Claims["at_hash"] = Base64UrlEncoder.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(OpenIdServer.AccessToken))[..16]));
        yield return Row("oidcc-client-test-kid-absent-multiple-jwks, one of which verifies", static s =>
        {
            s.KeyIds = ["key-1", "key-2"];
            s.Signing = OpenIdServer.Without(null);
        });
        yield return Row("the same audience twice", static s => s.Claims["aud"] = new JsonArray(The.Client, The.Client));
        yield return Row("times with fractions", static s =>
        {
            s.Claims["iat"] = The.Now.ToUnixTimeSeconds() + 0.25;
            s.Claims["nbf"] = The.Now.ToUnixTimeSeconds() + 0.5;
            s.Claims["exp"] = The.Now.ToUnixTimeSeconds() + 0.75;
        });
        yield return Row("a time of authentication with a fraction", static s => s.Claims["auth_time"] = The.Now.ToUnixTimeSeconds() - 0.5);

        static TestCaseData Row(string name, Action<OpenIdServer> change) => new TestCaseData(change).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Good))]
    public async Task An_unusual_one_is_taken(Action<OpenIdServer> change)
    {
        AuthorizationRequest request = Begin();
        change(_server);

        Assert.That((await EndAsync(request)).Principal.FindFirst("sub")!.Value, Is.EqualTo(_server.Claims["sub"]));
    }

    [Test]
    public void None_is_told()
    {
        _server.Finish = static _ => null;

        Assert.That(() => SignInAsync(), Throws.TypeOf<AuthenticationFailedException>().With.Message.Contains("had no ID token"));
    }

    [Test]
    public async Task Metadata_and_keys_are_read_once_for_many_users_and_again_after_a_day()
    {
        AuthorizationCodeClient client = Client();
        await SignInAsync(client);
        await SignInAsync(client);
        (int Metadata, int Keys) first = (_server.MetadataRequests, _server.KeyRequests);
        _time.Advance(TimeSpan.FromDays(1));
        foreach (string time in new[] { "iat", "nbf", "exp" })
        {
            _server.Claims[time] = _time.GetUtcNow().AddHours(time == "exp" ? 1 : 0).ToUnixTimeSeconds();
        }

        await SignInAsync(client);

        Assert.That(first, Is.EqualTo((1, 1)));
        Assert.That(() => (_server.MetadataRequests, _server.KeyRequests), Is.EqualTo((2, 2)).After(5000, 20), "what was read serves on meanwhile");
    }

    [Test]
    public async Task A_new_key_is_asked_for_but_not_at_every_token()
    {
        AuthorizationCodeClient client = Client();
        await SignInAsync(client);
        _server.Signing = OpenIdServer.ByAnotherKey;
        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.That(() => SignInAsync(client), Throws.TypeOf<AuthenticationFailedException>());
        int early = _server.KeyRequests;
        _server.KeyIds = ["key-1", "key-2"];
        _time.Advance(TimeSpan.FromSeconds(1));

        await SignInAsync(client);

        // One request more looks for keys of the application's own.
        Assert.That((early, _server.KeyRequests), Is.EqualTo((2, 3)));
    }

    [TestCase("https://evil.example/v2.0", "https://login.entra.example/keys")]
    [TestCase(OpenIdServer.Issuer, "https://evil.example/keys")]
    [TestCase(OpenIdServer.Issuer, "http://login.entra.example/keys")]
    [TestCase(OpenIdServer.Issuer, "https://login.entra.example@evil.example/keys")]
    [TestCase(OpenIdServer.Issuer, "/keys")]
    public void Metadata_of_another_issuer_or_with_keys_elsewhere_is_not_used(string issuer, string keys)
    {
        _server.MetadataIssuer = issuer;
        _server.KeysAddress = keys;

        Assert.That(() => SignInAsync(), Throws.TypeOf<AuthenticationFailedException>().With.Message.Contains("names another issuer, or an address that it must not"));
        Assert.That(_server.KeyRequests, Is.Zero);
    }

    [TestCase("", "metadata without jwks_uri")]
    [TestCase("no JSON", "no JSON Web Key Set")]
    public void Keys_that_are_none_are_told(string document, string problem)
    {
        _server.KeysAddress = document.Length == 0 ? "" : _server.KeysAddress;
        _server.Keys = document;

        Assert.That(() => SignInAsync(), Throws.TypeOf<AuthenticationFailedException>().With.Message.Contains(problem));
    }

    [TestCase("common", The.Tenant, true)]
    [TestCase("common", "../evil", false)]
    [TestCase("common", null, false)]
    public async Task The_template_for_any_tenant_is_bound_to_the_tokens_own(string tenant, string? tid, bool isTaken)
    {
        _server.MetadataIssuer = $"https://{The.AuthorityHost}/{{tenantid}}/v2.0";
        _server.Claims.Remove("tid");
        if (tid is not null)
        {
            _server.Claims["tid"] = tid;
        }

        AuthorizationCodeClient client = Client(tenant);
        if (isTaken)
        {
            Assert.That((await SignInAsync(client)).Principal.FindFirst("tid")!.Value, Is.EqualTo(tid));
        }
        else
        {
            Assert.That(() => SignInAsync(client), Throws.TypeOf<AuthenticationFailedException>().With.Message.Contains("issuer"));
        }
    }

    [TestCase("common", "https://login.entra.example/{tenantid}/v2.0", true)]
    [TestCase("common", OpenIdServer.Issuer, true)]
    [TestCase("common", "https://login.entra.example/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0", false)]
    [TestCase("common", "https://login.entra.example/00000000-0000-4000-8000-000000000001/v2.0", false)]
    [TestCase("common", "https://evil.example/{tenantid}/v2.0", false)]
    [TestCase(The.Tenant, "https://login.entra.example/{tenantid}/v2.0", true)]
    [TestCase(The.Tenant, "https://login.entra.example/00000000-0000-4000-8000-000000000001/v2.0", false)]
    public async Task A_key_signs_for_the_issuer_that_it_is_published_with(string tenant, string keyIssuer, bool isTaken)
    {
        _server.MetadataIssuer = tenant == "common" ? $"https://{The.AuthorityHost}/{{tenantid}}/v2.0" : OpenIdServer.Issuer;
        _server.KeyIssuer = keyIssuer;
        AuthorizationCodeClient client = Client(tenant);
        AuthenticationFailedException? refusal = null;
        try
        {
            await SignInAsync(client);
        }
        catch (AuthenticationFailedException e)
        {
            refusal = e;
        }

        Assert.That(refusal?.Message, isTaken ? Is.Null : Does.Contain("its key signs for another issuer"));
    }

    [Test]
    public async Task A_key_of_the_application_alone_is_found()
    {
        _server.OwnKeyIds = ["key-2"];
        _server.Signing = OpenIdServer.ByAnotherKey;

        Assert.That((await SignInAsync()).AccountKey, Is.Not.Empty);
    }

    [Test]
    public async Task A_new_key_under_the_same_id_is_read()
    {
        AuthorizationCodeClient client = Client();
        await SignInAsync(client);
        using RSA key = RSA.Create(2048);
        JsonObject json = Provider.PublicKeyOf(key);
        json["kid"] = "key-1";
        _server.Keys = new JsonObject { ["keys"] = new JsonArray(json) }.ToJsonString();
        _server.Signing = new SigningCredentials(new RsaSecurityKey(key) { KeyId = "key-1" }, SecurityAlgorithms.RsaSha256);
        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.That((await SignInAsync(client)).AccountKey, Is.Not.Empty);
    }

    [TestCase("exp", "1")]
    [TestCase("iat", "1")]
    [TestCase("nbf", "1")]
    [TestCase("sub", "text")]
    public void A_claim_of_another_kind_is_refused(string claim, string kind)
    {
        _server.Claims[claim] = kind == "text" ? 7 : $"{_server.Claims[claim]}";

        Assert.That(() => SignInAsync(), Throws.TypeOf<AuthenticationFailedException>().With.Message.StartsWith("ID token validation failed"));
    }

    private AuthorizationCodeClient Client(string tenant = The.Tenant) => new(tenant, The.Client, new AuthorizationCodeClientOptions
    {
        AuthorityHost = The.Authority,
        HttpClient = new HttpClient(_server.Http) { Timeout = Timeout.InfiniteTimeSpan },
        TimeProvider = _time,
    });

    private Task<SignedInUser> SignInAsync(AuthorizationCodeClient? client = null)
    {
        client ??= Client();
        return EndAsync(Begin(client), client);
    }

    private AuthorizationRequest Begin(AuthorizationCodeClient? client = null)
    {
        AuthorizationRequest request = (client ?? Client()).CreateAuthorizationRequest(The.Redirect, [The.Vault]);
        _server.Claims["nonce"] = request.Transaction.Nonce.Value;
        return request;
    }

    private Task<SignedInUser> EndAsync(AuthorizationRequest request, AuthorizationCodeClient? client = null) =>
        (client ?? Client()).CompleteSignInAsync(request.Transaction, new Uri($"{The.Redirect}?code=the-code&state={request.Transaction.State}"));

    private static string Unsigned(string token, string? algorithm) =>
        $"{Base64UrlEncoder.Encode(algorithm is null ? """{"typ":"JWT"}""" : $$"""{"alg":"{{algorithm}}","typ":"JWT"}""")}.{token.Split('.')[1]}.";

    private static string SignedWithThePublicKey(string token)
    {
        string input = $"{Base64UrlEncoder.Encode("""{"alg":"HS256","typ":"JWT","kid":"key-1"}""")}.{token.Split('.')[1]}";
        return $"{input}.{Base64UrlEncoder.Encode(HMACSHA256.HashData(OpenIdServer.PublicKey, Encoding.ASCII.GetBytes(input)))}";
    }
}
