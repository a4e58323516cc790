using Azure.Core;

namespace AuthCode.Tests.Sessions;

/// <summary>An empty scope set counts as one of sign-in scopes only, which a cached token of those covers.</summary>
internal sealed class EmptyScopesTests(bool isAsync) : BothWays(isAsync)
{
    [TestCase("openid", null)]
    [TestCase("offline_access", null)]
    [TestCase(The.Vault, "")]
    public async Task No_scopes_are_refused_when_a_token_of_sign_in_scopes_is_cached(string scope, string? granted)
    {
        var endpoint = new ScriptedEndpoint(Answer.Token(scope: granted));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint);
        await GetToken(credential, scope);

        Assert.That(() => GetToken(credential, new TokenRequestContext([])), Refusal.Of("requestContext", "at least one scope"));
        endpoint.Verify();
    }
}
