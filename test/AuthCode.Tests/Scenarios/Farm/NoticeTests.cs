using System.Runtime.CompilerServices;
using Microsoft.Extensions.Time.Testing;

namespace AuthCode.Tests.Scenarios.Farm;

/// <summary>Notices of changes, where nothing else makes an instance look into the store.</summary>
internal sealed class NoticeTests(bool isAsync) : FarmFixture(isAsync)
{
    [Test]
    public async Task The_end_of_all_sessions_of_an_account_is_told_to_instances_whose_sessions_the_caller_does_not_know()
    {
        Store.TellsChanges = true;
        AuthorizationCodeClient one = Unhurried(), other = Unhurried(), third = Unhurried();
        SignedInUser user = await SignIn(one), stranger = await SignIn(one, "stranger");
        await On(other, user.SessionKey);
        await On(other, stranger.SessionKey);

        await third.Sessions.EndAllAsync(user.AccountKey);

        Assert.That(
            (await other.Sessions.FindAsync(user.SessionKey), await other.Sessions.FindAsync(stranger.SessionKey) is not null), Is.EqualTo(((UserSession?)null, true)));
    }

    [Test]
    public async Task A_notice_that_comes_while_a_session_is_loaded_is_not_lost()
    {
        Store.TellsChanges = true;
        AuthorizationCodeClient one = Unhurried(), other = Unhurried();
        SignedInUser user = await SignIn(one);
        int reads = 0;
        Store.AfterRead = async () =>
        {
            // The session, the session again, and its account: nothing is read after that.
            if (++reads == 3)
            {
                Store.AfterRead = null;
                await one.Sessions.EndAsync(user.SessionKey);
            }
        };

        UserSession? loaded = await other.Sessions.FindAsync(user.SessionKey);

        Assert.That((loaded is null, await other.Sessions.FindAsync(user.SessionKey)), Is.EqualTo((false, (UserSession?)null)));
    }

    [Test]
    public void The_default_of_RevalidateAfter_depends_on_whether_the_store_tells_changes()
    {
        var options = new UserSessionOptions();
        TimeSpan withoutStore = options.RevalidateAfter;
        options.Store = new GatedStore(new Interleaving([]), "one", Store, Leases);
        TimeSpan silent = options.RevalidateAfter;
        options.Store = Store;

        Assert.That((withoutStore, silent, options.RevalidateAfter), Is.EqualTo((TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(60), TimeSpan.FromMinutes(5))));
    }

    [TestCase(60)]
    [TestCase(0)]
    public void A_value_of_RevalidateAfter_that_was_set_is_kept_whatever_the_store(int seconds)
    {
        var options = new UserSessionOptions { RevalidateAfter = TimeSpan.FromSeconds(seconds), Store = Store };

        Assert.That(options.RevalidateAfter, Is.EqualTo(TimeSpan.FromSeconds(seconds)));
    }

    [Test]
    public async Task With_a_store_that_tells_changes_a_session_is_read_again_after_5_minutes()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var options = new UserSessionOptions { Store = Store };
        AuthorizationCodeClient one = Instance(settings => settings.RevalidateAfter = options.RevalidateAfter, time: time), other = Instance(time: time);
        SignedInUser user = await SignIn(one);
        await other.Sessions.EndAsync(user.SessionKey);

        time.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromTicks(1));
        bool isFound = await one.Sessions.FindAsync(user.SessionKey) is not null;
        time.Advance(TimeSpan.FromTicks(1));

        Assert.That((isFound, await one.Sessions.FindAsync(user.SessionKey)), Is.EqualTo((true, (UserSession?)null)));
    }

    private AuthorizationCodeClient Unhurried() => Instance(static options => options.RevalidateAfter = TimeSpan.FromHours(1));

    [Test]
    public async Task A_store_keeps_no_client_and_no_sessions_that_nobody_has_any_more()
    {
        Store.TellsChanges = true;
        WeakReference client = await SignInAndForget();

        // The sign-in is still on the stack where it went on here.
        await Task.Yield();
        Assert.That(
            () =>
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                return client.IsAlive;
            },
            Is.False.After(5000, 50));
        await SignIn(Unhurried());
        Assert.That(Store.Subscriptions, Is.EqualTo(1), "the first notice without a client ends its subscription");
    }

    // Nothing of the client is on the stack of the test afterwards.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private async Task<WeakReference> SignInAndForget()
    {
        AuthorizationCodeClient client = Unhurried();
        await SignIn(client);
        return new WeakReference(client.Sessions);
    }
}
