using System.Security.Cryptography;
using Azure.Core;
using Microsoft.Extensions.Time.Testing;

namespace AuthCode.Tests.Scenarios.Farm;

/// <summary>Refresh tokens that work once, where the store does not say whether another instance has used the one in memory: it is neither sent nor stored.</summary>
internal sealed class UnconfirmedTests(bool isAsync) : FarmFixture(isAsync)
{
    private static readonly byte[] Roles = "roles"u8.ToArray();

    [Test]
    public async Task Data_replace_no_newer_token_that_cannot_be_read([Values] bool withLeases)
    {
        AuthorizationCodeClient one = Instance(withLeases: withLeases, time: new HastyClock()), other = WithNewerKey(withLeases);
        SignedInUser user = await SignIn(one);
        AuthorizationCodeCredential elsewhere = await On(other, user.SessionKey);
        Store.Before = async operation =>
        {
            if (operation == "write")
            {
                Store.Before = null;
                Leases.Expire();
                await Refresh(elsewhere, 1);
            }
        };

        bool isKept = await one.Sessions.SetDataAsync(user.SessionKey, Roles);
        await Refresh(elsewhere, 2);

        Assert.That((isKept, Refreshes, Replays), Is.EqualTo((false, 2, 0)));
    }

    [Test]
    public async Task Data_replace_no_newer_token_while_another_instance_has_the_lease_for_long()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        AuthorizationCodeClient one = Instance(static options => (options.RevalidateAfter, options.StoreTimeout) = (TimeSpan.FromHours(1), TimeSpan.FromMinutes(5)), time: time), other = Instance(withLeases: false);
        SignedInUser user = await SignIn(one);
        AuthorizationCodeCredential elsewhere = await On(other, user.SessionKey);
        Leases.IsSilent = true;
        Store.AfterRead = async () =>
        {
            // The last look before the wait ends: what is stored after it is found by the one that follows.
            Store.AfterRead = null;
            time.Advance(TimeSpan.FromMinutes(2));
            await Refresh(elsewhere, 1);
        };

        bool isKept = await one.Sessions.SetDataAsync(user.SessionKey, Roles);
        await Refresh(elsewhere, 2);

        Assert.That((isKept, Refreshes, Replays), Is.EqualTo((true, 2, 0)));
    }

    [Test]
    public async Task Data_that_could_not_be_stored_confirm_nothing([Values] bool isFlushed)
    {
        var time = new HastyClock();
        AuthorizationCodeClient one = Instance(static options => options.RevalidateAfter = TimeSpan.FromMinutes(1), time: time), other = Instance();
        SignedInUser user = await SignIn(one);
        await Refresh(await On(other, user.SessionKey), 1);
        Store.IsDown = true;
        await one.Sessions.SetDataAsync(user.SessionKey, Roles);
        Store.Flush();
        Store.IsDown = false;
        time.Skip(TimeSpan.FromSeconds(2));
        Task work = isFlushed ? one.Sessions.FlushAsync() : Refresh(user.Credential, 2);

        await work.ContinueWith(static _ => { }, TaskScheduler.Default);

        Assert.That((Refreshes, Replays, Store.Entries.Count), Is.EqualTo((1, 0, 0)), "the refresh of the other instance, which has flushed nothing");
    }

    [Test]
    public async Task A_token_that_was_stored_although_the_store_did_not_say_so_replaces_no_newer_one_that_cannot_be_read()
    {
        var time = new HastyClock();
        AuthorizationCodeClient one = Instance(time: time), other = WithNewerKey(withLeases: true);
        SignedInUser user = await SignIn(one);
        Store.LosesResponses = true;
        await Refresh(user.Credential, 1);
        Store.LosesResponses = false;
        AuthorizationCodeCredential elsewhere = await On(other, user.SessionKey);
        await Refresh(elsewhere, 2);
        time.Skip(TimeSpan.FromSeconds(2));

        await one.Sessions.FlushAsync();
        await Refresh(elsewhere, 3);

        Assert.That(Replays, Is.Zero);
    }

    [Test]
    public async Task Encryption_that_fails_for_a_moment_ends_no_session([Values] bool isCryptographic)
    {
        AuthorizationCodeClient client = Instance();
        SignedInUser user = await SignIn(client);
        Protector.Failure = isCryptographic ? new CryptographicException("failed", new HttpRequestException()) : new HttpRequestException();
        UserSession? during = await client.Sessions.FindAsync(user.SessionKey);
        Protector.Failure = null;

        AccessToken token = await Refresh(user.Credential, 1);

        Assert.That((during is not null, token.Token[..9], Ended.Count), Is.EqualTo((true, "access-2-", 0)));
    }

    [Test]
    public async Task Bytes_that_encryption_refuses_by_an_exception_cannot_be_read()
    {
        SignedInUser user = await SignIn(Instance());
        Protector.Failure = new CryptographicException("The payload was invalid.");

        Assert.That(await Instance().Sessions.FindAsync(user.SessionKey), Is.Null);
    }

    [Test]
    public async Task A_session_without_a_refresh_token_goes_on_where_its_entry_cannot_be_read()
    {
        AuthorizationCodeClient client = Instance();
        SignedInUser user = await SignInWithoutRefreshToken(client);
        (string key, StoredSession before) = Store.Entries.Single(static entry => entry.Value.Data.Length > 300);
        Protector.LoseKey();
        Store.Set(key, before with { Version = before.Version + 1 });

        Assert.That((await client.Sessions.FindAsync(user.SessionKey) is not null, (await GetToken(user.Credential, Some.Request("a"))).Token[..9]), Is.EqualTo((true, "access-1-")));
    }

    [Test]
    public async Task An_entry_of_an_account_that_cannot_be_read_may_say_that_its_sessions_have_ended()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        AuthorizationCodeClient one = Instance(time: time), other = WithNewerKey(withLeases: true);
        SignedInUser user = await SignIn(one);
        await other.Sessions.EndAllAsync(user.AccountKey);
        time.Advance(TimeSpan.FromMilliseconds(2));
        SignedInUser since = await SignIn(one);

        Assert.That(
            (await one.Sessions.FindAsync(user.SessionKey) is null, await one.Sessions.FindAsync(since.SessionKey) is null, await other.Sessions.FindAsync(user.SessionKey) is null),
            Is.EqualTo((true, false, true)));
    }

    [Test]
    public async Task Data_that_meet_one_conflict_after_another_are_stored_later()
    {
        AuthorizationCodeClient one = Instance(static options => options.RevalidateAfter = TimeSpan.FromHours(1));
        SignedInUser user = await SignIn(one);
        (string key, _) = Store.Entries.Single(static entry => entry.Value.Data.Length > 300);
        Store.Before = operation =>
        {
            if (operation == "write")
            {
                StoredSession stored = Store.Entries[key];
                Store.Set(key, stored with { Version = stored.Version + 1 });
            }

            return Task.CompletedTask;
        };
        bool isKept = await one.Sessions.SetDataAsync(user.SessionKey, Roles);
        Store.Before = null;

        await one.Sessions.FlushAsync();

        Assert.That((isKept, (await Instance().Sessions.FindAsync(user.SessionKey))!.Data.ToArray()), Is.EqualTo((true, Roles)));
    }

    [Test]
    public async Task A_caller_who_cancels_is_told_so_with_the_token_of_the_caller()
    {
        AuthorizationCodeClient client = Instance();
        SignedInUser user = await SignIn(client);
        Leases.IsSilent = true;
        using var cancel = new CancellationTokenSource();
        ValueTask<bool> setting = client.Sessions.SetDataAsync(user.SessionKey, Roles, cancel.Token);

        await cancel.CancelAsync();

        OperationCanceledException? canceled = Assert.CatchAsync<OperationCanceledException>(async () => await setting);
        Assert.That(canceled!.CancellationToken, Is.EqualTo(cancel.Token));
    }

    // The key ring of one instance is often ahead of that of another for a while.
    private AuthorizationCodeClient WithNewerKey(bool withLeases) => Instance(options => options.Protector = Protector.Rotated(), withLeases);
}
