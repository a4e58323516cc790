using System.Buffers.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AuthCode.Testing.Tests;

/// <summary>The tokens as an API reads them: signed by a published key, and with the claims of an Entra ID token.</summary>
internal sealed class IssuedTokenTests : IDisposable
{
    private readonly FakeTimeProvider _clock = new(The.Now);
    private readonly Caller _caller;

    public IssuedTokenTests() => _caller = new Caller(options => options.TimeProvider = _clock);

    public void Dispose() => _caller.Dispose();

    [TestCase("access_token", "https://vault.azure.net")]
    [TestCase("id_token", "4a1aa1d5-0000-4000-8000-d8a4f4d1d1c4")]
    public async Task A_token_is_signed_by_a_published_key_for_its_audience(string token, string audience)
    {
        _caller.Tenant = The.Tenant;
        Reply reply = await _caller.RedeemAsync(("scope", "openid " + The.Vault));

        TokenValidationResult result = await ValidateAsync(reply[token]!, audience);

        Assert.That(result.IsValid, Is.True, result.Exception?.Message);
    }

    [TestCase("access_token")]
    [TestCase("id_token")]
    public async Task A_token_that_was_changed_is_not_valid(string token)
    {
        _caller.Tenant = The.Tenant;
        Reply reply = await _caller.RedeemAsync(("scope", "openid " + The.Vault));
        string[] parts = reply[token]!.Split('.');
        JsonObject claims = JsonNode.Parse(Base64Url.DecodeFromChars(parts[1]))!.AsObject();
        claims["oid"] = "evil";
        string changed = $"{parts[0]}.{Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(claims))}.{parts[2]}";

        TokenValidationResult result = await ValidateAsync(changed, claims["aud"]!.ToString());

        Assert.That(result.Exception, Is.InstanceOf<SecurityTokenInvalidSignatureException>());
    }

    [Test]
    public async Task An_access_token_says_who_may_do_what_where_and_until_when()
    {
        _caller.Tenant = The.Tenant;
        IReadOnlyDictionary<string, JsonElement> claims = (await _caller.RedeemAsync(("scope", "https://api.example/read https://api.example/write"))).AccessClaims.Claims;

        Assert.Multiple(() =>
        {
            Assert.That(claims["aud"].GetString(), Is.EqualTo("https://api.example"));
            Assert.That(claims["iss"].GetString(), Is.EqualTo($"{_caller.Aad.AuthorityHost}{The.Tenant}/v2.0"));
            Assert.That(claims["tid"].GetString(), Is.EqualTo(The.Tenant));
            Assert.That(claims["oid"].GetString(), Is.EqualTo(_caller.Aad.Options.User.ObjectId));
            Assert.That(claims["azp"].GetString(), Is.EqualTo(_caller.Aad.ClientId));
            Assert.That(claims["scp"].GetString(), Is.EqualTo("read write"));
            Assert.That(claims["ver"].GetString(), Is.EqualTo("2.0"));
            Assert.That(claims["iat"].GetInt64(), Is.EqualTo(The.Now.ToUnixTimeSeconds()));
            Assert.That(claims["nbf"].GetInt64(), Is.EqualTo(The.Now.ToUnixTimeSeconds()));
            Assert.That(claims["exp"].GetInt64(), Is.EqualTo((The.Now + The.Hour).ToUnixTimeSeconds()));
        });
    }

    [Test]
    public async Task An_ID_token_says_who_signed_in()
    {
        string code = _caller.Aad.IssueCode(new FakeAadCodeRequest { RedirectUri = _caller.Aad.RedirectUri.OriginalString, Nonce = "n-0S6" });
        IReadOnlyDictionary<string, JsonElement> claims = (await _caller.RedeemAsync(code, ("scope", "openid profile " + The.Vault))).IdClaims.Claims;

        Assert.Multiple(() =>
        {
            Assert.That(claims["aud"].GetString(), Is.EqualTo(_caller.Aad.ClientId));
            Assert.That(claims["iss"].GetString(), Is.EqualTo($"{_caller.Aad.AuthorityHost}{_caller.Aad.TenantId}/v2.0"));
            Assert.That(claims["tid"].GetString(), Is.EqualTo(_caller.Aad.TenantId));
            Assert.That(claims["oid"].GetString(), Is.EqualTo(_caller.Aad.Options.User.ObjectId));
            Assert.That(claims["sub"].GetString(), Is.Not.Empty);
            Assert.That(claims["nonce"].GetString(), Is.EqualTo("n-0S6"));
            Assert.That(claims["name"].GetString(), Is.EqualTo("Ada Lovelace"));
            Assert.That(claims["preferred_username"].GetString(), Is.EqualTo("ada@contoso.example"));
        });
    }

    [Test]
    public async Task The_subject_is_stable_for_a_user_and_a_client_and_is_not_the_object_ID()
    {
        Reply first = await _caller.RedeemAsync(("scope", $"openid {The.Vault}"));
        Reply second = await _caller.RedeemAsync(("scope", $"openid {The.Storage}"));

        Assert.That(SubjectsOf(first), Is.EqualTo(SubjectsOf(second)).And.All.EqualTo(SubjectsOf(first)[0]));
        Assert.That(SubjectsOf(first), Has.None.EqualTo(_caller.Aad.Options.User.ObjectId));
    }

    [Test]
    public async Task The_subject_is_another_for_another_client_or_user()
    {
        string[] first = SubjectsOf(await _caller.RedeemAsync(("scope", $"openid {The.Vault}")));
        _caller.Aad.Options.User = _caller.Aad.Options.User with { ObjectId = "object-2" };
        string[] ofAnotherUser = SubjectsOf(await _caller.RedeemAsync(("scope", $"openid {The.Vault}")));
        _caller.Aad.Options.ClientId = The.Client;
        string[] atAnotherClient = SubjectsOf(await _caller.RedeemAsync(("scope", $"openid {The.Vault}")));
        _caller.Aad.Options.ClientId = The.Client.ToUpperInvariant();
        string[] atTheSameClient = SubjectsOf(await _caller.RedeemAsync(("scope", $"openid {The.Vault}")));

        Assert.That(new[] { first[0], ofAnotherUser[0], atAnotherClient[0] }, Is.Unique);
        Assert.That(atTheSameClient, Is.EqualTo(atAnotherClient), "the case of a client ID makes no difference");
    }

    [Test]
    public async Task There_is_no_ID_token_without_openid_and_no_name_without_profile()
    {
        Reply without = await _caller.RedeemAsync(("scope", The.Vault));
        Reply with = await _caller.RedeemAsync(("scope", "openid " + The.Vault));

        Assert.That(without.Json.AsObject().ContainsKey("id_token"), Is.False);
        Assert.That(with.IdClaims.Claims.Keys, Does.Not.Contain("name").And.Not.Contain("preferred_username").And.Not.Contain("nonce"));
    }

    [Test]
    public async Task The_nonce_of_the_authorize_request_is_in_the_ID_token()
    {
        Reply redirect = await _caller.GetAsync(_caller.Aad.AuthorizeUri(["openid", The.Vault], nonce: "n-0S6"));

        Reply reply = await _caller.RedeemAsync(redirect.Returned["code"], ("scope", "openid " + The.Vault));

        Assert.That(reply.IdClaims.Claims["nonce"].GetString(), Is.EqualTo("n-0S6"));
    }

    [TestCase("1", true)]
    [TestCase("0", false)]
    [TestCase(null, false)]
    public async Task Client_info_comes_only_when_asked_for(string? asked, bool expected)
    {
        Reply reply = await _caller.RedeemAsync(("client_info", asked));

        Assert.That(reply.Json.AsObject().ContainsKey("client_info"), Is.EqualTo(expected));
        if (expected)
        {
            JsonNode info = JsonNode.Parse(Base64Url.DecodeFromChars(reply["client_info"]))!;
            Assert.That(info["uid"]!.ToString(), Is.EqualTo(_caller.Aad.Options.User.ObjectId));
            Assert.That(info["utid"]!.ToString(), Is.EqualTo(_caller.Aad.Options.User.HomeTenantId));
        }
    }

    [Test]
    public async Task The_user_of_the_code_is_in_the_tokens()
    {
        var grace = new FakeAadUser("object-2", The.Tenant, "Grace Hopper", "grace@contoso.example");
        string code = _caller.Aad.IssueCode(new FakeAadCodeRequest { RedirectUri = _caller.Aad.RedirectUri.OriginalString, User = grace });

        Reply reply = await _caller.RedeemAsync(code, ("scope", "openid profile " + The.Vault));

        Assert.That(reply.AccessClaims.Claims["oid"].GetString(), Is.EqualTo("object-2"));
        Assert.That(reply.IdClaims.Claims["name"].GetString(), Is.EqualTo("Grace Hopper"));
    }

    private static string[] SubjectsOf(Reply reply) => [reply.AccessClaims.Claims["sub"].GetString()!, reply.IdClaims.Claims["sub"].GetString()!];

    private async Task<TokenValidationResult> ValidateAsync(string token, string audience)
    {
        Reply metadata = await _caller.GetAsync($"{The.Tenant}/v2.0/.well-known/openid-configuration");
        Reply keys = await _caller.GetAsync(new Uri(metadata["jwks_uri"]!));
        return await new JsonWebTokenHandler().ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidIssuer = metadata["issuer"],
            ValidAudience = audience,
            IssuerSigningKeys = new JsonWebKeySet(keys.Body).GetSigningKeys(),
            LifetimeValidator = (notBefore, expires, _, _) => notBefore <= _clock.GetUtcNow().UtcDateTime && _clock.GetUtcNow().UtcDateTime < expires,
        });
    }

    [Test]
    public async Task The_nonce_is_in_the_first_ID_token_alone()
    {
        string code = _caller.Aad.IssueCode(new FakeAadCodeRequest { RedirectUri = _caller.Aad.RedirectUri.OriginalString, Nonce = "n" });

        Reply first = await _caller.RedeemAsync(code, ("scope", $"openid offline_access {The.Vault}"));
        Reply second = await _caller.RefreshAsync(first.RefreshToken, ("scope", $"openid {The.Vault}"));

        Assert.That(first.IdClaims.Claims["nonce"].GetString(), Is.EqualTo("n"));
        Assert.That(second.IdClaims.Claims.Keys, Does.Not.Contain("nonce"));
    }
}
