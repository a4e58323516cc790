using Azure.Core;

namespace AuthCode.Tests.TokenEndpoint;

/// <summary>The fields of both grants, as WIRE.md's table has them.</summary>
internal sealed class RequestFieldsTests(bool isAsync) : BothGrants(isAsync)
{
    private static readonly string[] RedemptionFields = ["client_id", "grant_type", "code", "redirect_uri", "scope", "client_info"];
    private static readonly string[] RefreshFields = ["client_id", "grant_type", "refresh_token", "scope", "client_info"];

    [Test]
    public async Task A_request_has_the_fields_of_its_grant_each_once_and_no_others()
    {
        IReadOnlyList<SentRequest> requests = await Send();

        Assert.Multiple(() =>
        {
            Assert.That(requests[0].Fields.Select(static field => field.Key), Is.EqualTo(RedemptionFields));
            Assert.That(requests[1].Fields.Select(static field => field.Key), Is.EqualTo(RefreshFields));
        });
    }

    [Test]
    public async Task A_request_is_a_POST_of_a_form_without_a_query()
    {
        IReadOnlyList<SentRequest> requests = await Send();

        Assert.That(
            requests.Select(static sent => (sent.Method, sent.ContentType!.ToString(), sent.Uri.Query)),
            Is.All.EqualTo((HttpMethod.Post, "application/x-www-form-urlencoded", "")));
    }

    [Test]
    public async Task The_code_verifier_goes_with_the_code_only()
    {
        IReadOnlyList<SentRequest> requests = await Send(static options => options.CodeVerifier = The.Verifier);

        Assert.That(requests.Select(static sent => sent["code_verifier"]), Is.EqualTo(new[] { The.Verifier, null }));
    }

    [Test]
    public async Task Claims_go_with_both_grants()
    {
        const string Claims = """{"access_token":{"nbf":{"essential":true}}}""";
        var endpoint = new ScriptedEndpoint(Answer.Token(), Answer.Token("access-2"));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint);

        await GetToken(credential, Some.Request(The.Vault, claims: Claims));
        await GetToken(credential, Some.Request(The.Storage, claims: Claims));

        endpoint.Verify();
        Assert.That(endpoint.Requests.Select(static sent => sent["claims"]), Is.EqualTo(new[] { Claims, Claims }));
    }

    [Test]
    public async Task The_client_capability_goes_with_both_grants()
    {
        const string Capability = """{"access_token":{"xms_cc":{"values":["CP1"]}}}""";
        var endpoint = new ScriptedEndpoint(Answer.Token(), Answer.Token("access-2"));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint);

        await GetToken(credential, Some.Request(The.Vault, cae: true));
        await GetToken(credential, Some.Request(The.Storage, cae: true));

        endpoint.Verify();
        Assert.That(endpoint.Requests.Select(static sent => sent["claims"]), Is.EqualTo(new[] { Capability, Capability }));
    }

    [TestCase("a", "a openid profile offline_access")]
    [TestCase("b a", "b a openid profile offline_access")]
    [TestCase("a b a b c a", "a b c openid profile offline_access")]
    [TestCase("a A", "a A openid profile offline_access")]
    [TestCase("offline_access a", "offline_access a openid profile")]
    [TestCase("profile a openid", "profile a openid offline_access")]
    [TestCase("offline_access profile openid", "offline_access profile openid")]
    [TestCase("OPENID", "OPENID openid profile offline_access")]
    public async Task Scopes_keep_the_callers_order_and_those_of_a_sign_in_that_are_missing_follow(string scopes, string expected)
    {
        var endpoint = new ScriptedEndpoint(Answer.Token(), Answer.Token("access-2"));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint);

        await GetToken(credential, scopes.Split(' '));
        await GetToken(credential, new TokenRequestContext(scopes.Split(' '), claims: "{}"));

        endpoint.Verify();
        Assert.That(endpoint.Requests.Select(static sent => sent["scope"]), Is.EqualTo(new[] { expected, expected }));
    }

    [TestCase("https://app.example/signin-oidc")]
    [TestCase("https://App.example:443/a%7eb?x=1")]
    [TestCase("https://app.example")]
    [TestCase("https://app.example/")]
    [TestCase("HTTPS://app.example/a/../b/./c")]
    [TestCase("https://app.example/%C3%A9+%2f?q=a+b&r=%26=")]
    [TestCase("http://localhost:8400")]
    [TestCase("myapp:/callback")]
    [TestCase("urn:ietf:wg:oauth:2.0:oob")]
    public async Task The_redirect_URI_is_sent_as_it_was_written(string redirect)
    {
        var endpoint = new ScriptedEndpoint(Answer.Token());
        await using var credential = new AuthorizationCodeCredential(The.Tenant, The.Client, The.Code, new Uri(redirect), Some.Options(endpoint));

        await GetToken(credential);

        endpoint.Verify();
        Assert.That(endpoint.Requests.Single()["redirect_uri"], Is.EqualTo(redirect));
    }

    [TestCase("https://App.example:443/a%7eb?x=1")]
    [TestCase(null)]
    public async Task The_redirect_URI_of_the_options_is_sent_as_it_was_written_and_none_leaves_the_field_out(string? redirect)
    {
        var endpoint = new ScriptedEndpoint(Answer.Token());
        await using var credential = new AuthorizationCodeCredential(
            The.Tenant, The.Client, The.Secret, The.Code, Some.Options(endpoint, configure: options => options.RedirectUri = redirect is null ? null : new Uri(redirect)));

        await GetToken(credential);

        endpoint.Verify();
        Assert.That(
            endpoint.Requests.Single().Fields.Where(static field => field.Key == "redirect_uri").Select(static field => field.Value),
            redirect is null ? Is.Empty : Is.EqualTo(new[] { redirect }));
    }

    [Test]
    public async Task A_code_with_any_printable_character_arrives_as_it_is()
    {
        const string Code = "0.A&client_id=evil%26+/=\"\\~ x";
        var endpoint = new ScriptedEndpoint(Answer.Token());
        await using var credential = new AuthorizationCodeCredential(The.Tenant, The.Client, Code, The.Redirect, Some.Options(endpoint));

        await GetToken(credential);

        endpoint.Verify();
        Assert.That((endpoint.Requests.Single()["code"], endpoint.Requests.Single()["client_id"]), Is.EqualTo((Code, The.Client)));
    }

    [Test]
    public async Task A_refresh_token_with_any_printable_character_arrives_as_it_is()
    {
        const string RefreshToken = "0.A&client_id=evil%26+/=\"\\~ x";
        var endpoint = new ScriptedEndpoint(Answer.Token(refreshToken: RefreshToken), Answer.Token("access-2"));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint);

        await SendBoth(credential);

        endpoint.Verify();
        Assert.That(endpoint.Requests[1]["refresh_token"], Is.EqualTo(RefreshToken));
    }
}
