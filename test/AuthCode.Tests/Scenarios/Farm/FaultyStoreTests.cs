using Microsoft.Extensions.Time.Testing;

namespace AuthCode.Tests.Scenarios.Farm;

/// <summary>A store and leases that fail: no session is lost that memory still has, and no refresh token is sent twice where that can be helped.</summary>
internal sealed class FaultyStoreTests(bool isAsync) : FarmFixture(isAsync)
{
    private const int RecoveredEvent = 25;

    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());

    [Test]
    public async Task While_the_store_is_down_a_session_in_memory_goes_on_and_is_stored_later()
    {
        AuthorizationCodeClient one = Instance(), other = Instance();
        SignedInUser user = await SignIn(one);
        Store.IsDown = true;

        string meanwhile = (await Refresh(user.Credential, 1)).Token;
        Store.IsDown = false;
        Assert.That(() => one.Sessions.FlushAsync().GetAwaiter().GetResult(), Is.Zero.After(5000, 100));
        await Refresh(await On(other, user.SessionKey), 2);

        Assert.That((meanwhile[..9], Refreshes, Replays), Is.EqualTo(("access-2-", 2, 0)));
    }

    [Test]
    public async Task A_sign_out_while_the_store_is_down_is_told_when_it_is_back()
    {
        AuthorizationCodeClient one = Instance(), other = Instance();
        SignedInUser user = await SignIn(one);
        Store.IsDown = true;
        await one.Sessions.EndAsync(user.SessionKey);
        Store.IsDown = false;

        Assert.That(
            () =>
            {
                one.Sessions.FindAsync("AAAA").AsTask().ContinueWith(static _ => { }, TaskScheduler.Default).Wait();
                return other.Sessions.FindAsync(user.SessionKey).AsTask().GetAwaiter().GetResult();
            },
            Is.Null.After(10000, 200));
    }

    [Test]
    public async Task What_could_not_be_stored_is_stored_when_the_store_is_back_without_being_asked_for()
    {
        AuthorizationCodeClient one = Instance();
        SignedInUser user = await SignIn(one);
        Store.IsDown = true;
        await Refresh(user.Credential, 1);
        Store.IsDown = false;

        Assert.That(
            () =>
            {
                // Anything that reaches the store shows that it is back.
                one.Sessions.FindAsync("AAAA").AsTask().ContinueWith(static _ => { }, TaskScheduler.Default).Wait();
                return Store.Entries.Values.Max(static entry => entry.Version);
            },
            Is.EqualTo(2).After(10000, 200));
    }

    [Test]
    public async Task A_look_up_does_not_wait_for_a_refresh()
    {
        AuthorizationCodeClient one = Instance();
        SignedInUser user = await SignIn(one);
        using var go = new SemaphoreSlim(0);
        OnRefresh = async _ => await go.WaitAsync();
        Task refreshing = Task.Run(() => Refresh(user.Credential, 1));
        Assert.That(() => Refreshes, Is.EqualTo(1).After(5000, 20));

        UserSession? session = await one.Sessions.FindAsync(user.SessionKey);
        go.Release();
        await refreshing;

        Assert.That(session?.AccountKey, Is.EqualTo(user.AccountKey));
    }

    [Test]
    public async Task A_session_that_is_not_in_memory_is_a_transient_failure_while_the_store_is_down()
    {
        SignedInUser user = await SignIn(Instance());
        AuthorizationCodeClient other = Instance();
        Store.IsDown = true;

        Assert.That(
            () => other.Sessions.FindAsync(user.SessionKey).AsTask(),
            Throws.TypeOf<AuthenticationFailedException>().With.Property("IsTransient").True.And.Property("IsSignInRequired").False);
    }

    [Test]
    public async Task A_store_that_hangs_holds_a_call_up_for_its_time_out_alone()
    {
        AuthorizationCodeClient client = Instance(static options => options.StoreTimeout = TimeSpan.FromMilliseconds(50));
        SignedInUser user = await SignIn(client);
        Store.Before = static _ => new TaskCompletionSource().Task;

        Assert.That((await Refresh(user.Credential, 1)).Token, Does.StartWith("access-2-"));
    }

    [Test]
    public async Task Leases_that_are_down_leave_the_versions_of_the_store()
    {
        AuthorizationCodeClient one = Instance(), other = Instance();
        SignedInUser user = await SignIn(one);
        Leases.IsDown = true;

        await Refresh(user.Credential, 1);
        await Refresh(await On(other, user.SessionKey), 2);

        Assert.That((Refreshes, Replays), Is.EqualTo((2, 0)));
    }

    [Test]
    public async Task A_refusal_is_final_only_after_the_other_instance_had_time_to_store_its_result()
    {
        AuthorizationCodeClient one = Instance(withLeases: false), other = Instance(withLeases: false);
        SignedInUser user = await SignIn(one);
        AuthorizationCodeCredential elsewhere = await On(other, user.SessionKey);
        using var arrived = new SemaphoreSlim(0);
        using var go = new SemaphoreSlim(0);
        int refreshes = 0;
        OnRefresh = async _ =>
        {
            // Both have read the same refresh token before either is answered.
            if (Interlocked.Increment(ref refreshes) <= 2)
            {
                arrived.Release();
                await go.WaitAsync();
            }
        };

        Task<Azure.Core.AccessToken> first = Task.Run(() => Refresh(user.Credential, 1)), second = Task.Run(() => Refresh(elsewhere, 2));
        await arrived.WaitAsync();
        await arrived.WaitAsync();
        go.Release(2);
        await Task.WhenAll(first, second);

        Assert.That((Refreshes, Replays), Is.EqualTo((3, 1)), "the loser adopts what the winner stored, and goes on");
    }

    [Test]
    public async Task A_session_that_the_server_refuses_ends_on_all_instances()
    {
        AuthorizationCodeClient one = Instance(), other = Instance();
        SignedInUser user = await SignIn(one);
        AuthorizationCodeCredential elsewhere = await On(other, user.SessionKey);
        Server.Answers["/token"] = static _ => Provider.Error("invalid_grant");
        IReadOnlyDictionary<string, StoredSession> before = Store.Entries;

        AuthenticationFailedException failure = await Failure(user.Credential, Some.Request("a", claims: "{}"));
        (string key, StoredSession mark) = Store.Entries.Single(entry => entry.Value.IsEnded && !before[entry.Key].IsEnded);
        int asked = Refreshes;
        AuthenticationFailedException there = await Failure(elsewhere, Some.Request("a", claims: "{}"));

        Assert.Multiple(() =>
        {
            Assert.That((failure.IsSignInRequired, there.IsSignInRequired), Is.EqualTo((true, true)));
            Assert.That((asked, Refreshes), Is.EqualTo((1, 1)), "the other instance does not ask again");
            Assert.That(mark.Version, Is.EqualTo(before[key].Version + 1), "nothing newer is ended");
            Assert.That(() => Ended.Select(static ended => ended.Reason), Is.EquivalentTo(new[] { SessionEnd.Refused, SessionEnd.SignedOut }).After(5000, 20));
        });
    }

    [Test]
    public async Task A_sign_out_during_a_refresh_elsewhere_wins()
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

        Task<AuthenticationFailedException> refreshing = Task.Run(() => Failure(user.Credential, Some.Request("a", claims: "{}")));
        await arrived.WaitAsync();
        await other.Sessions.EndAsync(user.SessionKey);
        go.Release();

        Assert.Multiple(async () =>
        {
            Assert.That((await refreshing).Message, Does.StartWith("The session has been ended"));
            Assert.That(Store.Entries.Values.Count(static entry => !entry.IsEnded), Is.EqualTo(1), "the account alone");
            Assert.That(await one.Sessions.FindAsync(user.SessionKey), Is.Null);
        });
    }

    [TestCase(RefreshTokenUse.Reusable)]
    [TestCase(RefreshTokenUse.SingleUse)]
    public async Task After_a_flush_no_copy_is_sent_that_the_store_does_not_confirm(RefreshTokenUse use)
    {
        IsTolerant = use == RefreshTokenUse.Reusable;
        AuthorizationCodeClient client = Instance(options => options.RefreshTokenUse = use);
        SignedInUser user = await SignIn(client);
        Store.Flush();

        if (use == RefreshTokenUse.Reusable)
        {
            Assert.That((await Refresh(user.Credential, 1)).Token, Does.StartWith("access-2-"));
            Assert.That((await Instance().Sessions.FindAsync(user.SessionKey))?.AccountKey, Is.EqualTo(user.AccountKey), "it is written back");
        }
        else
        {
            Assert.That((await Failure(user.Credential, Some.Request("a", claims: "{}"))).Message, Does.StartWith("The session is no longer in the store"));
            Assert.That(Refreshes, Is.Zero);
        }
    }

    [Test]
    public async Task A_lost_key_ring_makes_sessions_absent_and_nothing_throws()
    {
        SignedInUser user = await SignIn(Instance());
        Protector.LoseKey();

        Assert.That(await Instance().Sessions.FindAsync(user.SessionKey), Is.Null);
    }

    [TestCase(RefreshTokenUse.Reusable, 1, true)]
    [TestCase(RefreshTokenUse.SingleUse, 0, true)]
    [TestCase(RefreshTokenUse.SingleUse, 1, false)]
    public async Task An_entry_that_cannot_be_read_is_not_written_over_if_it_is_newer_and_a_refresh_token_works_once(RefreshTokenUse use, int newer, bool isWritten)
    {
        AuthorizationCodeClient client = Instance(options => options.RefreshTokenUse = use, time: new HastyClock());
        SignedInUser user = await SignIn(client);
        (string key, StoredSession before) = Store.Entries.Single(static entry => entry.Value.Data.Length > 300);
        Protector.LoseKey();
        Store.Set(key, before with { Version = before.Version + newer });

        UserSession? found = await client.Sessions.FindAsync(user.SessionKey);

        Assert.That((found is not null, Store.Entries[key].Version > before.Version + newer), Is.EqualTo((isWritten, isWritten)), "it can be what another instance has stored under a key that is not known here yet");
    }

    [Test]
    public async Task Entries_that_were_swapped_truncated_or_made_up_are_absent()
    {
        SignedInUser one = await SignIn(Instance()), other = await SignIn(Instance(), "subject-2");
        KeyValuePair<string, StoredSession>[] entries = [.. Store.Entries.Where(static entry => entry.Value.Data.Length > 300)];
        Assert.That(entries, Has.Length.EqualTo(2));

        Store.Set(entries[0].Key, entries[1].Value);
        Store.Set(entries[1].Key, entries[1].Value with { Data = entries[1].Value.Data[..40] });

        Assert.That((await Instance().Sessions.FindAsync(one.SessionKey), await Instance().Sessions.FindAsync(other.SessionKey)), Is.EqualTo(((UserSession?)null, (UserSession?)null)));
    }

    [Test]
    public async Task An_entry_of_an_older_backup_is_not_taken_for_newer()
    {
        AuthorizationCodeClient client = Instance();
        SignedInUser user = await SignIn(client);
        IReadOnlyDictionary<string, StoredSession> backup = Store.Entries;
        await Refresh(user.Credential, 1);
        foreach ((string key, StoredSession session) in backup)
        {
            Store.Set(key, session);
        }

        await Refresh(user.Credential, 2);

        Assert.That((Refreshes, Replays), Is.EqualTo((2, 0)));
    }

    [Test]
    public async Task A_notice_of_a_change_makes_the_next_look_a_read()
    {
        Store.TellsChanges = true;
        AuthorizationCodeClient one = Instance(static options => options.RevalidateAfter = TimeSpan.FromHours(1)), other = Instance();
        SignedInUser user = await SignIn(one);
        await one.Sessions.FindAsync(user.SessionKey);
        int before = Store.Reads;
        await one.Sessions.FindAsync(user.SessionKey);
        int quiet = Store.Reads;

        await other.Sessions.EndAsync(user.SessionKey);

        Assert.That((quiet - before, await one.Sessions.FindAsync(user.SessionKey)), Is.EqualTo((0, (UserSession?)null)));
    }

    [Test]
    public async Task A_notice_that_comes_during_a_look_makes_the_next_one_a_read()
    {
        Store.TellsChanges = true;
        AuthorizationCodeClient one = Instance(static options => options.RevalidateAfter = TimeSpan.FromHours(1)), other = Instance();
        SignedInUser user = await SignIn(one);
        await Refresh(await On(other, user.SessionKey), 1);
        Store.AfterRead = async () =>
        {
            Store.AfterRead = null;
            await other.Sessions.EndAsync(user.SessionKey);
        };

        UserSession? during = await one.Sessions.FindAsync(user.SessionKey);

        Assert.That((during is null, await one.Sessions.FindAsync(user.SessionKey)), Is.EqualTo((false, (UserSession?)null)));
    }

    [Test]
    public async Task A_lease_that_is_lost_before_the_request_is_taken_again()
    {
        AuthorizationCodeClient client = Instance();
        SignedInUser user = await SignIn(client);
        int reads = 0;
        Store.Before = operation =>
        {
            if (operation == "read" && Interlocked.Increment(ref reads) == 1)
            {
                Leases.Expire();
            }

            return Task.CompletedTask;
        };

        await Refresh(user.Credential, 1);

        Assert.That((Refreshes, Replays, reads > 2), Is.EqualTo((1, 0, true)));
    }

    [Test]
    public void Settings_that_cannot_work_are_refused() => Assert.Multiple(() =>
    {
        Assert.That(() => Instance(static options => options.Protector = null), Refusal.Of("options", "Sessions.Store needs Sessions.Protector"));
        Assert.That(() => Instance(static options => options.Store = null), Refusal.Of("options", "Sessions.Leases and Sessions.Protector are for a shared store"));
        Assert.That(() => Instance(static options => options.Lifetime = TimeSpan.Zero), Refusal.Of("options", "Sessions.Lifetime must be more than zero"));
        Assert.That(() => Instance(static options => options.MostInMemory = 0), Refusal.Of("options", "MostInMemory more than zero"));
        Assert.That(() => Instance(static options => options.RevalidateAfter = TimeSpan.FromTicks(-1)), Refusal.Of("options", "Sessions.RevalidateAfter must be zero or more"));
    });

    [Test]
    public async Task A_store_that_refuses_writes_is_read()
    {
        AuthorizationCodeClient one = Instance(), other = Instance();
        SignedInUser user = await SignIn(one), another = await SignIn(other, "subject-2");
        Store.Before = static operation => operation == "read" ? Task.CompletedTask : throw new IOException("out of memory");

        await Refresh(user.Credential, 1);

        Assert.That((await one.Sessions.FindAsync(another.SessionKey))?.Key, Is.EqualTo(another.SessionKey));
    }

    [Test]
    public async Task A_read_does_not_show_that_a_store_takes_writes_again()
    {
        AuthorizationCodeClient one = Instance(time: _time), other = Instance(time: _time);
        SignedInUser user = await SignIn(one), another = await SignIn(other, "subject-2");
        Store.Before = static operation => operation == "read" ? Task.CompletedTask : throw new IOException("read only");
        await Refresh(user.Credential, 1);

        _time.Advance(TimeSpan.FromSeconds(2));
        await one.Sessions.FindAsync(another.SessionKey);

        Assert.That(Log.Ids, Has.No.Member(RecoveredEvent));
    }

    [Test]
    public async Task What_a_store_refused_is_stored_once_another_write_shows_that_it_takes_writes_again()
    {
        AuthorizationCodeClient one = Instance(time: _time);
        SignedInUser user = await SignIn(one), another = await SignIn(one, "subject-2");
        Store.Before = static operation => operation == "read" ? Task.CompletedTask : throw new IOException("out of memory");
        await Refresh(user.Credential, 1);

        Store.Before = null;
        _time.Advance(TimeSpan.FromSeconds(2));
        await Refresh(another.Credential, 2);

        Assert.That(() => Store.Entries.Values.Count(static entry => entry.Version == 2), Is.EqualTo(2).After(5000, 20));
    }
}
