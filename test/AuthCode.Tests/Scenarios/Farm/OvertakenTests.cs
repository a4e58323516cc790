using Azure.Core;
using Microsoft.Extensions.Time.Testing;

namespace AuthCode.Tests.Scenarios.Farm;

/// <summary>An instance that is about to send a refresh token, and no longer has its lease.</summary>
internal sealed class OvertakenTests(bool isAsync) : FarmFixture(isAsync)
{
    [Test]
    public async Task The_lease_is_lost_while_the_client_authenticates()
    {
        AuthorizationCodeClient other = Instance();
        await using SignedInUser user = await SignInAndExpire(other, Leases.Expire, TimeProvider.System);

        await Refresh(user.Credential, 1);

        Assert.That((Refreshes, Replays), Is.EqualTo((1, 0)), "the other instance's");
    }

    [Test]
    public async Task So_much_time_has_passed_that_it_may_be_lost()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        AuthorizationCodeClient other = Instance(withLeases: false);
        await using SignedInUser user = await SignInAndExpire(other, () => time.Advance(TimeSpan.FromSeconds(10)), time);

        await Refresh(user.Credential, 1);

        Assert.That((Refreshes, Replays), Is.EqualTo((1, 0)), "the other instance's");
    }

    [Test]
    public async Task A_client_authentication_that_takes_long_each_time_is_no_reason_to_give_up()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        AuthorizationCodeClient client = Instance(time: time, authentication: ClientAuthentication.Assertion(_ =>
        {
            time.Advance(TimeSpan.FromSeconds(10));
            return ValueTask.FromResult("an-assertion");
        }));
        SignedInUser user = await SignIn(client);

        AccessToken token = await Refresh(user.Credential, 1);

        Assert.That((token.Token[..9], Refreshes, Replays), Is.EqualTo(("access-2-", 1, 0)));
    }

    [Test]
    public async Task What_a_response_brought_is_not_given_up_for_an_entry_that_was_not_refreshed()
    {
        AuthorizationCodeClient one = Instance(), other = Instance();
        SignedInUser user = await SignIn(one);
        await On(other, user.SessionKey);
        OnRefresh = async _ =>
        {
            OnRefresh = null;
            Leases.Expire();
            await other.Sessions.SetDataAsync(user.SessionKey, new byte[] { 1 });
        };

        await Refresh(user.Credential, 1);
        await Refresh(user.Credential, 2);
        await Refresh(await On(Instance(), user.SessionKey), 3);

        Assert.That((Refreshes, Replays), Is.EqualTo((3, 0)));
    }

    [Test]
    public async Task A_new_sign_in_of_the_user_waits_for_a_refresh_on_another_instance()
    {
        AuthorizationCodeClient one = Instance(), other = Instance();
        SignedInUser user = await SignIn(one);
        AuthorizationCodeCredential elsewhere = await On(other, user.SessionKey);
        using var arrived = new SemaphoreSlim(0);
        using var go = new SemaphoreSlim(0);
        OnRefresh = async _ =>
        {
            arrived.Release();
            await go.WaitAsync();
        };
        Task<AccessToken> refreshing = Task.Run(() => Refresh(elsewhere, 1));
        await arrived.WaitAsync();

        Task<SignedInUser> upgrading = SignIn(one, upgrade: user);
        Assert.That(() => Server.At("/token").Count(static sent => sent["grant_type"] == "authorization_code"), Is.EqualTo(2).After(5000, 20));
        OnRefresh = null;
        go.Release();
        await refreshing;
        await upgrading;
        string third = (await Refresh(await On(Instance(), user.SessionKey), 2)).Token;

        Assert.That((third.Length > 0, Replays, Server.At("/token")[^1]["refresh_token"]![..10]), Is.EqualTo((true, 0, "refresh-2-")), "the refresh token of the new sign-in");
    }

    [Test]
    public async Task A_new_sign_in_of_a_session_that_was_ended_elsewhere_fails()
    {
        AuthorizationCodeClient one = Instance(), other = Instance();
        SignedInUser user = await SignIn(one);
        await other.Sessions.EndAsync(user.SessionKey);

        Assert.That(() => SignIn(one, upgrade: user), Throws.TypeOf<AuthenticationFailedException>().With.Message.StartsWith("The session has been ended"));
    }

    /// <summary>A user of an instance whose next client authentication takes so long that the other instance refreshes meanwhile.</summary>
    private async Task<SignedInUser> SignInAndExpire(AuthorizationCodeClient other, Action pass, TimeProvider time)
    {
        SignedInUser? user = null;
        bool isDone = false;
        AuthorizationCodeClient one = Instance(time: time, authentication: ClientAuthentication.Assertion(async _ =>
        {
            if (user is not null && !isDone)
            {
                isDone = true;
                pass();
                await Refresh(await On(other, user.SessionKey), 1);
            }

            return "an-assertion";
        }));
        return user = await SignIn(one);
    }
}
