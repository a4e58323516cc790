using System.Net;

namespace AuthCode.Tests.Scenarios.Farm;

/// <summary>A sign-out at the server while a sign-in or another sign-out is under way.</summary>
internal sealed class ServerSignOutRaceTests(bool isAsync) : FarmFixture(isAsync)
{
    private const string Session = "server-session-1";

    [Test]
    public async Task A_sign_out_of_the_session_at_the_server_during_a_sign_in_refuses_it([Values(1, 2, 3, 4)] int write, [Values] bool sameInstance)
    {
        // Of its response, the session at the server, the account, and the session.
        AuthorizationCodeClient one = Instance(static options => options.RevalidateAfter = TimeSpan.FromHours(1)), other = sameInstance ? one : Instance();
        ServerSession = Session;
        BeforeWrite(write, () => other.Sessions.EndByLogoutTokenAsync(LogoutToken(Session)).AsTask());

        AuthenticationFailedException failure = Assert.ThrowsAsync<AuthenticationFailedException>(async () => await SignIn(one))!;

        Assert.That(
            (failure.IsSignInRequired, failure.IsTransient, await one.Sessions.FindNewestAsync($"{Provider.Issuer}|{Provider.Subject}")),
            Is.EqualTo((true, false, (UserSession?)null)));
    }

    [Test]
    public async Task A_sign_out_of_the_user_while_the_session_is_stored_ends_it()
    {
        Store.TellsChanges = true;
        AuthorizationCodeClient one = Instance(static options => options.RevalidateAfter = TimeSpan.FromHours(1)), other = Instance();
        BeforeWrite(3, () => other.Sessions.EndByLogoutTokenAsync(LogoutToken(subject: Provider.Subject)).AsTask());

        SignedInUser user = await SignIn(one);

        Assert.That(await StatusOf(one, user), Is.EqualTo(UserSessionStatus.Ended));
    }

    [Test]
    public async Task A_store_that_has_written_a_new_session_twice_is_no_sign_out()
    {
        AuthorizationCodeClient client = Instance();
        Store.RepeatsWrites = true;

        SignedInUser user = await SignIn(client);

        Assert.That(await StatusOf(client, user), Is.EqualTo(UserSessionStatus.Alive));
    }

    [Test]
    public async Task A_sign_out_of_the_user_between_the_redemption_and_the_session_refuses_the_sign_in([Values] bool sameInstance)
    {
        AuthorizationCodeClient one = Instance(), other = sameInstance ? one : Instance();
        BeforeWrite(2, () => other.Sessions.EndByLogoutTokenAsync(LogoutToken(subject: Provider.Subject)).AsTask());

        AuthenticationFailedException failure = Assert.ThrowsAsync<AuthenticationFailedException>(async () => await SignIn(one))!;

        Assert.That(failure.IsSignInRequired, Is.True);
    }

    [Test]
    public void Without_a_store_a_sign_out_between_the_redemption_and_the_session_refuses_the_sign_in([Values] bool namesSession)
    {
        AuthorizationCodeClient alone = Alone();
        ServerSession = Session;
        OnRedeemed = () =>
        {
            OnRedeemed = null;
            alone.Sessions.EndByLogoutTokenAsync(namesSession ? LogoutToken(Session) : LogoutToken(subject: Provider.Subject)).AsTask().GetAwaiter().GetResult();
        };

        AuthenticationFailedException failure = Assert.ThrowsAsync<AuthenticationFailedException>(async () => await SignIn(alone))!;

        Assert.That(failure.IsSignInRequired, Is.True);
    }

    [Test]
    public async Task A_sign_in_that_is_started_after_the_sign_out_begins_a_session_even_if_the_server_keeps_its_own([Values] bool shared, [Values] bool namesSession)
    {
        AuthorizationCodeClient client = shared ? Instance() : Alone();
        ServerSession = Session;
        SignedInUser before = await SignIn(client);
        await client.Sessions.EndByLogoutTokenAsync(namesSession ? LogoutToken(Session) : LogoutToken(subject: Provider.Subject));

        SignedInUser after = await SignIn(client);

        Assert.That((await StatusOf(client, before), await StatusOf(client, after)), Is.EqualTo((UserSessionStatus.Ended, UserSessionStatus.Alive)));
    }

    [Test]
    public async Task What_a_browser_says_refuses_no_sign_in()
    {
        AuthorizationCodeClient one = Instance(), other = Instance();
        ServerSession = Session;
        BeforeWrite(2, () => other.Sessions.EndByServerSessionAsync(null, Session).AsTask());

        SignedInUser user = await SignIn(one);

        Assert.That(await StatusOf(one, user), Is.EqualTo(UserSessionStatus.Alive));
    }

    [Test]
    public async Task A_sign_out_at_the_server_sends_the_server_nothing([Values] bool shared, [Values] bool namesSession)
    {
        AuthorizationCodeClient client = shared ? Instance() : Alone();
        ServerSession = Session;
        SignedInUser user = await SignIn(client), another = await SignIn(client);

        await client.Sessions.EndByLogoutTokenAsync(namesSession ? LogoutToken(Session) : LogoutToken(subject: Provider.Subject));

        Assert.That((Server.At("/revoke").Count, await StatusOf(client, user), await StatusOf(client, another)), Is.EqualTo((0, UserSessionStatus.Ended, UserSessionStatus.Ended)));
    }

    [Test]
    public async Task All_sessions_of_an_account_have_ended_before_the_first_token_is_revoked([Values] bool shared)
    {
        AuthorizationCodeClient client = shared ? Instance() : Alone();
        SignedInUser one = await SignIn(client), other = await SignIn(client);
        List<UserSessionStatus> during = [];
        Server.Answers["/revoke"] = _ =>
        {
            during.Add(StatusOf(client, one).GetAwaiter().GetResult());
            during.Add(StatusOf(client, other).GetAwaiter().GetResult());
            return new HttpResponseMessage(HttpStatusCode.OK);
        };

        await client.Sessions.EndAllAsync(one.AccountKey);

        Assert.That(during, Has.Count.EqualTo(4).And.All.EqualTo(UserSessionStatus.Ended));
    }

    [Test]
    public async Task Of_a_session_that_another_instance_has_refreshed_the_newest_token_is_revoked([Values] bool everywhere)
    {
        AuthorizationCodeClient one = Instance(static options => options.RevalidateAfter = TimeSpan.FromHours(1)), other = Instance();
        SignedInUser user = await SignIn(one);
        await Refresh(await On(other, user.SessionKey), 1);

        await (everywhere ? one.Sessions.EndAllAsync(user.AccountKey) : one.Sessions.EndAsync(user.SessionKey));

        Assert.That(Server.At("/revoke").Select(static sent => sent["token"]![..10]), Is.EqualTo(new[] { "refresh-2-" }));
    }

    private void BeforeWrite(int number, Func<Task> act)
    {
        int writes = 0;
        Store.Before = async operation =>
        {
            if (operation == "write" && ++writes == number)
            {
                Store.Before = null;
                await act();
            }
        };
    }

    private static async Task<UserSessionStatus> StatusOf(AuthorizationCodeClient client, SignedInUser user) => await client.Sessions.GetStatusAsync(user.SessionKey);
}
