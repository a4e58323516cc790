using System.Runtime.CompilerServices;
using Azure.Core;
using Microsoft.Extensions.Time.Testing;

namespace AuthCode.Tests.Scenarios.Farm;

/// <summary>A store whose responses are lost, or that is down for a while: what is newest is in memory, and must get into the store.</summary>
internal sealed class LostWriteTests(bool isAsync) : FarmFixture(isAsync)
{
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());

    [Test]
    public async Task A_write_that_took_place_unnoticed_does_not_come_back_over_a_newer_refresh_token()
    {
        AuthorizationCodeClient one = Instance(time: _time), other = Instance(time: _time);
        SignedInUser user = await SignIn(one);
        Store.LosesResponses = true;
        await Refresh(user.Credential, 1);
        await Refresh(user.Credential, 2);
        StoreResponds();

        await one.Sessions.FlushAsync();
        await Refresh(await On(other, user.SessionKey), 3);

        Assert.That((Refreshes, Replays), Is.EqualTo((3, 0)));
    }

    [Test]
    public async Task A_first_write_that_took_place_unnoticed_does_not_come_back_either()
    {
        AuthorizationCodeClient one = Instance(time: _time);
        Store.LosesResponses = true;
        SignedInUser user = await SignIn(one);
        await Refresh(user.Credential, 1);
        StoreResponds();

        await one.Sessions.FlushAsync();
        await Refresh(user.Credential, 2);

        Assert.That((Refreshes, Replays), Is.EqualTo((2, 0)));
    }

    [Test]
    public async Task What_another_instance_has_refreshed_since_is_taken_over()
    {
        IsTolerant = true;
        AuthorizationCodeClient one = Instance(time: _time), other = Instance(time: _time);
        SignedInUser user = await SignIn(one);
        Store.IsDown = true;
        await Refresh(user.Credential, 1);
        Store.IsDown = false;
        AuthorizationCodeCredential elsewhere = await On(other, user.SessionKey);
        await Refresh(elsewhere, 2);
        await Refresh(elsewhere, 3);
        StoreResponds();

        await one.Sessions.FlushAsync();

        Assert.That((await Refresh(user.Credential, 3)).Token, Does.StartWith("access-4-"), "the token of the other instance, which has gone further");
    }

    [Test]
    public async Task A_credential_that_is_disposed_of_before_its_session_is_stored_does_not_take_it_along()
    {
        AuthorizationCodeClient one = Instance(time: _time), other = Instance(time: _time);
        SignedInUser user = await SignIn(one);
        Store.IsDown = true;
        await Refresh(user.Credential, 1);
        await user.DisposeAsync();
        StoreResponds();

        await one.Sessions.FlushAsync();
        await Refresh(await On(other, user.SessionKey), 2);

        Assert.That((Refreshes, Replays), Is.EqualTo((2, 0)));
        Assert.That(() => GetToken(user.Credential, Some.Request("a")), Throws.TypeOf<ObjectDisposedException>());
    }

    [Test]
    public async Task A_lock_that_does_not_respond_while_the_store_is_down_holds_nobody_up()
    {
        AuthorizationCodeClient client = Instance(static options => options.RefreshTokenUse = RefreshTokenUse.Reusable);
        SignedInUser user = await SignIn(client);
        Store.IsDown = true;
        Leases.IsSilent = true;

        Assert.That((await Refresh(user.Credential, 1)).Token, Does.StartWith("access-2-"));
    }

    [Test]
    public async Task A_flush_waits_for_the_request_that_is_under_way()
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
        Task<AccessToken> refreshing = Task.Run(() => Refresh(user.Credential, 1));
        await arrived.WaitAsync();

        Task<int> flushing = one.Sessions.FlushAsync();
        bool isEarly = flushing.IsCompleted;
        OnRefresh = null;
        go.Release();
        int left = await flushing;
        await Refresh(await On(other, user.SessionKey), 2);

        Assert.That((isEarly, left, Refreshes, Replays), Is.EqualTo((false, 0, 2, 0)));
        await refreshing;
    }

    [Test]
    public async Task What_the_store_could_not_be_told_counts_as_not_stored()
    {
        AuthorizationCodeClient client = Instance(time: _time);
        SignedInUser user = await SignIn(client);
        Store.IsDown = true;
        await client.Sessions.EndAllAsync(user.AccountKey);

        int down = await client.Sessions.FlushAsync();
        StoreResponds();

        Assert.That((down, await client.Sessions.FlushAsync()), Is.EqualTo((2, 0)), "the session, and its account");
    }

    [Test]
    public async Task A_session_that_is_used_does_not_expire_as_an_idle_one()
    {
        AuthorizationCodeClient one = Instance(Short, time: _time);
        SignedInUser user = await SignIn(one);
        for (int minutes = 0; minutes < 60; minutes += 10)
        {
            _time.Advance(TimeSpan.FromMinutes(10));
            await one.Sessions.FindAsync(user.SessionKey);
        }

        Assert.That((await Instance(Short, time: _time).Sessions.FindAsync(user.SessionKey))?.Key, Is.EqualTo(user.SessionKey));
    }

    [Test]
    public async Task A_session_that_is_looked_up_now_and_then_does_not_expire_as_an_idle_one()
    {
        SignedInUser user = await SignIn(Instance(Short, time: _time));
        UserSession? found = null;
        for (int minutes = 0; minutes < 100; minutes += 20)
        {
            _time.Advance(TimeSpan.FromMinutes(20));

            // An instance that does not have the session in memory.
            found = await Instance(Short, time: _time).Sessions.FindAsync(user.SessionKey);
        }

        Assert.That(found?.Key, Is.EqualTo(user.SessionKey));
    }

    [Test]
    public async Task What_could_not_be_stored_is_not_lost_to_a_write_of_another_instance_that_knows_less()
    {
        IsTolerant = true;
        AuthorizationCodeClient one = Instance(Short, time: _time), other = Instance(Short, time: _time);
        SignedInUser user = await SignIn(one);
        await On(other, user.SessionKey);
        Store.IsDown = true;
        _time.Advance(TimeSpan.FromMinutes(17));
        await Refresh(user.Credential, 1);
        StoreResponds();

        // Between this instance's look and its write, the other one lengthens the life of the entry.
        Once("write", () => other.Sessions.FindAsync(user.SessionKey).AsTask());
        int left = await one.Sessions.FlushAsync();
        await Refresh(await On(other, user.SessionKey), 2);

        Assert.That((left, Sent.Count), Is.EqualTo((0, 2)));
        Assert.That(Sent, Is.Unique, "each refresh token once");
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task What_conflicts_keep_from_the_store_stays_in_memory_and_is_stored_later(bool goesDown)
    {
        IsTolerant = true;
        AuthorizationCodeClient one = Instance(static options => options.MostInMemory = 1, time: _time), other = Instance(time: _time);
        string key = await RefreshInConflict(one, goesDown);
        for (int i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Store.Before = null;
        StoreResponds();
        int left = await one.Sessions.FlushAsync();
        await Refresh(await On(other, key), 2);

        Assert.That((left, Sent.Count), Is.EqualTo((0, 2)));
        Assert.That(Sent, Is.Unique, "each refresh token once");
    }

    [Test]
    public async Task Any_number_of_sign_outs_that_could_not_be_stored_is_told()
    {
        AuthorizationCodeClient one = Instance(time: _time), other = Instance(time: _time);
        SignedInUser user = await SignIn(one);
        await On(other, user.SessionKey);
        Store.IsDown = true;
        for (int i = 0; i < 20_000; i++)
        {
            await one.Sessions.EndAllAsync(user.AccountKey);
        }

        StoreResponds();

        // What is told must not be as deep as it was long.
        var flushing = new Thread(() => one.Sessions.FlushAsync().GetAwaiter().GetResult(), maxStackSize: 256 * 1024);
        flushing.Start();
        flushing.Join();

        Assert.That((one.Sessions.PendingCount, await other.Sessions.FindAsync(user.SessionKey)), Is.EqualTo((0, (UserSession?)null)));
    }

    [Test]
    public async Task What_a_conflict_left_is_tried_again_now_and_then()
    {
        AuthorizationCodeClient client = Instance(time: _time);
        await RefreshInConflict(client, goesDown: false);
        int pending = client.Sessions.PendingCount;
        Store.Before = null;

        _time.Advance(TimeSpan.FromMinutes(2));
        await SignIn(client, "subject-3");

        Assert.That(pending, Is.EqualTo(1));
        Assert.That(() => client.Sessions.PendingCount, Is.Zero.After(5000, 20));
    }

    private List<string> Sent => [.. Server.At("/token").Where(static sent => sent["grant_type"] == "refresh_token").Select(static sent => sent["refresh_token"]!)];

    private static void Short(UserSessionOptions options) => options.IdleTimeout = TimeSpan.FromMinutes(30);

    private void Once(string operation, Func<Task> work)
    {
        bool isDone = false;
        Store.Before = next =>
        {
            bool isFirst = !isDone && next == operation;
            isDone |= isFirst;
            return isFirst ? work() : Task.CompletedTask;
        };
    }

    // Of a session that has left the memory; nothing of it is on the stack of the test afterwards.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private async Task<string> RefreshInConflict(AuthorizationCodeClient one, bool goesDown)
    {
        SignedInUser user = await SignIn(one);
        _time.Advance(TimeSpan.FromSeconds(1));
        await SignIn(one, "subject-2");
        bool isChanged = false;
        Store.Before = operation =>
        {
            if (operation == "write" && (!goesDown || !isChanged))
            {
                isChanged = true;
                foreach ((string key, StoredSession session) in Store.Entries)
                {
                    Store.Set(key, session with { Version = session.Version + 1 });
                }
            }
            else
            {
                Store.IsDown = goesDown && isChanged;
            }

            return Task.CompletedTask;
        };
        await Refresh(user.Credential, 1);
        return user.SessionKey;
    }

    // The store is left alone for a second after a failure.
    private void StoreResponds()
    {
        Store.IsDown = false;
        Store.LosesResponses = false;
        _time.Advance(TimeSpan.FromSeconds(2));
    }
}
