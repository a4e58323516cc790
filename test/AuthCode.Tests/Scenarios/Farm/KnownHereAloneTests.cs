using Azure.Core;
using Microsoft.Extensions.Time.Testing;

namespace AuthCode.Tests.Scenarios.Farm;

/// <summary>What must not be ended, sent or lost because of something that is known on one instance alone.</summary>
internal sealed class KnownHereAloneTests(bool isAsync) : FarmFixture(isAsync)
{
    [Test]
    public async Task A_new_sign_in_that_was_never_stored_and_is_refused_leaves_what_another_instance_has_stored()
    {
        var time = new HastyClock();
        AuthorizationCodeClient one = Instance(time: time), other = Instance();
        SignedInUser user = await SignIn(one);
        AuthorizationCodeCredential elsewhere = await On(other, user.SessionKey);
        Store.IsDown = true;
        await SignIn(one, upgrade: user);
        Store.IsDown = false;
        await Refresh(elsewhere, 1);
        time.Skip(TimeSpan.FromSeconds(2));
        bool isRefused = false;
        Server.Answers["/token"] = WithRefusalOf("refresh-2-", () => isRefused = true, Server.Answers["/token"]);

        AccessToken token = await Refresh(user.Credential, 2);

        Assert.That((isRefused, token.Token.Length > 0, await other.Sessions.GetStatusAsync(user.SessionKey)), Is.EqualTo((true, true, UserSessionStatus.Alive)));
    }

    [Test]
    public async Task A_copy_is_not_sent_if_the_store_stops_responding_while_it_is_asked_whether_that_is_the_newest()
    {
        AuthorizationCodeClient client = Instance(time: new HastyClock());
        SignedInUser user = await SignIn(client);
        Store.Flush();
        int reads = 0;
        Store.Before = operation =>
        {
            Store.IsDown = operation == "read" && ++reads > 2;
            return Task.CompletedTask;
        };

        AuthenticationFailedException failure = await Failure(user.Credential, Some.Request("a", claims: "{}"));

        Assert.That((failure.IsTransient, Refreshes), Is.EqualTo((true, 0)));
    }

    [Test]
    public async Task An_entry_of_a_later_version_ends_no_session_that_is_not_refreshed()
    {
        AuthorizationCodeClient client = Instance(time: new HastyClock());
        SignedInUser user = await SignIn(client);
        Protector.Rewrite = AesProtector.InLaterFormat;
        await Refresh(await On(Instance(), user.SessionKey), 1);
        Protector.Rewrite = null;

        UserSession? found = await client.Sessions.FindAsync(user.SessionKey);

        Assert.That((found is not null, Ended.Count, await client.Sessions.StorePendingAsync()), Is.EqualTo((true, 0, 0)));
    }

    [Test]
    public async Task Data_that_another_instance_has_stored_are_found_during_a_refresh()
    {
        AuthorizationCodeClient one = Instance(), other = Instance(static options => options.RevalidateAfter = TimeSpan.FromHours(1), withLeases: false);
        SignedInUser user = await SignIn(one);
        AuthorizationCodeCredential elsewhere = await On(other, user.SessionKey);
        using var arrived = new SemaphoreSlim(0);
        using var go = new SemaphoreSlim(0);
        OnRefresh = async _ =>
        {
            arrived.Release();
            await go.WaitAsync();
        };
        Task refreshing = Task.Run(() => Refresh(elsewhere, 1));
        await arrived.WaitAsync();
        await one.Sessions.SetDataAsync(user.SessionKey, new byte[] { 1 });

        UserSession? during = await other.Sessions.FindWithDataAsync(user.SessionKey, 1);
        go.Release();
        await refreshing;

        Assert.That((during!.Data.ToArray(), during.DataVersion), Is.EqualTo((new byte[] { 1 }, 1)));
    }

    [Test]
    public async Task An_account_that_cannot_be_read_does_not_end_a_session_that_began_while_the_store_was_down()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        AuthorizationCodeClient one = Instance(time: time);
        SignedInUser before = await SignIn(one);
        Store.IsDown = true;
        await one.Sessions.EndAllAsync(before.AccountKey);
        time.Advance(TimeSpan.FromMilliseconds(100));
        SignedInUser since = await SignIn(one);
        Store.IsDown = false;
        Protector.LoseKey();
        time.Advance(TimeSpan.FromSeconds(2));

        await one.Sessions.FlushAsync();

        Assert.That((await one.Sessions.FindAsync(before.SessionKey) is null, await one.Sessions.FindAsync(since.SessionKey) is null), Is.EqualTo((true, false)));
    }

    [Test]
    public async Task A_token_that_was_used_here_is_not_sent_again_when_what_it_brought_was_not_stored_and_is_refused()
    {
        AuthorizationCodeClient client = Instance(time: new HastyClock());
        SignedInUser user = await SignIn(client);
        Store.Before = static operation => operation == "read" ? Task.CompletedTask : throw new IOException("the store is read-only");
        await GetToken(user.Credential, Both("{}"));
        Server.Answers["/token"] = WithRefusalOf("refresh-2-", static () => { }, Server.Answers["/token"]);

        AuthenticationFailedException failure = await Failure(user.Credential, Both("""{"access_token":{"c":null}}"""));

        Assert.That((failure.IsSignInRequired, Refreshes, Replays), Is.EqualTo((true, 2, 0)));
    }

    [Test]
    public async Task A_refused_token_is_not_sent_again_because_another_instance_has_stored_something_older()
    {
        var time = new HastyClock();
        AuthorizationCodeClient one = Instance(time: time), other = Instance(withLeases: false);
        SignedInUser user = await SignIn(one);
        AuthorizationCodeCredential elsewhere = await On(other, user.SessionKey);
        Store.IsDown = true;
        await SignIn(one, upgrade: user);
        Store.IsDown = false;
        time.Skip(TimeSpan.FromSeconds(2));
        int refusals = 0;
        Func<SentRequest, HttpResponseMessage> others = Server.Answers["/token"];
        Server.Answers["/token"] = WithRefusalOf("refresh-2-", () => Refuse().GetAwaiter().GetResult(), others);

        await Refresh(user.Credential, 2);

        Assert.That((refusals, Replays), Is.EqualTo((1, 0)));

        Task Refuse() => ++refusals == 1 ? Task.Run(() => Refresh(elsewhere, 1)) : Task.CompletedTask;
    }

    [Test]
    public async Task A_token_that_another_instance_has_stored_serves_when_what_this_one_could_not_store_is_refused()
    {
        IsTolerant = true;
        AuthorizationCodeClient one = Instance(time: new HastyClock()), other = Instance(withLeases: false);
        SignedInUser user = await SignIn(one);
        AuthorizationCodeCredential elsewhere = await On(other, user.SessionKey);
        Store.Before = static operation => operation == "read" ? Task.CompletedTask : throw new IOException("the store is read-only");
        await GetToken(user.Credential, Both("{}"));
        Store.Before = null;
        await GetToken(elsewhere, Both("{}"));
        Server.Answers["/token"] = WithRefusalOf("refresh-2-", static () => { }, Server.Answers["/token"]);

        AccessToken token = await GetToken(user.Credential, Both("""{"access_token":{"c":null}}"""));

        Assert.That((token.Token[..9], await other.Sessions.GetStatusAsync(user.SessionKey)), Is.EqualTo(("access-4-", UserSessionStatus.Alive)));
    }

    [Test]
    public async Task A_refusal_of_one_token_does_not_end_the_session_with_another_one_that_was_received_at_once()
    {
        IsTolerant = true;
        AuthorizationCodeClient one = Instance(withLeases: false, time: new HastyClock()), other = Instance(withLeases: false);
        SignedInUser user = await SignIn(one);
        AuthorizationCodeCredential elsewhere = await On(other, user.SessionKey);
        var arrived = new TaskCompletionSource();
        var go = new TaskCompletionSource();
        OnRefresh = _ =>
        {
            OnRefresh = null;
            arrived.SetResult();
            return go.Task;
        };
        Task<AccessToken> branch = Task.Run(() => GetToken(elsewhere, Both("{}")));
        await arrived.Task;
        await GetToken(user.Credential, Both("{}"));
        Server.Answers["/token"] = WithRefusalOf(
            "refresh-2-",
            () =>
            {
                go.SetResult();
                branch.Wait();
            },
            Server.Answers["/token"]);

        AccessToken token = await GetToken(user.Credential, Both("""{"access_token":{"c":null}}"""));

        Assert.That((token.Token.Length > 0, await other.Sessions.GetStatusAsync(user.SessionKey)), Is.EqualTo((true, UserSessionStatus.Alive)));
    }

    [Test]
    public async Task A_refused_token_that_was_stored_although_the_store_did_not_say_so_is_not_sent_again()
    {
        AuthorizationCodeClient client = Instance(time: new HastyClock());
        SignedInUser user = await SignIn(client);
        Store.LosesResponses = true;
        await GetToken(user.Credential, Both("{}"));
        Store.LosesResponses = false;
        int refusals = 0;
        Server.Answers["/token"] = WithRefusalOf("refresh-2-", () => refusals++, Server.Answers["/token"]);

        AuthenticationFailedException failure = await Failure(user.Credential, Both("""{"access_token":{"c":null}}"""));

        Assert.That((failure.IsSignInRequired, refusals, Replays), Is.EqualTo((true, 1, 0)));
    }

    [Test]
    public async Task A_session_that_was_refused_is_not_found_again_while_the_store_cannot_be_told()
    {
        var time = new HastyClock();
        AuthorizationCodeClient client = Instance(static options => options.KeepAccessTokens = false, time: time);
        SignedInUser user = await SignIn(client);
        Store.Before = static operation => operation == "read" ? Task.CompletedTask : throw new IOException("the store is read-only");
        await GetToken(user.Credential, Both("{}"));
        Server.Answers["/token"] = WithRefusalOf("refresh-2-", static () => { }, Server.Answers["/token"]);
        time.Skip(TimeSpan.FromHours(2));
        AuthenticationFailedException refused = await Failure(user.Credential, Both("{}"));

        UserSession? again = await client.Sessions.FindAsync(user.SessionKey);
        UserSessionStatus status = await client.Sessions.GetStatusAsync(user.SessionKey);

        Assert.That((refused.IsSignInRequired, again, status), Is.EqualTo((true, (UserSession?)null, UserSessionStatus.Ended)));
    }

    [Test]
    public async Task A_touch_by_another_instance_leaves_a_writer_its_time()
    {
        AuthorizationCodeClient one = Instance(withLeases: false, time: new HastyClock()), other = Instance(withLeases: false), third = Instance(withLeases: false);
        SignedInUser user = await SignIn(one);
        AuthorizationCodeCredential elsewhere = await On(other, user.SessionKey);
        await On(third, user.SessionKey);
        Func<SentRequest, HttpResponseMessage> server = Server.Answers["/token"];
        var go = new TaskCompletionSource();
        int looks = -1;
        Task<AccessToken> writing = Task.CompletedTask.ContinueWith(static _ => default(AccessToken), TaskScheduler.Default);
        Server.Answers["/token"] = WithRefusalOf(
            "refresh-1-",
            () =>
            {
                third.Sessions.SetDataAsync(user.SessionKey, new byte[] { 1 }).AsTask().GetAwaiter().GetResult();
                Server.Answers["/token"] = server;
                Interlocked.Exchange(ref looks, 0);
                writing = Task.Run(async () =>
                {
                    await go.Task;
                    return await GetToken(elsewhere, Both("{}"));
                });
            },
            server);
        Store.AfterRead = () =>
        {
            // The session and its account were read once, with what the third instance has written.
            if (looks >= 0 && ++looks == 3)
            {
                go.SetResult();
                return writing;
            }

            return Task.CompletedTask;
        };

        AccessToken token = await GetToken(user.Credential, Both("{}"));

        Assert.That((token.Token.Length > 0, Ended.Count), Is.EqualTo((true, 0)));
    }

    // All scopes of the session, so that a refusal is one of the token.
    private static TokenRequestContext Both(string claims) => new(["a", "b"], claims: claims);

    private static Func<SentRequest, HttpResponseMessage> WithRefusalOf(string refreshToken, Action onRefused, Func<SentRequest, HttpResponseMessage> others) => sent =>
    {
        if (sent["refresh_token"]?.StartsWith(refreshToken, StringComparison.Ordinal) != true)
        {
            return others(sent);
        }

        onRefused();
        return Provider.Error("invalid_grant");
    };
}
