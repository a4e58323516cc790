using Azure.Core;
using Microsoft.Extensions.Time.Testing;

namespace AuthCode.Tests.Sessions;

internal sealed class SharedAcquisitionTests(bool isAsync) : BothWays(isAsync)
{
    private const int Callers = 50;

    [Test]
    public async Task Callers_on_a_cold_credential_share_one_redemption()
    {
        Answer held = Answer.Token("access-1").Held();
        var endpoint = new ScriptedEndpoint(held);
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint);

        Task<AccessToken>[] calls = Many(credential);
        await held.Arrived;
        held.Release();

        Assert.That((await Task.WhenAll(calls)).Select(static token => token.Token), Is.All.EqualTo("access-1"));
        endpoint.Verify();
    }

    [Test]
    public async Task Callers_on_an_expired_token_share_one_refresh()
    {
        var time = new FakeTimeProvider(The.Now);
        Answer held = Answer.Token("access-2").Held();
        var endpoint = new ScriptedEndpoint(Answer.Token("access-1"), held);
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint, time);
        await GetToken(credential);
        time.Advance(The.Hour);

        Task<AccessToken>[] calls = Many(credential);
        await held.Arrived;
        held.Release();

        Assert.That((await Task.WhenAll(calls)).Select(static token => token.Token), Is.All.EqualTo("access-2"));
        endpoint.Verify();
    }

    [Test]
    public async Task Callers_share_a_failure_but_not_its_exception()
    {
        Answer held = Answer.Error("invalid_grant").Held();
        var endpoint = new ScriptedEndpoint(held);
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint);

        Task<AuthenticationFailedException>[] calls = Enumerable.Range(0, Callers).Select(_ => Failure(credential)).ToArray();
        await held.Arrived;
        held.Release();
        AuthenticationFailedException[] failures = await Task.WhenAll(calls);

        endpoint.Verify();
        Assert.Multiple(() =>
        {
            Assert.That(failures.Distinct().Count(), Is.EqualTo(Callers));
            Assert.That(failures.Select(static failure => failure.Message).Distinct().Count(), Is.EqualTo(1));
        });
    }

    [Test]
    public async Task Different_tokens_are_got_one_after_the_other_each_with_the_newest_refresh_token()
    {
        const int Apis = 8;
        Answer[] script = [.. Enumerable.Range(0, Apis).Select(static i => Answer.Token($"access-{i}", $"refresh-{i}"))];
        var endpoint = new ScriptedEndpoint(script);
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint);

        await Task.WhenAll(Enumerable.Range(0, Apis).Select(i => GetToken(credential, $"api://app{i}/read")));

        endpoint.Verify();
        Assert.Multiple(() =>
        {
            Assert.That(endpoint.MostUnderWay, Is.EqualTo(1));
            Assert.That(endpoint.Requests.Count(static request => request["grant_type"] == "authorization_code"), Is.EqualTo(1));
            Assert.That(
                endpoint.Requests.Skip(1).Select(static request => request["refresh_token"]),
                Is.EqualTo(Enumerable.Range(0, Apis - 1).Select(static i => $"refresh-{i}")));
        });
    }

    [Test]
    public async Task A_request_that_waited_its_turn_is_served_by_the_token_that_came_meanwhile()
    {
        Answer held = Answer.Token("access-1", scope: "api://app/read api://app/write").Held();
        var endpoint = new ScriptedEndpoint(held);
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint);

        Task<AccessToken> wide = GetToken(credential, "api://app/read", "api://app/write");
        await held.Arrived;
        Task<AccessToken> narrow = GetToken(credential, "api://app/read");
        held.Release();

        Assert.That(new[] { (await wide).Token, (await narrow).Token }, Is.All.EqualTo("access-1"));
        endpoint.Verify();
    }

    [Test]
    public async Task Synchronous_and_asynchronous_callers_share_an_acquisition()
    {
        Answer held = Answer.Token("access-1").Held();
        var endpoint = new ScriptedEndpoint(held);
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint);

        Task<AccessToken> first = GetToken(credential);
        await held.Arrived;
        Task<AccessToken> other = IsAsync ? new SharedAcquisitionTests(false).GetToken(credential) : new SharedAcquisitionTests(true).GetToken(credential);
        held.Release();

        Assert.That(new[] { (await first).Token, (await other).Token }, Is.All.EqualTo("access-1"));
        endpoint.Verify();
    }

    private Task<AccessToken>[] Many(AuthorizationCodeCredential credential) =>
        Enumerable.Range(0, Callers).Select(_ => GetToken(credential)).ToArray();
}
