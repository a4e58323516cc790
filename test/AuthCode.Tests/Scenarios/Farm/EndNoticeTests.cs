namespace AuthCode.Tests.Scenarios.Farm;

/// <summary>The service is told of the end of a session, once.</summary>
internal sealed class EndNoticeTests(bool isAsync) : FarmFixture(isAsync)
{
    [Test]
    public async Task Once_although_several_calls_find_that_the_session_has_ended()
    {
        AuthorizationCodeClient one = Instance(), other = Instance();
        SignedInUser user = await SignIn(one);
        using var arrived = new SemaphoreSlim(0);
        using var go = new SemaphoreSlim(0);
        OnRefresh = async _ =>
        {
            arrived.Release();
            await go.WaitAsync();
        };
        Task<AuthenticationFailedException>[] calls =
            [.. Enumerable.Range(1, 3).Select(number => Task.Run(() => Failure(user.Credential, Some.Request("a", claims: $$$"""{"access_token":{"c{{{number}}}":null}}"""))))];
        await arrived.WaitAsync();
        await other.Sessions.EndAsync(user.SessionKey);
        go.Release(3);
        await Task.WhenAll(calls);

        // What is told comes in order, and this is told last.
        SignedInUser last = await SignIn(one);
        await other.Sessions.FindAsync(last.SessionKey);
        await other.Sessions.EndAsync(last.SessionKey);

        Assert.That(() => Ended.Count, Is.EqualTo(3).After(5000, 20), "on each instance the first, and the last on one");
        Assert.That(Ended.Select(static ended => ended.Reason), Is.All.EqualTo(SessionEnd.SignedOut));
    }

    [Test]
    public async Task When_the_server_refuses_a_session_that_is_in_no_store()
    {
        AuthorizationCodeClient client = Instance(static options => (options.Store, options.Protector) = (null, null), withLeases: false);
        SignedInUser user = await SignIn(client);
        Server.Answers["/token"] = static _ => Provider.Error("invalid_grant");

        await Failure(user.Credential, Some.Request("a", claims: "{}"));
        await Failure(user.Credential, Some.Request("a", claims: "{}"));

        Assert.That(() => Ended.Select(static ended => (ended.Reason, ended.Response?.Error)), Is.EqualTo(new[] { (SessionEnd.Refused, "invalid_grant") }).After(5000, 20));
    }
}
