using System.Runtime.CompilerServices;
using Azure.Core;
using Microsoft.Extensions.Time.Testing;

namespace AuthCode.Tests.Scenarios.Farm;

/// <summary>How long a shared session lives: in the store, in memory, and in the hands of whoever has its credential.</summary>
internal sealed class LifeTests(bool isAsync) : FarmFixture(isAsync)
{
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());

    [Test]
    public async Task A_sign_out_after_the_lifetime_is_no_failure_of_the_store()
    {
        AuthorizationCodeClient client = Instance(static options => options.Lifetime = TimeSpan.FromHours(8), time: _time);
        SignedInUser user = await SignIn(client);
        Store.RefusesPast = _time;
        _time.Advance(TimeSpan.FromHours(9));

        await client.Sessions.EndAsync(user.SessionKey);

        Assert.That(await client.Sessions.FlushAsync(), Is.Zero);
    }

    [Test]
    public async Task An_idle_session_does_not_come_back_from_memory()
    {
        IsTolerant = true;
        AuthorizationCodeClient client = Instance(
            static options => (options.IdleTimeout, options.RefreshTokenUse) = (TimeSpan.FromMinutes(30), RefreshTokenUse.Reusable), time: _time);
        SignedInUser user = await SignIn(client);
        _time.Advance(TimeSpan.FromHours(10));

        Assert.That(await client.Sessions.FindAsync(user.SessionKey), Is.Null);
    }

    [Test]
    public async Task The_lifetime_binds_a_credential_that_is_in_use()
    {
        AuthorizationCodeClient client = Instance(static options => options.Lifetime = TimeSpan.FromHours(8), time: _time);
        SignedInUser user = await SignIn(client);
        _time.Advance(TimeSpan.FromHours(8));

        AuthenticationFailedException failure = await Failure(user.Credential, Some.Request("a"));

        Assert.That((failure.IsSignInRequired, failure.Message, Refreshes), Is.EqualTo((true, "The session has reached its lifetime (Sessions.Lifetime). Sign the user in again.", 0)));
    }

    [Test]
    public async Task A_session_that_has_reached_its_lifetime_has_ended_and_is_not_lost()
    {
        AuthorizationCodeClient client = Instance(static options => options.Lifetime = TimeSpan.FromHours(8), time: _time);
        SignedInUser user = await SignIn(client);
        _time.Advance(TimeSpan.FromHours(8));

        Assert.That(await client.Sessions.GetStatusAsync(user.SessionKey), Is.EqualTo(UserSessionStatus.Ended));
    }

    [Test]
    public async Task A_refusal_while_the_store_is_down_does_not_end_the_session()
    {
        AuthorizationCodeClient one = Instance(time: _time), other = Instance(time: _time);
        SignedInUser user = await SignIn(one);
        await Refresh(await On(other, user.SessionKey), 1);
        Store.IsDown = true;

        // At once: the looks after the refusal wait on the clock.
        Task<AuthenticationFailedException> refused = Task.Run(() => Failure(user.Credential, Some.Request("a", claims: "{}")));
        while (!refused.IsCompleted)
        {
            _time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }

        AuthenticationFailedException failure = await refused;
        Store.IsDown = false;
        _time.Advance(TimeSpan.FromSeconds(31));
        AccessToken token = await Refresh(user.Credential, 2);

        Assert.That((failure.IsTransient, failure.IsSignInRequired, token.Token.Length > 0), Is.EqualTo((true, false, true)));
    }

    [Test]
    public async Task A_service_of_leases_that_hangs_holds_a_token_up_for_the_time_out_alone()
    {
        AuthorizationCodeClient client = Instance(static options => options.StoreTimeout = TimeSpan.FromMinutes(1), time: _time);
        SignedInUser user = await SignIn(client);
        Leases.HangsAtAcquisition = true;

        Task<AccessToken> refreshed = Task.Run(() => Refresh(user.Credential, 1));
        while (!refreshed.IsCompleted)
        {
            _time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }

        Assert.That((await refreshed).Token, Does.StartWith("access-2-"));
    }

    [Test]
    public async Task A_release_of_a_lease_that_hangs_holds_a_token_up_for_the_time_out_alone()
    {
        AuthorizationCodeClient client = Instance(static options => options.StoreTimeout = TimeSpan.FromMilliseconds(50));
        SignedInUser user = await SignIn(client);
        Leases.HangsAtRelease = true;

        Assert.That((await Refresh(user.Credential, 1)).Token, Does.StartWith("access-2-"));
    }

    [Test]
    public async Task A_credential_that_is_disposed_of_takes_nothing_from_others_of_its_session()
    {
        AuthorizationCodeClient client = Instance();
        SignedInUser user = await SignIn(client);
        AuthorizationCodeCredential one = await On(client, user.SessionKey), other = await On(client, user.SessionKey);

        await one.DisposeAsync();

        Assert.That((await Refresh(other, 1)).Token, Does.StartWith("access-2-"));
        Assert.That(() => GetToken(one, Some.Request("a")), Throws.TypeOf<ObjectDisposedException>());
    }

    [Test]
    public async Task What_the_store_could_not_take_stays_in_memory_although_the_session_had_left_it()
    {
        AuthorizationCodeClient client = Instance(static options => options.MostInMemory = 1, time: _time);
        string key = await RefreshUnstored(client);
        for (int i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Store.IsDown = false;
        _time.Advance(TimeSpan.FromSeconds(2));
        await Refresh(await On(client, key), 2);

        Assert.That((Refreshes, Replays), Is.EqualTo((2, 0)));
    }

    [Test]
    public async Task A_token_that_another_instance_has_renewed_is_taken_over_after_a_claims_challenge()
    {
        AuthorizationCodeClient one = Instance(time: _time), other = Instance(time: _time);
        SignedInUser user = await SignIn(one);
        await Refresh(user.Credential, 1);
        AuthorizationCodeCredential elsewhere = await On(other, user.SessionKey);
        _time.Advance(TimeSpan.FromMinutes(57));
        string renewed = (await GetToken(user.Credential, Some.Request("a"))).Token;

        Assert.That(((await GetToken(elsewhere, Some.Request("a"))).Token, (await GetToken(elsewhere, Some.Request("a"))).Token, Refreshes), Is.EqualTo((renewed, renewed, 2)));
    }

    // Nothing of the session is on the stack of the test afterwards.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private async Task<string> RefreshUnstored(AuthorizationCodeClient client)
    {
        SignedInUser user = await SignIn(client);
        await SignIn(client, "subject-2");
        Store.IsDown = true;
        await Refresh(user.Credential, 1);
        return user.SessionKey;
    }
}
