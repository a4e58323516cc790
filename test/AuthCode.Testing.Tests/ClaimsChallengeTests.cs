using System.Text;
using System.Text.Json;

namespace AuthCode.Testing.Tests;

/// <summary>The claims parameter: capabilities, wishes, and what an API insists on.</summary>
internal sealed class ClaimsChallengeTests : IDisposable
{
    private const string Vault = "https://vault.azure.net";
    private const string Capable = """{"access_token":{"xms_cc":{"values":["CP1"]}}}""";
    private const string Wanted = """{"access_token":{"acrs":{"essential":true,"value":"c1"}}}""";
    private const string Both = """{"access_token":{"xms_cc":{"values":["cp1"]},"acrs":{"essential":true,"value":"c1"}}}""";

    private readonly Caller _caller = new(static options => options.CaeAccessTokenLifetime = TimeSpan.FromHours(24));

    public void Dispose() => _caller.Dispose();

    [TestCase("{")]
    [TestCase("[]")]
    [TestCase("\"text\"")]
    [TestCase("null")]
    [TestCase("garbage")]
    [TestCase("""{"access_token":{}} x""")]
    [TestCase("""{"access_token":{},"access_token":{}}""")]
    public async Task Claims_that_are_no_JSON_object_are_refused_and_leave_the_code(string claims)
    {
        string code = _caller.Aad.IssueCode(The.Vault);

        Assert.That(await _caller.RedeemAsync(code, ("claims", claims)), Reply.Refused("invalid_request", 9002313));
        Assert.That(await _caller.RedeemAsync(code), Reply.Granted);
    }

    [TestCase("")]
    [TestCase("{}")]
    [TestCase("""{"id_token":{"acrs":{"value":"c1"}}}""")]
    [TestCase("""{"access_token":null}""")]
    [TestCase("""{"access_token":{"acrs":null}}""")]
    [TestCase("""{"access_token":{"acrs":{"essential":true}}}""")]
    public async Task Claims_that_ask_nothing_of_the_access_token_change_nothing(string claims)
    {
        Reply reply = await _caller.RedeemAsync(("claims", claims));

        Assert.That(reply, Reply.Granted);
        Assert.That(reply.AccessClaims.Claims.Keys, Does.Not.Contain("acrs").And.Not.Contain("xms_cc"));
        Assert.That(reply["expires_in"], Is.EqualTo("3600"));
    }

    [TestCase(Capable)]
    [TestCase(Both)]
    public async Task A_capable_client_gets_a_long_lived_token_that_says_so(string claims)
    {
        Reply reply = await _caller.RedeemAsync(("claims", claims));
        IReadOnlyDictionary<string, JsonElement> token = reply.AccessClaims.Claims;

        Assert.That(token["xms_cc"].EnumerateArray().Select(static value => value.GetString()), Is.EqualTo(["cp1"]));
        Assert.That(reply["expires_in"], Is.EqualTo("86400"));
        Assert.That(token["exp"].GetInt64() - token["iat"].GetInt64(), Is.EqualTo(86400));
    }

    [Test]
    public async Task A_capable_clients_token_lives_as_any_other_when_the_knob_is_not_turned()
    {
        _caller.Aad.Options.CaeAccessTokenLifetime = null;

        Assert.That((await _caller.RedeemAsync(("claims", Capable)))["expires_in"], Is.EqualTo("3600"));
    }

    [Test]
    public async Task A_capability_that_is_another_is_none()
    {
        Reply reply = await _caller.RedeemAsync(("claims", """{"access_token":{"xms_cc":{"values":["CP2"]}}}"""));

        Assert.That(reply.AccessClaims.Claims.Keys, Does.Not.Contain("xms_cc"));
        Assert.That(reply["expires_in"], Is.EqualTo("3600"));
    }

    [Test]
    public async Task A_value_that_was_asked_for_is_in_the_token()
    {
        Reply reply = await _caller.RedeemAsync(("claims", Wanted));

        Assert.That(reply.AccessClaims.Claims["acrs"].GetString(), Is.EqualTo("c1"));
    }

    [TestCase("iss")]
    [TestCase("aud")]
    [TestCase("tid")]
    [TestCase("oid")]
    [TestCase("sub")]
    [TestCase("scp")]
    [TestCase("azp")]
    [TestCase("ver")]
    [TestCase("uti")]
    public async Task A_claim_that_the_server_sets_cannot_be_asked_for(string claim)
    {
        Reply reply = await _caller.RedeemAsync(("claims", "{\"access_token\":{\"" + claim + "\":{\"value\":\"evil\"}}}"));

        Assert.That(reply.AccessClaims.Claims[claim].GetString(), Is.Not.EqualTo("evil"));
    }

    [TestCase("")]
    [TestCase(Capable)]
    [TestCase(Wanted)]
    [TestCase("""{"access_token":{"acrs":{"value":"c2"}}}""")]
    [TestCase("""{"id_token":{"acrs":{"value":"c1"}}}""")]
    public async Task An_API_that_requires_claims_needs_interaction_whatever_the_token_request_asks_for(string claims)
    {
        _caller.Aad.RequireClaims(Vault, Wanted);

        Reply reply = await _caller.RedeemAsync(("claims", claims));

        Assert.That(reply, Reply.Refused("interaction_required", 50076));
        Assert.That(reply["claims"], Is.EqualTo(Wanted));
        Assert.That(reply["suberror"], Is.EqualTo("basic_action"));
    }

    [Test]
    public async Task Another_API_wants_none()
    {
        _caller.Aad.RequireClaims(Vault, Wanted);

        Assert.That(await _caller.RedeemAsync(("scope", The.Storage)), Reply.Granted);
    }

    [Test]
    public async Task Once_cleared_none_are_wanted()
    {
        _caller.Aad.RequireClaims(Vault, Wanted);
        _caller.Aad.RequireClaims(Vault.ToUpperInvariant(), null);

        Assert.That(await _caller.RedeemAsync(), Reply.Granted);
        Assert.That(() => _caller.Aad.RequireClaims("https://never.example", null), Throws.Nothing);
    }

    [Test]
    public void The_challenge_of_an_API_holds_the_claims_as_base64()
    {
        string challenge = _caller.Aad.CreateClaimsChallenge(Wanted);

        Assert.That(challenge, Does.StartWith("Bearer "));
        Assert.That(challenge, Does.Contain("error=\"insufficient_claims\""));
        Assert.That(challenge, Does.Contain($"authorization_uri=\"{_caller.Aad.AuthorityHost}{_caller.Aad.TenantId}/oauth2/authorize\""));
        Assert.That(Encoding.UTF8.GetString(Convert.FromBase64String(challenge.Split("claims=\"")[1].TrimEnd('"'))), Is.EqualTo(Wanted));
    }

    [TestCase("""{"access_token":{"a":{"value":"1"},"a":{"value":"2"}}}""")]
    [TestCase("""{"access_token":{"a":{"value":"1","value":"2"}}}""")]
    public async Task A_member_twice_deep_inside_is_refused_and_leaves_the_code(string claims)
    {
        string code = _caller.Aad.IssueCode(The.Vault);

        Assert.That(await _caller.RedeemAsync(code, ("claims", claims)), Reply.Refused("invalid_request", 9002313));
        Assert.That(await _caller.RedeemAsync(code), Reply.Granted);
    }

    [TestCase("garbage")]
    [TestCase("[]")]
    [TestCase("""{"access_token":{"a":{},"a":{}}}""")]
    public void Claims_that_no_client_could_send_cannot_be_wanted(string claims) =>
        Assert.That(() => _caller.Aad.RequireClaims(Vault, claims), Throws.ArgumentException.With.Property("ParamName").EqualTo("claims"));

    [Test]
    public async Task An_API_is_the_same_with_a_slash_at_its_end()
    {
        _caller.Aad.RequireClaims(Vault + "/", Wanted);

        Assert.That(await _caller.RedeemAsync(), Reply.Refused("interaction_required", 50076));
    }

    [Test]
    public async Task Whether_the_grant_is_good_comes_first()
    {
        _caller.Aad.RequireClaims(Vault, Wanted);

        Assert.That((await _caller.RedeemAsync("made-up")).Error, Is.EqualTo("invalid_grant"));
    }
}
