using Azure.Core;

namespace AuthCode.Tests;

/// <summary>The scopes of a request: refused before anything is sent when they are none or no scopes (RFC 6749 section 3.3).</summary>
internal sealed class ScopeArgumentTests(bool isAsync) : BothWays(isAsync)
{
    private readonly ScriptedEndpoint _endpoint = new();

    private static readonly string?[][] NoScopes = [[], null!];

    private static readonly TestCaseData<string?>[] Malformed =
    [
        new((string?)null) { TestName = "null" },
        new("") { TestName = "empty" },
        new(" ") { TestName = "a space" },
        new("a b c4n4ry") { TestName = "several in one string" },
        new("c4n4ry ") { TestName = "a space behind it" },
        new("c4n4ry\"") { TestName = "a quote" },
        new("c4n4ry\\") { TestName = "a backslash" },
        new("c4n4ry\n") { TestName = "a line feed" },
        new("c4n4ry\0") { TestName = "a NUL" },
        new("c4n4ry\t") { TestName = "a tab" },
        new("c4n4ry\u007F") { TestName = "a DEL" },
        new("c4n4ry\u00E9") { TestName = "a letter beyond ASCII" },
        new("c4n4ry\uFF01") { TestName = "a full-width character" },
    ];

    [TestCaseSource(nameof(NoScopes))]
    public void No_scopes_are_refused(params string[] scopes)
    {
        AuthorizationCodeCredential credential = Some.Credential(_endpoint);

        Assert.That(() => GetToken(credential, new TokenRequestContext(scopes)), Refusal.Of("requestContext", "at least one scope"));
        _endpoint.Verify();
    }

    [Test]
    public async Task No_scopes_are_refused_when_a_token_is_cached()
    {
        _endpoint.Then(Answer.Token());
        AuthorizationCodeCredential credential = Some.Credential(_endpoint);
        await GetToken(credential, The.Vault);

        Assert.That(() => GetToken(credential, new TokenRequestContext([])), Refusal.Of("requestContext", "at least one scope"));
        _endpoint.Verify();
    }

    [TestCaseSource(nameof(Malformed))]
    public void A_malformed_scope_is_refused(string? scope)
    {
        AuthorizationCodeCredential credential = Some.Credential(_endpoint);

        Assert.That(
            () => GetToken(credential, new TokenRequestContext([scope!])), Refusal.Of("requestContext", "printable ASCII without spaces, quotes and backslashes"));
        _endpoint.Verify();
    }

    [TestCaseSource(nameof(Malformed))]
    public void A_malformed_scope_is_refused_together_with_a_good_one(string? scope)
    {
        AuthorizationCodeCredential credential = Some.Credential(_endpoint);

        Assert.That(() => GetToken(credential, new TokenRequestContext([The.Vault, scope!])), Refusal.Of("requestContext", "printable ASCII"));
        _endpoint.Verify();
    }

    [TestCaseSource(nameof(Malformed))]
    public async Task A_malformed_scope_is_refused_when_a_token_is_cached(string? scope)
    {
        _endpoint.Then(Answer.Token());
        AuthorizationCodeCredential credential = Some.Credential(_endpoint);
        await GetToken(credential, The.Vault);

        Assert.That(() => GetToken(credential, new TokenRequestContext([The.Vault, scope!])), Refusal.Of("requestContext", "printable ASCII"));
        _endpoint.Verify();
    }

    [TestCase("openid")]
    [TestCase("https://graph.microsoft.com/User.Read")]
    [TestCase("!#$%&'()*+,-./:;<=>?@[]^_`{|}~")]
    public async Task A_scope_of_the_RFCs_characters_is_sent_as_it_is(string scope)
    {
        _endpoint.Then(Answer.Token());
        await using AuthorizationCodeCredential credential = Some.Credential(_endpoint);

        await GetToken(credential, scope);

        _endpoint.Verify();
        Assert.That(_endpoint.Requests.Single()["scope"], Does.StartWith(scope + " "));
    }

    [Test]
    public async Task A_refused_request_leaves_the_code()
    {
        _endpoint.Then(Answer.Token("access-1"));
        await using AuthorizationCodeCredential credential = Some.Credential(_endpoint);
        Assert.That(() => GetToken(credential, "a b"), Throws.ArgumentException);

        AccessToken token = await GetToken(credential, The.Vault);

        _endpoint.Verify();
        Assert.That(token.Token, Is.EqualTo("access-1"));
    }
}
