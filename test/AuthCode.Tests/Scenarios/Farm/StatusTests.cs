namespace AuthCode.Tests.Scenarios.Farm;

/// <summary>What an instance says of a session that may not be there.</summary>
internal sealed class StatusTests(bool isAsync) : FarmFixture(isAsync)
{
    [Test]
    public async Task A_session_that_goes_on_is_alive_on_each_instance()
    {
        AuthorizationCodeClient one = Instance(), other = Instance();
        SignedInUser user = await SignIn(one);

        Assert.That((await StatusOf(one, user), await StatusOf(other, user)), Is.EqualTo((UserSessionStatus.Alive, UserSessionStatus.Alive)));
    }

    [Test]
    public async Task A_session_that_was_ended_has_ended_on_each_instance()
    {
        AuthorizationCodeClient one = Instance(), other = Instance(), third = Instance();
        SignedInUser user = await SignIn(one);
        await StatusOf(other, user);

        await one.Sessions.EndAsync(user.SessionKey);

        Assert.That((await StatusOf(one, user), await StatusOf(other, user), await StatusOf(third, user)),
            Is.EqualTo((UserSessionStatus.Ended, UserSessionStatus.Ended, UserSessionStatus.Ended)));
    }

    [Test]
    public async Task A_session_whose_account_was_ended_has_ended()
    {
        AuthorizationCodeClient one = Instance(), other = Instance();
        SignedInUser user = await SignIn(one);

        await other.Sessions.EndAllAsync(user.AccountKey);

        Assert.That((await StatusOf(one, user), await StatusOf(Instance(), user)), Is.EqualTo((UserSessionStatus.Ended, UserSessionStatus.Ended)));
    }

    [Test]
    public async Task A_session_that_nobody_knows_is_lost()
    {
        AuthorizationCodeClient one = Instance();
        SignedInUser user = await SignIn(one);
        Store.Flush();

        Assert.That((await StatusOf(Instance(), user), await one.Sessions.GetStatusAsync("no key/")), Is.EqualTo((UserSessionStatus.Lost, UserSessionStatus.Lost)));
    }

    [Test]
    public async Task A_session_is_unavailable_while_the_store_is_down_unless_it_is_in_memory()
    {
        AuthorizationCodeClient one = Instance();
        SignedInUser user = await SignIn(one);
        Store.IsDown = true;

        Assert.That((await StatusOf(one, user), await StatusOf(Instance(), user)), Is.EqualTo((UserSessionStatus.Alive, UserSessionStatus.Unavailable)));
    }

    [Test]
    public async Task A_session_that_is_not_there_is_looked_for_once_in_the_time_of_the_options()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(TimeProvider.System.GetUtcNow());
        AuthorizationCodeClient one = Instance(static options => options.RevalidateAfter = TimeSpan.FromSeconds(60), time: time);
        SignedInUser user = await SignIn(one);
        await one.Sessions.EndAsync(user.SessionKey);
        int before = Store.Reads;
        await StatusOf(one, user);
        time.Advance(TimeSpan.FromSeconds(59));
        await StatusOf(one, user);
        int within = Store.Reads - before;
        time.Advance(TimeSpan.FromSeconds(1));
        await StatusOf(one, user);

        Assert.That((within, Store.Reads > before), Is.EqualTo((0, true)));
    }

    [Test]
    public async Task Without_a_store_an_ended_session_is_told_from_a_lost_one()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(TimeProvider.System.GetUtcNow());
        AuthorizationCodeClient one = Alone(time), other = Alone(time);
        SignedInUser user = await SignIn(one);

        await one.Sessions.EndAsync(user.SessionKey);
        time.Advance(TimeSpan.FromDays(1));

        Assert.That((await StatusOf(one, user), await StatusOf(other, user)), Is.EqualTo((UserSessionStatus.Ended, UserSessionStatus.Lost)));
    }

    [TestCase("refused")]
    [TestCase("revoked")]
    [TestCase("idle")]
    [TestCase("old")]
    public async Task Without_a_store_a_session_that_is_over_has_ended(string how)
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(TimeProvider.System.GetUtcNow());
        AuthorizationCodeClient client = Alone(time);
        SignedInUser user = await SignIn(client);
        time.Advance(how switch
        {
            "idle" => TimeSpan.FromDays(1000),
            "old" => TimeSpan.FromDays(10_000),
            _ => TimeSpan.FromHours(2),
        });
        if (how == "refused")
        {
            Server.Answers["/token"] = static _ => Provider.Error("invalid_grant");
            await Failure(user.Credential, Some.Request("a"));
        }
        else if (how == "revoked")
        {
            await user.Credential.RevokeAsync();
        }

        Assert.That((await StatusOf(client, user), await StatusOf(client, user)), Is.EqualTo((UserSessionStatus.Ended, UserSessionStatus.Ended)));
    }

    private static async Task<UserSessionStatus> StatusOf(AuthorizationCodeClient client, SignedInUser user) => await client.Sessions.GetStatusAsync(user.SessionKey);

    [TestCase(0)]
    [TestCase(1)]
    public async Task A_session_that_is_known_to_have_ended_has_ended_while_the_store_is_down(int revalidateAfterMinutes)
    {
        AuthorizationCodeClient one = Instance(options => options.RevalidateAfter = TimeSpan.FromMinutes(revalidateAfterMinutes)), other = Instance();
        SignedInUser user = await SignIn(one);
        await other.Sessions.EndAsync(user.SessionKey);
        await Failure(user.Credential, Some.Request("a", claims: "{}"));
        Store.IsDown = true;

        Assert.That((await one.Sessions.GetStatusAsync(user.SessionKey), await one.Sessions.FindAsync(user.SessionKey)), Is.EqualTo((UserSessionStatus.Ended, (UserSession?)null)));
    }

    [Test]
    public async Task A_session_that_is_known_to_have_ended_stays_ended_however_often_it_is_asked_for_while_the_store_is_down()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(TimeProvider.System.GetUtcNow());
        AuthorizationCodeClient one = Instance(time: time), other = Instance(time: time);
        SignedInUser user = await SignIn(one);
        await other.Sessions.EndAsync(user.SessionKey);
        time.Advance(TimeSpan.FromMinutes(2));
        await StatusOf(one, user);
        Store.IsDown = true;
        var found = new List<UserSessionStatus>();
        for (int calls = 0; calls < 3; calls++)
        {
            time.Advance(TimeSpan.FromMinutes(2));
            found.Add(await StatusOf(one, user));
        }

        Assert.That(found, Is.All.EqualTo(UserSessionStatus.Ended));
    }

    [Test]
    public async Task A_session_that_ended_elsewhere_has_nothing_left_to_be_stored()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(TimeProvider.System.GetUtcNow());
        AuthorizationCodeClient one = Instance(time: time), other = Instance(time: time);
        SignedInUser user = await SignIn(one);
        await other.Sessions.FindAsync(user.SessionKey);
        Store.IsDown = true;
        await GetToken(user.Credential, Some.Request("a", claims: "{}"));
        int pending = one.Sessions.PendingCount;
        Store.IsDown = false;
        time.Advance(TimeSpan.FromMinutes(2));
        await other.Sessions.EndAsync(user.SessionKey);

        Assert.That((pending, await one.Sessions.FlushAsync(), one.Sessions.PendingCount), Is.EqualTo((1, 0, 0)));
    }

    [Test]
    public async Task A_session_that_was_lost_passes_for_ended_at_no_time()
    {
        AuthorizationCodeClient client = Instance();
        SignedInUser user = await SignIn(client);
        Store.Flush();
        await Failure(user.Credential, Some.Request("a", claims: "{}"));
        Store.IsDown = true;

        Assert.That(await StatusOf(client, user), Is.EqualTo(UserSessionStatus.Unavailable), "another instance may have written it back");
    }

    [Test]
    public async Task A_session_that_is_found_again_is_alive_at_once()
    {
        IsTolerant = true;
        AuthorizationCodeClient one = Instance(static options => options.RefreshTokenUse = RefreshTokenUse.Reusable);
        AuthorizationCodeClient other = Instance(static options => options.RevalidateAfter = TimeSpan.FromHours(1));
        SignedInUser user = await SignIn(one);
        Store.Flush();
        UserSessionStatus before = await StatusOf(other, user);
        await one.Sessions.FindAsync(user.SessionKey);
        await other.Sessions.FindAsync(user.SessionKey);

        Assert.That((before, await StatusOf(other, user)), Is.EqualTo((UserSessionStatus.Lost, UserSessionStatus.Alive)));
    }
}
