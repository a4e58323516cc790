using System.Text;
using Azure.Core;
using Microsoft.Extensions.Time.Testing;

namespace AuthCode.Tests.Scenarios.Farm;

/// <summary>What the application keeps with a session.</summary>
internal sealed class DataTests(bool isAsync) : FarmFixture(isAsync)
{
    private static readonly byte[] Roles = "roles-c4n4ry"u8.ToArray();

    [Test]
    public async Task It_is_found_on_all_instances_and_stays_when_the_session_is_refreshed_anywhere()
    {
        AuthorizationCodeClient one = Instance(), other = Instance();
        SignedInUser user = await SignIn(one);
        await On(other, user.SessionKey);

        bool isKept = await one.Sessions.SetDataAsync(user.SessionKey, Roles);
        string elsewhere = await DataOn(other, user.SessionKey);
        await Refresh(await On(other, user.SessionKey), 1);
        await Refresh(user.Credential, 2);

        Assert.That((isKept, elsewhere, await DataOn(one, user.SessionKey), await DataOn(Instance(), user.SessionKey)), Is.EqualTo((true, "roles-c4n4ry", "roles-c4n4ry", "roles-c4n4ry")));
    }

    [Test]
    public async Task Nothing_is_kept_at_first_and_the_last_data_replace_those_before()
    {
        AuthorizationCodeClient one = Instance(), other = Instance();
        SignedInUser user = await SignIn(one);
        string atFirst = await DataOn(one, user.SessionKey);

        await one.Sessions.SetDataAsync(user.SessionKey, Roles);
        await other.Sessions.SetDataAsync(user.SessionKey, "others"u8.ToArray());
        string replaced = await DataOn(one, user.SessionKey);
        await one.Sessions.SetDataAsync(user.SessionKey, default);

        Assert.That((atFirst, replaced, await DataOn(other, user.SessionKey)), Is.EqualTo(("", "others", "")));
    }

    [Test]
    public async Task A_refresh_that_read_the_store_before_does_not_write_over_it()
    {
        AuthorizationCodeClient one = Instance(withLeases: false), other = Instance(withLeases: false);
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
        await one.Sessions.SetDataAsync(user.SessionKey, Roles);
        go.Release();
        await refreshing;

        Assert.That((await DataOn(other, user.SessionKey), await DataOn(Instance(), user.SessionKey), Refreshes), Is.EqualTo(("roles-c4n4ry", "roles-c4n4ry", 1)));
    }

    [Test]
    public async Task While_the_store_is_down_it_is_kept_in_memory_and_stored_afterwards()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        AuthorizationCodeClient one = Instance(time: time);
        SignedInUser user = await SignIn(one);
        Store.IsDown = true;
        bool isKept = await one.Sessions.SetDataAsync(user.SessionKey, Roles);
        string meanwhile = await DataOn(one, user.SessionKey);
        Store.IsDown = false;
        time.Advance(TimeSpan.FromSeconds(2));

        int pending = await one.Sessions.FlushAsync();

        Assert.That((isKept, meanwhile, pending, await DataOn(Instance(), user.SessionKey)), Is.EqualTo((true, "roles-c4n4ry", 0, "roles-c4n4ry")));
    }

    [Test]
    public async Task What_the_store_could_not_take_is_newer_than_what_another_instance_has_stored_since()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        AuthorizationCodeClient one = Instance(time: time), other = Instance();
        SignedInUser user = await SignIn(one);
        Store.IsDown = true;
        await one.Sessions.SetDataAsync(user.SessionKey, Roles);
        Store.IsDown = false;
        await Refresh(await On(other, user.SessionKey), 1);
        time.Advance(TimeSpan.FromSeconds(2));

        await one.Sessions.FlushAsync();

        Assert.That((await DataOn(one, user.SessionKey), await DataOn(other, user.SessionKey), Replays), Is.EqualTo(("roles-c4n4ry", "roles-c4n4ry", 0)));
    }

    [Test]
    public async Task A_session_that_is_not_in_memory_while_the_store_is_down_is_a_transient_failure()
    {
        SignedInUser user = await SignIn(Instance());
        AuthorizationCodeClient other = Instance();
        Store.IsDown = true;

        AuthenticationFailedException failure = Assert.CatchAsync<AuthenticationFailedException>(async () => await other.Sessions.SetDataAsync(user.SessionKey, Roles))!;

        Assert.That(failure.IsTransient, Is.True);
    }

    [Test]
    public async Task It_ends_with_the_session_and_brings_none_back()
    {
        AuthorizationCodeClient one = Instance(), other = Instance();
        SignedInUser user = await SignIn(one);
        await one.Sessions.SetDataAsync(user.SessionKey, Roles);
        await On(other, user.SessionKey);
        await one.Sessions.EndAsync(user.SessionKey);

        bool[] kept = [await one.Sessions.SetDataAsync(user.SessionKey, Roles), await other.Sessions.SetDataAsync(user.SessionKey, Roles)];

        Assert.That((kept, await Instance().Sessions.FindAsync(user.SessionKey)), Is.EqualTo((new[] { false, false }, (UserSession?)null)));
    }

    [Test]
    public async Task An_end_that_comes_between_the_look_and_the_write_wins()
    {
        AuthorizationCodeClient one = Instance(withLeases: false), other = Instance(withLeases: false);
        SignedInUser user = await SignIn(one);
        await On(other, user.SessionKey);
        Store.Before = async operation =>
        {
            if (operation == "write")
            {
                Store.Before = null;
                await one.Sessions.EndWithoutRevocationAsync(user.SessionKey);
            }
        };

        bool isKept = await other.Sessions.SetDataAsync(user.SessionKey, Roles);

        Assert.That((isKept, await other.Sessions.FindAsync(user.SessionKey)), Is.EqualTo((false, (UserSession?)null)));
        Assert.That(Server.At("/revoke"), Is.Empty, "nothing was received that the server must forget");
    }

    [Test]
    public async Task A_refresh_that_comes_between_the_look_and_the_write_is_taken_over()
    {
        AuthorizationCodeClient one = Instance(withLeases: false), other = Instance(withLeases: false);
        SignedInUser user = await SignIn(one);
        AuthorizationCodeCredential elsewhere = await On(other, user.SessionKey);
        Store.Before = async operation =>
        {
            if (operation == "write")
            {
                Store.Before = null;
                await Refresh(elsewhere, 1);
            }
        };

        bool isKept = await one.Sessions.SetDataAsync(user.SessionKey, Roles);
        await Refresh(user.Credential, 2);
        await Refresh(elsewhere, 3);

        Assert.That((isKept, Refreshes, Replays, await DataOn(other, user.SessionKey)), Is.EqualTo((true, 3, 0, "roles-c4n4ry")));
    }

    [Test]
    public async Task Data_of_another_instance_that_come_between_are_written_over()
    {
        AuthorizationCodeClient one = Instance(withLeases: false), other = Instance(withLeases: false);
        SignedInUser user = await SignIn(one);
        Store.Before = async operation =>
        {
            if (operation == "write")
            {
                Store.Before = null;
                await other.Sessions.SetDataAsync(user.SessionKey, "others"u8.ToArray());
            }
        };

        bool isKept = await one.Sessions.SetDataAsync(user.SessionKey, Roles);

        Assert.That((isKept, await DataOn(one, user.SessionKey), await DataOn(other, user.SessionKey)), Is.EqualTo((true, "roles-c4n4ry", "roles-c4n4ry")));
    }

    [Test]
    public async Task An_end_while_it_waits_for_a_refresh_is_no_cancellation()
    {
        AuthorizationCodeClient one = Instance();
        SignedInUser user = await SignIn(one);
        using var arrived = new SemaphoreSlim(0);
        using var go = new SemaphoreSlim(0);
        OnRefresh = async _ =>
        {
            arrived.Release();
            await go.WaitAsync();
        };
        Task refreshing = Task.Run(() => Refresh(user.Credential, 1));
        await arrived.WaitAsync();

        Task<bool> keeping = one.Sessions.SetDataAsync(user.SessionKey, Roles).AsTask();
        await one.Sessions.EndWithoutRevocationAsync(user.SessionKey);
        bool isKept = await keeping;
        go.Release();

        Assert.That(isKept, Is.False);
        Assert.That(() => refreshing, Throws.InstanceOf<Exception>());
    }

    [Test]
    public async Task A_session_that_the_store_has_lost_is_not_written_back_where_a_refresh_token_works_once()
    {
        AuthorizationCodeClient one = Instance(static options => options.RevalidateAfter = TimeSpan.FromHours(1));
        SignedInUser user = await SignIn(one);
        Store.Flush();

        bool isKept = await one.Sessions.SetDataAsync(user.SessionKey, Roles);

        Assert.That((isKept, Store.Entries), Is.EqualTo((false, new Dictionary<string, StoredSession>())));
    }

    [Test]
    public async Task Without_a_store_it_is_in_the_memory_of_the_process()
    {
        AuthorizationCodeClient client = Alone();
        SignedInUser user = await SignIn(client);
        bool isKept = await client.Sessions.SetDataAsync(user.SessionKey, Roles);
        string kept = await DataOn(client, user.SessionKey);
        await client.Sessions.EndAsync(user.SessionKey);

        Assert.That((isKept, kept, await client.Sessions.SetDataAsync(user.SessionKey, Roles)), Is.EqualTo((true, "roles-c4n4ry", false)));
    }

    [Test]
    public async Task A_new_sign_in_of_the_session_leaves_it()
    {
        AuthorizationCodeClient one = Instance();
        SignedInUser user = await SignIn(one);
        await one.Sessions.SetDataAsync(user.SessionKey, Roles);

        await SignIn(one, upgrade: user);

        Assert.That((await DataOn(one, user.SessionKey), await DataOn(Instance(), user.SessionKey)), Is.EqualTo(("roles-c4n4ry", "roles-c4n4ry")));
    }

    [Test]
    public async Task It_is_encrypted_in_the_store()
    {
        AuthorizationCodeClient one = Instance();
        SignedInUser user = await SignIn(one);
        await one.Sessions.SetDataAsync(user.SessionKey, Roles);

        Assert.That(
            Store.Entries.Values.Where(static entry => Encoding.Latin1.GetString(entry.Data.Span) is var text
                && (text.Contains("c4n4ry", StringComparison.Ordinal) || text.Contains(Convert.ToBase64String(Roles), StringComparison.Ordinal))),
            Is.Empty);
    }

    [Test]
    public async Task As_much_as_is_allowed_is_kept_and_more_is_refused()
    {
        AuthorizationCodeClient one = Instance();
        SignedInUser user = await SignIn(one);

        bool isKept = await one.Sessions.SetDataAsync(user.SessionKey, new byte[128 * 1024]);

        Assert.That((isKept, (await Instance().Sessions.FindAsync(user.SessionKey))!.Data.Length), Is.EqualTo((true, 128 * 1024)));
        Assert.That(async () => await one.Sessions.SetDataAsync(user.SessionKey, new byte[(128 * 1024) + 1]), Refusal.Of("data", "must not be longer than 131072 bytes"));
        Assert.That(async () => await one.Sessions.SetDataAsync(null!, Roles), Refusal.OfNull("sessionKey"));
    }

    private static async Task<string> DataOn(AuthorizationCodeClient client, string sessionKey) => Encoding.UTF8.GetString((await client.Sessions.FindAsync(sessionKey))!.Data.Span);
}
