using System.Net;
using System.Text.Json.Nodes;
using Azure.Core;
using Microsoft.Extensions.Time.Testing;

namespace AuthCode.Tests.Scenarios.Farm;

/// <summary>A session that is found while it ends, or that goes on after it has ended.</summary>
internal sealed class EndingTests(bool isAsync) : FarmFixture(isAsync)
{
    // Nothing is read again because it is old.
    private static readonly Action<UserSessionOptions> Patient = static options => (options.RevalidateAfter, options.KeepAccessTokens) = (TimeSpan.FromHours(4), false);

    private int _refusals;

    [Test]
    public async Task Whoever_looks_for_a_session_while_its_end_is_stored_does_not_load_it_again()
    {
        var time = new HastyClock();
        AuthorizationCodeClient client = Instance(Patient, withLeases: false, time: time);
        SignedInUser user = await SignIn(client);
        time.Skip(TimeSpan.FromHours(2));
        Refuse("refresh-1-");
        var arrived = new TaskCompletionSource();
        var go = new TaskCompletionSource();
        Store.Before = operation =>
        {
            if (operation == "write")
            {
                arrived.TrySetResult();
                return go.Task;
            }

            return Task.CompletedTask;
        };

        Task<AuthenticationFailedException> refused = Task.Run(() => Failure(user.Credential, Both("{}")));
        await arrived.Task;
        Task<UserSession?> finding = client.Sessions.FindAsync(user.SessionKey).AsTask();
        go.SetResult();

        Assert.That((await finding, (await refused).IsSignInRequired, _refusals), Is.EqualTo(((UserSession?)null, true, 1)));
        Assert.That(() => Ended.Select(static ended => ended.Reason), Is.EqualTo(new[] { SessionEnd.Refused }).After(5000, 20));
    }

    [Test]
    public async Task The_service_is_told_of_a_session_that_cannot_be_refreshed_and_is_over()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        AuthorizationCodeClient client = Instance(time: time);
        SignedInUser user = await SignInWithoutRefreshToken(client);
        time.Advance(TimeSpan.FromHours(2));

        UserSession? found = await client.Sessions.FindAsync(user.SessionKey);

        Assert.That(found, Is.Null);
        Assert.That(() => Ended.Select(static ended => ended.Reason), Is.EqualTo(new[] { SessionEnd.Expired }).After(5000, 20));
    }

    [Test]
    public async Task A_session_that_returns_is_no_longer_said_to_have_ended()
    {
        IsTolerant = true;
        var time = new HastyClock();
        AuthorizationCodeClient one = Instance(Patient, time: time), other = Instance(withLeases: false);
        SignedInUser user = await SignIn(one);
        AuthorizationCodeCredential elsewhere = await On(other, user.SessionKey);
        Store.Before = static operation => operation == "read" ? Task.CompletedTask : throw new IOException("the store is read-only");
        time.Skip(TimeSpan.FromHours(2));
        Refuse("refresh-1-");
        await Failure(user.Credential, Both("{}"));
        UserSessionStatus before = await one.Sessions.GetStatusAsync(user.SessionKey);
        Store.Before = null;
        Server.Answers["/token"] = Usual;
        await GetToken(elsewhere, Both("{}"));
        time.Skip(TimeSpan.FromSeconds(2));
        await one.Sessions.StorePendingAsync();

        Assert.That((before, await one.Sessions.GetStatusAsync(user.SessionKey)), Is.EqualTo((UserSessionStatus.Ended, UserSessionStatus.Alive)));
        await one.Sessions.EndAsync(user.SessionKey);
        Assert.That(() => Ended.Select(static ended => ended.Reason), Is.EqualTo(new[] { SessionEnd.Refused, SessionEnd.SignedOut }).After(5000, 20), "its next end is told too");
    }

    [Test]
    public async Task A_session_that_was_lost_here_writes_over_nothing_that_another_instance_has_stored()
    {
        AuthorizationCodeClient one = Instance(time: new HastyClock()), other = Instance(options => options.Protector = Protector.Rotated());
        SignedInUser user = await SignIn(one);
        AuthorizationCodeCredential elsewhere = await On(other, user.SessionKey);
        await GetToken(elsewhere, Both("{}"));

        UserSession? found = await one.Sessions.FindAsync(user.SessionKey);
        AccessToken token = await GetToken(await On(other, user.SessionKey), Both("""{"access_token":{"c":null}}"""));

        Assert.That((found, token.Token.Length > 0, Replays), Is.EqualTo(((UserSession?)null, true, 0)));
    }

    [Test]
    public async Task A_session_that_the_store_has_lost_is_said_to_be_lost_when_it_is_looked_for_again()
    {
        AuthorizationCodeClient client = Instance(time: new HastyClock());
        SignedInUser user = await SignIn(client);
        Store.Flush();

        UserSession? found = await client.Sessions.FindAsync(user.SessionKey);

        Assert.That((found, await client.Sessions.GetStatusAsync(user.SessionKey), Store.Entries.Count), Is.EqualTo(((UserSession?)null, UserSessionStatus.Lost, 0)));
    }

    [Test]
    public async Task An_entry_that_must_not_be_written_over_is_not_read_each_time()
    {
        var time = new HastyClock();
        AuthorizationCodeClient client = Instance(static options => options.RevalidateAfter = TimeSpan.FromMinutes(10), time: time);
        SignedInUser user = await SignInWithoutRefreshToken(client);
        (string key, StoredSession before) = Store.Entries.Single(static entry => entry.Value.Data.Length > 300);
        Protector.LoseKey();
        Store.Set(key, before with { Version = before.Version + 1 });
        time.Skip(TimeSpan.FromMinutes(15));
        await client.Sessions.FindAsync(user.SessionKey);
        int reads = Store.Reads;

        UserSession? found = await client.Sessions.FindAsync(user.SessionKey);

        Assert.That((found is not null, Store.Reads - reads), Is.EqualTo((true, 0)));
    }

    [Test]
    public async Task A_new_sign_in_that_meets_a_sign_out_elsewhere_tells_of_no_second_end()
    {
        var time = new HastyClock();
        AuthorizationCodeClient one = Instance(time: time), other = Instance(static options => options.OnEnded = null);
        SignedInUser user = await SignIn(one);
        Store.Before = static operation => operation == "read" ? Task.CompletedTask : throw new IOException("the store is read-only");
        Refuse("refresh-1-");
        await Failure(user.Credential, Both("{}"));
        time.Skip(TimeSpan.FromSeconds(2));
        bool isSignedOut = false;
        Store.Before = async operation =>
        {
            if (operation == "write" && !isSignedOut)
            {
                isSignedOut = true;
                await other.Sessions.EndWithoutRevocationAsync(user.SessionKey);
            }
        };

        Assert.That(() => SignIn(one, upgrade: user), Throws.InstanceOf<AuthenticationFailedException>());
        SignedInUser last = await SignIn(one);
        await one.Sessions.EndWithoutRevocationAsync(last.SessionKey);

        Assert.That(() => Ended.Select(static ended => ended.Reason), Is.EqualTo(new[] { SessionEnd.Refused, SessionEnd.SignedOut }).After(5000, 20));
    }

    [Test]
    public async Task A_refusal_of_a_moment_ends_no_session_that_others_have_refreshed_with_the_same_token()
    {
        var time = new HastyClock();
        AuthorizationCodeClient one = Instance(static options => (options.RefreshTokenUse, options.KeepAccessTokens) = (RefreshTokenUse.Reusable, false), time: time);
        AuthorizationCodeClient other = Instance(static options => options.RefreshTokenUse = RefreshTokenUse.Reusable);
        SignedInUser user = await SignIn(one);
        AuthorizationCodeCredential elsewhere = await On(other, user.SessionKey);
        Store.Before = static operation => operation == "read" ? Task.CompletedTask : throw new IOException("the store is read-only");
        Refuse("refresh-1-");
        await Failure(user.Credential, Both("{}"));
        Store.Before = null;
        Server.Answers["/token"] = _ =>
        {
            JsonObject token = Token(null, null);
            token.Remove("refresh_token");
            return Provider.Json(HttpStatusCode.OK, token);
        };
        await GetToken(elsewhere, Both("{}"));
        time.Skip(TimeSpan.FromSeconds(2));
        int left = await one.Sessions.StorePendingAsync();

        Assert.That((left, await other.Sessions.GetStatusAsync(user.SessionKey), await one.Sessions.GetStatusAsync(user.SessionKey)), Is.EqualTo((0, UserSessionStatus.Alive, UserSessionStatus.Alive)));
    }

    [Test]
    public async Task A_refused_token_that_was_stored_although_the_store_did_not_say_so_is_not_sent_again_after_an_outage()
    {
        var time = new HastyClock();
        AuthorizationCodeClient client = Instance(static options => options.RefreshTokenUse = RefreshTokenUse.Reusable, time: time);
        SignedInUser user = await SignIn(client);
        Store.LosesResponses = true;
        await GetToken(user.Credential, Both("{}"));
        Store.LosesResponses = false;
        int reads = 0;
        Store.Before = operation => operation == "read" && ++reads <= 2 ? throw new IOException("the store is down") : Task.CompletedTask;
        Refuse("refresh-2-", onRefused: () => time.Skip(TimeSpan.FromSeconds(2)));
        time.Skip(TimeSpan.FromHours(2));

        AuthenticationFailedException failure = await Failure(user.Credential, Both("""{"access_token":{"c":null}}"""));
        time.Skip(TimeSpan.FromSeconds(2));
        int left = await client.Sessions.StorePendingAsync();

        Assert.That((failure.IsSignInRequired, _refusals, left, await Instance().Sessions.FindAsync(user.SessionKey)), Is.EqualTo((true, 1, 0, (UserSession?)null)));
    }

    [Test]
    public async Task A_touch_by_another_instance_leaves_a_writer_its_time_also_if_what_was_refused_could_not_be_stored()
    {
        IsTolerant = true;
        AuthorizationCodeClient one = Instance(withLeases: false, time: new HastyClock()), other = Instance(withLeases: false), third = Instance(withLeases: false);
        SignedInUser user = await SignIn(one);
        AuthorizationCodeCredential elsewhere = await On(other, user.SessionKey);
        await On(third, user.SessionKey);
        Store.Before = static operation => operation == "read" ? Task.CompletedTask : throw new IOException("the store is read-only");
        await GetToken(user.Credential, Both("{}"));
        Store.Before = null;
        var go = new TaskCompletionSource();
        int looks = -1;
        Task<AccessToken> writing = Task.CompletedTask.ContinueWith(static _ => default(AccessToken), TaskScheduler.Default);
        Refuse(
            "refresh-2-",
            onRefused: () =>
            {
                third.Sessions.SetDataAsync(user.SessionKey, new byte[] { 1 }).AsTask().GetAwaiter().GetResult();
                Interlocked.Exchange(ref looks, 0);
                writing = Task.Run(async () =>
                {
                    await go.Task;
                    return await GetToken(elsewhere, Both("{}"));
                });
            });
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

        AccessToken token = await GetToken(user.Credential, Both("""{"access_token":{"c":null}}"""));

        Assert.That((token.Token.Length > 0, Ended.Count), Is.EqualTo((true, 0)));
    }

    private Func<SentRequest, HttpResponseMessage> Usual { get; set; } = null!;

    private void Refuse(string refreshToken, Action? onRefused = null)
    {
        Usual = Server.Answers["/token"];
        Server.Answers["/token"] = sent =>
        {
            if (sent["refresh_token"]?.StartsWith(refreshToken, StringComparison.Ordinal) != true)
            {
                return Usual(sent);
            }

            _refusals++;
            onRefused?.Invoke();
            return Provider.Error("invalid_grant");
        };
    }

    // All scopes of the session, so that a refusal is one of the token.
    private static TokenRequestContext Both(string claims) => new(["a", "b"], claims: claims);
}
