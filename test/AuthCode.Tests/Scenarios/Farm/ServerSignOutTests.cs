namespace AuthCode.Tests.Scenarios.Farm;

/// <summary>Sign-outs that the server tells of, on instances that share a store, and on one that has none.</summary>
internal sealed class ServerSignOutTests(bool isAsync) : FarmFixture(isAsync)
{
    private const string Session = "server-session-1";

    [Test]
    public async Task A_session_at_the_server_ends_its_sessions_on_all_instances()
    {
        AuthorizationCodeClient one = Instance(), other = Instance(), third = Instance();
        SignedInUser user = await SignInAt(one, Session);

        await other.Sessions.EndByServerSessionAsync(Provider.Issuer, Session);

        Assert.That((await StatusOf(one, user), await StatusOf(other, user), await StatusOf(third, user)),
            Is.EqualTo((UserSessionStatus.Ended, UserSessionStatus.Ended, UserSessionStatus.Ended)));

        // The instances are told in any order; one that reads the mark in the store does not know why.
        Assert.That(() => Ended.Select(static ended => ended.Reason), Does.Contain(SessionEnd.SignedOutAtServer).After(5000, 20));
    }

    [TestCase(null, Session, true)]
    [TestCase(Provider.Issuer, Session, true)]
    [TestCase("https://another.example", Session, false)]
    [TestCase(Provider.Issuer, "server-session-2", false)]
    [TestCase(Provider.Issuer, "", false)]
    public async Task A_sign_out_is_of_the_session_that_it_names(string? issuer, string session, bool ends)
    {
        AuthorizationCodeClient one = Instance(), alone = Alone();
        SignedInUser user = await SignInAt(one, Session);
        SignedInUser other = await SignInAt(alone, Session);

        await one.Sessions.EndByServerSessionAsync(issuer, session);
        await alone.Sessions.EndByServerSessionAsync(issuer, session);

        UserSessionStatus expected = ends ? UserSessionStatus.Ended : UserSessionStatus.Alive;
        Assert.That((await StatusOf(one, user), await StatusOf(alone, other)), Is.EqualTo((expected, expected)));
    }

    [Test]
    public async Task All_sessions_of_one_session_at_the_server_end_and_no_other()
    {
        AuthorizationCodeClient one = Instance();
        SignedInUser first = await SignInAt(one, Session), second = await SignInAt(one, Session), unrelated = await SignInAt(one, "server-session-2"), without = await SignInAt(one, null);

        await Instance().Sessions.EndByServerSessionAsync(null, Session);

        Assert.That(
            new[] { await StatusOf(one, first), await StatusOf(one, second), await StatusOf(one, unrelated), await StatusOf(one, without) },
            Is.EqualTo(new[] { UserSessionStatus.Ended, UserSessionStatus.Ended, UserSessionStatus.Alive, UserSessionStatus.Alive }));
    }

    [Test]
    public async Task A_sign_in_without_a_session_at_the_server_stores_nothing_of_one()
    {
        await SignInAt(Instance(), null);
        int without = Store.Entries.Count;
        Store.Flush();
        await SignInAt(Instance(), Session);

        Assert.That((without, Store.Entries.Count), Is.EqualTo((3, 4)), "a session, its account, its sign-in, and the session at the server");
    }

    [Test]
    public async Task Nothing_of_the_session_at_the_server_is_readable_in_the_store()
    {
        await SignInAt(Instance(), Session);

        Assert.That(Store.Entries.Where(static entry => entry.Key.Contains(Session, StringComparison.Ordinal) || System.Text.Encoding.UTF8.GetString(entry.Value.Data.Span).Contains(Session, StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public async Task A_sign_in_while_the_store_is_down_is_linked_when_it_responds_again()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(TimeProvider.System.GetUtcNow());
        AuthorizationCodeClient one = Instance(time: time);
        Store.IsDown = true;
        SignedInUser user = await SignInAt(one, Session);
        int untold = await one.Sessions.FlushAsync();
        Store.IsDown = false;
        time.Advance(TimeSpan.FromSeconds(2));
        int left = await one.Sessions.FlushAsync();

        await Instance(time: time).Sessions.EndByServerSessionAsync(Provider.Issuer, Session);

        Assert.That((untold > 0, left, await StatusOf(one, user)), Is.EqualTo((true, 0, UserSessionStatus.Ended)));
    }

    [Test]
    public async Task While_the_store_is_down_the_sessions_in_memory_end_and_the_failure_is_told()
    {
        AuthorizationCodeClient one = Instance();
        SignedInUser user = await SignInAt(one, Session);
        Store.IsDown = true;

        AuthenticationFailedException failure = Assert.ThrowsAsync<AuthenticationFailedException>(async () => await one.Sessions.EndByLogoutTokenAsync(LogoutToken(session: Session)))!;

        Assert.That((failure.IsTransient, await one.Sessions.FindAsync(user.SessionKey)), Is.EqualTo((true, (UserSession?)null)));
    }

    [Test]
    public async Task A_logout_token_that_could_not_be_taken_works_when_the_store_responds_again()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(TimeProvider.System.GetUtcNow());
        AuthorizationCodeClient one = Instance(), other = Instance(time: time);
        SignedInUser user = await SignInAt(one, Session);
        string token = LogoutToken(session: Session);
        Store.IsDown = true;
        Assert.ThrowsAsync<AuthenticationFailedException>(async () => await other.Sessions.EndByLogoutTokenAsync(token));
        Store.IsDown = false;
        time.Advance(TimeSpan.FromSeconds(2));

        await other.Sessions.EndByLogoutTokenAsync(token);

        Assert.That(await StatusOf(one, user), Is.EqualTo(UserSessionStatus.Ended));
    }

    [Test]
    public async Task A_logout_token_with_a_session_ends_that_one_and_leaves_the_others_of_the_user()
    {
        AuthorizationCodeClient one = Instance();
        SignedInUser user = await SignInAt(one, Session), elsewhere = await SignInAt(one, "server-session-2");

        await Instance().Sessions.EndByLogoutTokenAsync(LogoutToken(Session, Provider.Subject));

        Assert.That((await StatusOf(one, user), await StatusOf(one, elsewhere)), Is.EqualTo((UserSessionStatus.Ended, UserSessionStatus.Alive)));
    }

    [Test]
    public async Task A_logout_token_without_a_session_ends_all_of_the_user()
    {
        AuthorizationCodeClient one = Instance();
        SignedInUser user = await SignInAt(one, Session), elsewhere = await SignInAt(one, null);
        ServerSession = null;
        SignedInUser another = await SignIn(one, "subject-2");

        await Instance().Sessions.EndByLogoutTokenAsync(LogoutToken(subject: Provider.Subject));

        Assert.That((await StatusOf(one, user), await StatusOf(one, elsewhere), await StatusOf(one, another)), Is.EqualTo((UserSessionStatus.Ended, UserSessionStatus.Ended, UserSessionStatus.Alive)));
    }

    [Test]
    public async Task A_logout_token_works_once_on_all_instances()
    {
        AuthorizationCodeClient one = Instance(), alone = Alone();
        await one.Sessions.EndByLogoutTokenAsync(LogoutToken(subject: Provider.Subject));
        await alone.Sessions.EndByLogoutTokenAsync(LogoutToken(subject: Provider.Subject));
        SignedInUser user = await SignIn(one), other = await SignIn(alone);

        Assert.Multiple(() =>
        {
            Assert.That(async () => await Instance().Sessions.EndByLogoutTokenAsync(LogoutToken(subject: Provider.Subject)), Throws.InstanceOf<AuthenticationFailedException>().With.Message.Contains("taken before"));
            Assert.That(async () => await alone.Sessions.EndByLogoutTokenAsync(LogoutToken(subject: Provider.Subject)), Throws.InstanceOf<AuthenticationFailedException>().With.Message.Contains("taken before"));
        });
        Assert.That((await StatusOf(one, user), await StatusOf(alone, other)), Is.EqualTo((UserSessionStatus.Alive, UserSessionStatus.Alive)));
    }

    [Test]
    public async Task Without_a_store_a_logout_token_ends_the_sessions_of_the_process()
    {
        AuthorizationCodeClient alone = Alone();
        SignedInUser user = await SignInAt(alone, Session), elsewhere = await SignInAt(alone, "server-session-2");

        await alone.Sessions.EndByLogoutTokenAsync(LogoutToken(session: Session));

        Assert.That((await StatusOf(alone, user), await StatusOf(alone, elsewhere)), Is.EqualTo((UserSessionStatus.Ended, UserSessionStatus.Alive)));
    }

    [TestCase("sid-1")]
    [TestCase("sid-2")]
    public async Task A_session_whose_user_has_signed_in_again_ends_with_either_session_at_the_server(string ended)
    {
        AuthorizationCodeClient one = Instance(), alone = Alone();
        foreach (AuthorizationCodeClient client in new[] { one, alone })
        {
            SignedInUser user = await SignInAt(client, "sid-1");
            ServerSession = "sid-2";
            await SignIn(client, upgrade: user);

            await (client == one ? Instance() : client).Sessions.EndByLogoutTokenAsync(LogoutToken(ended));

            Assert.That(await StatusOf(client, user), Is.EqualTo(UserSessionStatus.Ended));
        }
    }

    [Test]
    public async Task A_further_sign_in_whose_session_at_the_server_has_ended_meanwhile_is_refused([Values] bool shared)
    {
        AuthorizationCodeClient client = shared ? Instance() : Alone();
        SignedInUser user = await SignInAt(client, "sid-1");
        ServerSession = "sid-2";
        OnRedeemed = () => client.Sessions.EndByLogoutTokenAsync(LogoutToken("sid-2")).AsTask().GetAwaiter().GetResult();

        Assert.That(async () => await SignIn(client, upgrade: user), Throws.TypeOf<AuthenticationFailedException>());

        Assert.That(await StatusOf(client, user), Is.EqualTo(UserSessionStatus.Alive), "the session at the server in which it began goes on");
    }

    private async Task<SignedInUser> SignInAt(AuthorizationCodeClient client, string? session)
    {
        ServerSession = session;
        return await SignIn(client);
    }

    private static async Task<UserSessionStatus> StatusOf(AuthorizationCodeClient client, SignedInUser user) => await client.Sessions.GetStatusAsync(user.SessionKey);
}
