using Azure.Core;

namespace AuthCode.Tests.Sessions;

internal sealed class ClaimsTests(bool isAsync) : BothWays(isAsync)
{
    private const string Claims = """{"access_token":{"nbf":{"essential":true,"value":"1700000000"}}}""";
    private const string OtherClaims = """{"access_token":{"acrs":{"essential":true,"value":"c1"}}}""";
    private const string Read = "api://app/read";
    private const string Write = "api://app/write";

    [Test]
    public async Task Claims_are_sent_and_fetch_a_new_token()
    {
        ScriptedEndpoint endpoint = EndpointWith(2);
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint);
        await GetToken(credential, Some.Request(The.Vault));

        AccessToken token = await GetToken(credential, Some.Request(The.Vault, Claims));

        endpoint.Verify();
        Assert.Multiple(() =>
        {
            Assert.That(token.Token, Is.EqualTo("access-2"));
            Assert.That(endpoint.Requests[0]["claims"], Is.Null);
            Assert.That(endpoint.Requests[1]["claims"], Is.EqualTo(Claims));
        });
    }

    [Test]
    public async Task The_same_claims_again_are_answered_from_the_cache()
    {
        ScriptedEndpoint endpoint = EndpointWith(1);
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint);

        await GetToken(credential, Some.Request(The.Vault, Claims));
        await GetToken(credential, Some.Request(The.Vault, Claims));

        endpoint.Verify();
    }

    [Test]
    public async Task The_call_after_a_challenge_gets_the_new_token_without_claims()
    {
        ScriptedEndpoint endpoint = EndpointWith(2);
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint);
        await GetToken(credential, Some.Request(The.Vault));
        await GetToken(credential, Some.Request(The.Vault, Claims));

        AccessToken token = await GetToken(credential, Some.Request(The.Vault));

        endpoint.Verify();
        Assert.That(token.Token, Is.EqualTo("access-2"));
    }

    [Test]
    public async Task Other_claims_are_asked_for()
    {
        ScriptedEndpoint endpoint = EndpointWith(2);
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint);
        await GetToken(credential, Some.Request(The.Vault, Claims));

        AccessToken token = await GetToken(credential, Some.Request(The.Vault, OtherClaims));

        endpoint.Verify();
        Assert.That(token.Token, Is.EqualTo("access-2"));
    }

    [Test]
    public async Task An_older_token_with_more_scopes_does_not_serve_after_a_challenge()
    {
        ScriptedEndpoint endpoint = EndpointWith(3);
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint);
        await GetToken(credential, new TokenRequestContext([Read, Write]));
        await GetToken(credential, Some.Request(Read, Claims));

        AccessToken narrow = await GetToken(credential, Some.Request(Read));
        AccessToken wide = await GetToken(credential, new TokenRequestContext([Read, Write]));

        endpoint.Verify();
        Assert.Multiple(() =>
        {
            Assert.That(narrow.Token, Is.EqualTo("access-2"));
            Assert.That(wide.Token, Is.EqualTo("access-3"));
        });
    }

    [Test]
    public async Task A_token_of_other_scopes_serves_on_after_a_challenge()
    {
        ScriptedEndpoint endpoint = EndpointWith(2);
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint);
        await GetToken(credential, Some.Request(The.Storage));
        await GetToken(credential, Some.Request(The.Vault, Claims));

        AccessToken token = await GetToken(credential, Some.Request(The.Storage));

        endpoint.Verify();
        Assert.That(token.Token, Is.EqualTo("access-1"));
    }

    [Test]
    public async Task A_challenge_on_openid_alone_leaves_a_token_that_was_asked_with_openid_beside_an_API()
    {
        ScriptedEndpoint endpoint = EndpointWith(2);
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint);
        await GetToken(credential, new TokenRequestContext([Read, "openid"]));
        await GetToken(credential, Some.Request("openid", Claims));

        AccessToken token = await GetToken(credential, Some.Request(Read));

        endpoint.Verify();
        Assert.That(token.Token, Is.EqualTo("access-1"));
    }

    [Test]
    public async Task A_token_of_another_tenant_serves_on_after_a_challenge()
    {
        ScriptedEndpoint endpoint = EndpointWith(2);
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint, configure: static options => options.AdditionallyAllowedTenants.Add("*"));
        await GetToken(credential, Some.Request(The.Vault, tenant: The.OtherTenant));
        await GetToken(credential, Some.Request(The.Vault, Claims));

        AccessToken token = await GetToken(credential, Some.Request(The.Vault, tenant: The.OtherTenant));

        endpoint.Verify();
        Assert.That(token.Token, Is.EqualTo("access-1"));
    }

    [Test]
    public async Task A_challenge_ends_the_older_token_of_the_other_CAE_slot_too()
    {
        ScriptedEndpoint endpoint = EndpointWith(3);
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint);
        await GetToken(credential, Some.Request(The.Vault, cae: false));
        await GetToken(credential, Some.Request(The.Vault, Claims, cae: true));

        AccessToken without = await GetToken(credential, Some.Request(The.Vault, cae: false));
        AccessToken with = await GetToken(credential, Some.Request(The.Vault, cae: true));

        endpoint.Verify();
        Assert.Multiple(() =>
        {
            Assert.That(without.Token, Is.EqualTo("access-3"), "a CAE token never serves a caller who did not ask for one");
            Assert.That(with.Token, Is.EqualTo("access-2"));
        });
    }

    [Test]
    public async Task Tokens_with_and_without_CAE_are_kept_apart_and_share_the_refresh_token()
    {
        ScriptedEndpoint endpoint = EndpointWith(2);
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint);

        AccessToken without = await GetToken(credential, Some.Request(The.Vault, cae: false));
        AccessToken with = await GetToken(credential, Some.Request(The.Vault, cae: true));
        await GetToken(credential, Some.Request(The.Vault, cae: false));
        await GetToken(credential, Some.Request(The.Vault, cae: true));

        endpoint.Verify();
        Assert.Multiple(() =>
        {
            Assert.That(without.Token, Is.EqualTo("access-1"));
            Assert.That(with.Token, Is.EqualTo("access-2"));
            Assert.That(endpoint.Requests[1]["refresh_token"], Is.EqualTo("refresh-1"));
            Assert.That(endpoint.Requests[1]["claims"], Is.EqualTo("""{"access_token":{"xms_cc":{"values":["CP1"]}}}"""));
        });
    }

    [Test]
    public async Task CAE_and_claims_are_merged()
    {
        ScriptedEndpoint endpoint = EndpointWith(1);
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint);

        await GetToken(credential, Some.Request(The.Vault, Claims, cae: true));

        Assert.That(
            endpoint.Requests.Single()["claims"],
            Is.EqualTo("""{"access_token":{"xms_cc":{"values":["CP1"]},"nbf":{"essential":true,"value":"1700000000"}}}"""));
    }

    [Test]
    public async Task Empty_claims_are_none()
    {
        ScriptedEndpoint endpoint = EndpointWith(1);
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint);

        await GetToken(credential, Some.Request(The.Vault));
        await GetToken(credential, Some.Request(The.Vault, claims: ""));

        endpoint.Verify();
    }

    [TestCase("{")]
    [TestCase("[]")]
    [TestCase("\"text\"")]
    [TestCase(" ")]
    [TestCase("""{"a":1,"a":2}""")]
    [TestCase("""{"access_token":7}""")]
    public async Task Claims_that_are_no_object_are_refused_before_any_request_and_not_repeated(string claims)
    {
        var endpoint = new ScriptedEndpoint();
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint);

        AuthenticationFailedException failure = await Failure(credential, Some.Request(The.Vault, claims));

        endpoint.Verify();
        Assert.Multiple(() =>
        {
            Assert.That(failure.InnerException, Is.TypeOf<ArgumentException>());
            Assert.That(failure.Message, Does.Contain("JSON object"));
            Assert.That(failure.ToString(), Does.Not.Contain("\"a\":1"));
        });
    }

    private static ScriptedEndpoint EndpointWith(int tokens) =>
        new([.. Enumerable.Range(1, tokens).Select(static i => Answer.Token($"access-{i}", $"refresh-{i}"))]);
}
