using Azure.Core;

namespace AuthCode.Tests;

/// <summary>A fixture that looks at the requests of both grants, sent both ways.</summary>
internal abstract class BothGrants(bool isAsync) : BothWays(isAsync)
{
    /// <summary>The redemption of the code, and a refresh for other scopes.</summary>
    protected async Task<IReadOnlyList<SentRequest>> Send(Action<AuthorizationCodeCredentialOptions>? configure = null, TimeProvider? time = null, string? clientInfo = null)
    {
        var endpoint = new ScriptedEndpoint(Answer.Token("access-1", clientInfo: clientInfo), Answer.Token("access-2"));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint, time, configure);
        await SendBoth(credential);

        endpoint.Verify();
        Assert.That(endpoint.Requests.Select(static sent => sent["grant_type"]), Is.EqualTo(new[] { "authorization_code", "refresh_token" }));
        return endpoint.Requests;
    }

    protected async Task SendBoth(TokenCredential credential)
    {
        await GetToken(credential, The.Vault);
        await GetToken(credential, The.Storage);
    }
}
