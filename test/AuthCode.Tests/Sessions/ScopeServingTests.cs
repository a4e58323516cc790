using Azure.Core;

namespace AuthCode.Tests.Sessions;

/// <summary>Which cached token serves which scopes (DESIGN: a set, case-sensitive, covered by what was granted).</summary>
internal sealed class ScopeServingTests(bool isAsync) : BothWays(isAsync)
{
    private const string Read = "api://app/read";
    private const string Write = "api://app/write";

    [TestCase($"{Write} {Read}", TestName = "other order")]
    [TestCase($"{Read} {Write} {Read}", TestName = "a duplicate")]
    [TestCase($"{Read} {Write} openid", TestName = "a reserved scope more")]
    [TestCase($"{Read}", TestName = "a part")]
    [TestCase($"{Write} offline_access profile", TestName = "a part with reserved scopes")]
    public async Task Is_served_from_the_cache(string scopes)
    {
        var endpoint = new ScriptedEndpoint(Answer.Token("access-1"));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint);
        await GetToken(credential, Read, Write);

        AccessToken token = await GetToken(credential, scopes.Split(' '));

        endpoint.Verify();
        Assert.That(token.Token, Is.EqualTo("access-1"));
    }

    [TestCase($"{Read} {Write} api://app/admin", TestName = "a scope more")]
    [TestCase("api://app/READ", TestName = "another case")]
    [TestCase("openid", TestName = "only a reserved scope")]
    [TestCase("openid profile offline_access", TestName = "only reserved scopes")]
    public async Task Is_asked_for(string scopes)
    {
        var endpoint = new ScriptedEndpoint(Answer.Token("access-1"), Answer.Token("access-2"));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint);
        await GetToken(credential, Read, Write);

        AccessToken token = await GetToken(credential, scopes.Split(' '));

        endpoint.Verify();
        Assert.That(token.Token, Is.EqualTo("access-2"));
    }

    [Test]
    public async Task Only_reserved_scopes_match_themselves()
    {
        var endpoint = new ScriptedEndpoint(Answer.Token("access-1"));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint);

        await GetToken(credential, "openid", "profile");
        await GetToken(credential, "profile", "openid");

        endpoint.Verify();
    }

    [Test]
    public async Task More_granted_than_asked_serves_what_was_granted()
    {
        var endpoint = new ScriptedEndpoint(Answer.Token("access-1", scope: $"{Read} {Write}"));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint);
        await GetToken(credential, Read);

        AccessToken token = await GetToken(credential, Write);

        endpoint.Verify();
        Assert.That(token.Token, Is.EqualTo("access-1"));
    }

    [Test]
    public async Task Fewer_granted_than_asked_serves_the_identical_request()
    {
        var endpoint = new ScriptedEndpoint(Answer.Token("access-1", scope: Read));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint);
        await GetToken(credential, Read, Write);

        AccessToken token = await GetToken(credential, Write, Read);

        endpoint.Verify();
        Assert.That(token.Token, Is.EqualTo("access-1"));
    }

    [TestCase($"{Write}", TestName = "what was not granted")]
    [TestCase($"{Read} {Write} api://app/admin", TestName = "a wider request")]
    public async Task Fewer_granted_than_asked_does_not_serve(string scopes)
    {
        var endpoint = new ScriptedEndpoint(Answer.Token("access-1", scope: Read), Answer.Token("access-2"));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint);
        await GetToken(credential, Read, Write);

        AccessToken token = await GetToken(credential, scopes.Split(' '));

        endpoint.Verify();
        Assert.That(token.Token, Is.EqualTo("access-2"));
    }

    [Test]
    public async Task Changing_the_scopes_array_after_the_call_changes_nothing()
    {
        string[] scopes = [Read];
        var endpoint = new ScriptedEndpoint(Answer.Token("access-1"), Answer.Token("access-2"));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint);
        await GetToken(credential, scopes);
        scopes[0] = Write;

        Assert.Multiple(async () =>
        {
            Assert.That((await GetToken(credential, Read)).Token, Is.EqualTo("access-1"));
            Assert.That((await GetToken(credential, Write)).Token, Is.EqualTo("access-2"));
        });
        endpoint.Verify();
    }
}
