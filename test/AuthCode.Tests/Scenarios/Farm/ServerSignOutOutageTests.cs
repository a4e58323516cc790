using Microsoft.Extensions.Time.Testing;

namespace AuthCode.Tests.Scenarios.Farm;

/// <summary>A sign-out at the server while the store, or its encryption, fails: the server is told, and what can be done later is.</summary>
internal sealed class ServerSignOutOutageTests(bool isAsync) : FarmFixture(isAsync)
{
    private const string Session = "server-session-1";

    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());

    [Test]
    public async Task A_sign_out_while_the_store_is_down_is_carried_out_when_it_responds_again([Values] bool isVerified)
    {
        AuthorizationCodeClient one = Instance(), other = Instance(time: _time);
        SignedInUser user = await SignInAt(one, Session);
        Store.IsDown = true;
        AuthenticationFailedException failure = Assert.ThrowsAsync<AuthenticationFailedException>(async () => await End(other, isVerified))!;
        int untold = await other.Sessions.FlushAsync();
        Store.IsDown = false;
        _time.Advance(TimeSpan.FromSeconds(2));

        int left = await other.Sessions.FlushAsync();

        Assert.That((failure.IsTransient, untold, left, await StatusOf(one, user)), Is.EqualTo((true, 1, 0, UserSessionStatus.Ended)));
    }

    [Test]
    public async Task Of_sign_outs_that_anyone_can_send_a_thousand_are_kept_and_of_the_server_s_own_more()
    {
        AuthorizationCodeClient client = Instance(time: _time);
        await SignInAt(client, null);
        Store.IsDown = true;
        for (int i = 0; i < 1010; i++)
        {
            string session = $"server-session-{i}";
            Assert.ThrowsAsync<AuthenticationFailedException>(async () => await client.Sessions.EndByServerSessionAsync(null, session));
        }

        int untold = await client.Sessions.StorePendingAsync();
        Assert.ThrowsAsync<AuthenticationFailedException>(async () => await client.Sessions.EndByLogoutTokenAsync(LogoutToken(Session)));

        Assert.That((untold, await client.Sessions.StorePendingAsync()), Is.EqualTo((1000, 1001)));
    }

    [Test]
    public async Task Where_the_sessions_cannot_be_decrypted_a_sign_out_is_not_confirmed_and_its_token_is_not_taken()
    {
        AuthorizationCodeClient one = Instance(), bad = Instance(static options => options.Protector = new AesProtector());
        SignedInUser user = await SignInAt(one, Session);
        string token = LogoutToken(Session);

        AuthenticationFailedException[] failures =
        [
            Assert.ThrowsAsync<AuthenticationFailedException>(async () => await bad.Sessions.EndByLogoutTokenAsync(token))!,
            Assert.ThrowsAsync<AuthenticationFailedException>(async () => await bad.Sessions.EndByServerSessionAsync(null, Session))!,
        ];
        UserSessionStatus before = await StatusOf(one, user);
        await one.Sessions.EndByLogoutTokenAsync(token);

        Assert.That(failures.Select(static failure => failure.IsTransient), Is.All.True);
        Assert.That((before, await StatusOf(one, user)), Is.EqualTo((UserSessionStatus.Alive, UserSessionStatus.Ended)));
    }

    [Test]
    public async Task A_mark_that_could_not_be_stored_is_not_confirmed_and_the_server_can_send_the_token_again([Values] bool namesSession)
    {
        AuthorizationCodeClient one = Instance(), other = Instance(time: _time);
        SignedInUser user = await SignInAt(one, Session);
        string token = namesSession ? LogoutToken(Session) : LogoutToken(subject: Provider.Subject);
        int writes = 0;
        Store.Before = operation => operation == "end" || (!namesSession && operation == "write" && ++writes > 0) ? throw new IOException() : Task.CompletedTask;

        AuthenticationFailedException failure = Assert.ThrowsAsync<AuthenticationFailedException>(async () => await other.Sessions.EndByLogoutTokenAsync(token))!;
        Store.Before = null;
        _time.Advance(TimeSpan.FromSeconds(2));
        await other.Sessions.EndByLogoutTokenAsync(token);
        await other.Sessions.FlushAsync();

        Assert.That((failure.IsTransient, await StatusOf(one, user)), Is.EqualTo((true, UserSessionStatus.Ended)));
    }

    [Test]
    public async Task A_sign_in_that_could_not_be_linked_ends_if_the_server_has_ended_its_session_meanwhile()
    {
        AuthorizationCodeClient one = Instance(time: _time), other = Instance();
        Store.IsDown = true;
        SignedInUser user = await SignInAt(one, Session);
        Store.IsDown = false;
        await other.Sessions.EndByLogoutTokenAsync(LogoutToken(Session));
        _time.Advance(TimeSpan.FromSeconds(2));

        await one.Sessions.FlushAsync();

        Assert.That(await StatusOf(one, user), Is.EqualTo(UserSessionStatus.Ended));
    }

    [Test]
    public async Task One_that_is_carried_out_late_leaves_a_session_that_began_since([Values] bool isVerified)
    {
        AuthorizationCodeClient one = Instance(time: _time), other = Instance(time: _time);
        SignedInUser before = await SignInAt(one, Session);
        _time.Advance(TimeSpan.FromMinutes(1));
        Store.IsDown = true;
        Assert.ThrowsAsync<AuthenticationFailedException>(async () => await End(other, isVerified));
        Store.IsDown = false;
        _time.Advance(TimeSpan.FromMinutes(1));
        SignedInUser since = await SignInAt(one, Session);

        int left = await other.Sessions.FlushAsync();

        Assert.That((left, await StatusOf(one, before), await StatusOf(one, since)), Is.EqualTo((0, UserSessionStatus.Ended, UserSessionStatus.Alive)));
    }

    [Test]
    public async Task One_that_is_carried_out_late_leaves_a_session_whose_user_has_signed_in_again_since()
    {
        AuthorizationCodeClient one = Instance(time: _time), other = Instance(time: _time);
        SignedInUser user = await SignInAt(one, Session);
        _time.Advance(TimeSpan.FromMinutes(1));
        Store.IsDown = true;
        Assert.ThrowsAsync<AuthenticationFailedException>(async () => await End(other, isVerified: true));
        Store.IsDown = false;
        _time.Advance(TimeSpan.FromMinutes(1));
        await SignIn(one, upgrade: user);

        await other.Sessions.FlushAsync();

        Assert.That(await StatusOf(one, user), Is.EqualTo(UserSessionStatus.Alive));
    }

    [Test]
    public async Task One_that_the_server_repeats_is_kept_once()
    {
        AuthorizationCodeClient client = Instance(time: _time);
        await SignInAt(client, null);
        Store.IsDown = true;
        for (int i = 0; i < 3; i++)
        {
            string token = LogoutToken(Session, id: $"logout-{i}");
            Assert.ThrowsAsync<AuthenticationFailedException>(async () => await client.Sessions.EndByLogoutTokenAsync(token));
            _time.Advance(TimeSpan.FromMilliseconds(10));
        }

        Assert.That(await client.Sessions.StorePendingAsync(), Is.EqualTo(1));
    }

    [Test]
    public async Task A_session_at_the_server_is_known_as_long_as_the_sessions_of_a_client_that_keeps_them_longer()
    {
        AuthorizationCodeClient one = Instance(time: _time), brief = Instance(static options => (options.Lifetime, options.IdleTimeout) = (TimeSpan.FromDays(1), TimeSpan.FromDays(1)), time: _time);
        SignedInUser user = await SignInAt(one, Session);
        await SignInAt(brief, Session);
        _time.Advance(TimeSpan.FromDays(2));

        await Instance(time: _time).Sessions.EndByServerSessionAsync(null, Session);

        Assert.That(await StatusOf(one, user), Is.EqualTo(UserSessionStatus.Ended));
    }

    private static ValueTask End(AuthorizationCodeClient client, bool isVerified) =>
        isVerified ? client.Sessions.EndByLogoutTokenAsync(LogoutToken(Session)) : client.Sessions.EndByServerSessionAsync(null, Session);

    private async Task<SignedInUser> SignInAt(AuthorizationCodeClient client, string? session)
    {
        ServerSession = session;
        return await SignIn(client);
    }

    private static async Task<UserSessionStatus> StatusOf(AuthorizationCodeClient client, SignedInUser user) => await client.Sessions.GetStatusAsync(user.SessionKey);
}
