using Azure.Core;

namespace AuthCode.Tests.Scenarios.Faults;

/// <summary>The same faults on real sockets when a refresh meets them: other tokens of the session are served on, and only <c>invalid_grant</c> ends it.</summary>
internal sealed class SocketRefreshFaultTests(bool isAsync) : BothWays(isAsync)
{
    [TestCaseSource(typeof(FaultRows), nameof(FaultRows.All))]
    public async Task A_fault_of_a_refresh_leaves_the_session_as_it_must(Reaction[] reactions, int requests, Left leftOfACode)
    {
        await using var server = new SocketServer([React.Token("access-vault"), .. reactions, React.Token("access-storage")]);
        var options = new AuthorizationCodeCredentialOptions { AuthorityHost = server.Authority };
        options.Retry.Delay = TimeSpan.Zero;
        await using var credential = new AuthorizationCodeCredential(The.Tenant, The.Client, The.Code, The.Redirect, options);
        await GetToken(credential, The.Vault);

        AuthenticationFailedException failure = await Failure(credential, Some.Request(The.Storage));
        int sent = server.Requests.Count - 1;
        AccessToken other = await GetToken(credential, The.Vault);

        Assert.Multiple(async () =>
        {
            Assert.That(sent, Is.EqualTo(requests));
            Assert.That(other.Token, Is.EqualTo("access-vault"));
            Assert.That(failure.ToString(), Does.Not.Contain("refresh-1"));
            if (leftOfACode == Left.Nothing && failure.Response?.Error == "invalid_grant")
            {
                Assert.That((await Failure(credential, Some.Request(The.Storage))).Message, Is.EqualTo(failure.Message));
                Assert.That(server.Requests, Has.Count.EqualTo(1 + requests));
            }
            else
            {
                Assert.That((await GetToken(credential, The.Storage)).Token, Is.EqualTo("access-storage"));
                Assert.That(server.Requests[^1], Does.Contain("grant_type=refresh_token&refresh_token=refresh-1"));
            }
        });
    }
}
