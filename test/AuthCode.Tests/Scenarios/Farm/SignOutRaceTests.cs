using System.Net;
using Microsoft.Extensions.Time.Testing;

namespace AuthCode.Tests.Scenarios.Farm;

/// <summary>A sign-out while something else is under way: the session has ended, and stays so.</summary>
internal sealed class SignOutRaceTests(bool isAsync) : FarmFixture(isAsync)
{
    [Test]
    public async Task During_the_revocation_nobody_finds_the_session_in_the_store()
    {
        AuthorizationCodeClient client = Instance();
        SignedInUser user = await SignIn(client);
        UserSession? during = null;
        Server.Answers["/revoke"] = _ =>
        {
            during = client.Sessions.FindAsync(user.SessionKey).AsTask().GetAwaiter().GetResult();
            return new HttpResponseMessage(HttpStatusCode.OK);
        };

        await client.Sessions.EndAsync(user.SessionKey);

        Assert.That((Server.At("/revoke").Count, during, await client.Sessions.FindAsync(user.SessionKey)), Is.EqualTo((1, (UserSession?)null, (UserSession?)null)));
    }

    [Test]
    public async Task A_look_up_that_has_read_the_store_before_does_not_bring_the_session_back()
    {
        SignedInUser user = await SignIn(Instance());
        AuthorizationCodeClient other = Instance(static options => options.RevalidateAfter = TimeSpan.FromHours(1));
        Task? ending = null;
        int reads = 0;
        Store.AfterRead = () =>
        {
            // The entry and its account have been read.
            if (Interlocked.Increment(ref reads) == 3)
            {
                Store.AfterRead = null;
                ending = other.Sessions.EndAsync(user.SessionKey).AsTask();
            }

            return Task.CompletedTask;
        };

        await other.Sessions.FindAsync(user.SessionKey);
        await ending!;

        Assert.That(await other.Sessions.FindAsync(user.SessionKey), Is.Null);
    }

    [Test]
    public async Task While_the_store_is_down_a_session_that_is_not_in_memory_ends_when_the_store_is_back()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        AuthorizationCodeClient one = Instance(time: time), other = Instance(time: time);
        SignedInUser user = await SignIn(one);
        Store.IsDown = true;
        await other.Sessions.EndAsync(user.SessionKey);
        Store.IsDown = false;
        time.Advance(TimeSpan.FromSeconds(2));
        UserSession? here = await other.Sessions.FindAsync(user.SessionKey);

        await other.Sessions.FlushAsync();

        Assert.That((here, await one.Sessions.FindAsync(user.SessionKey)), Is.EqualTo(((UserSession?)null, (UserSession?)null)));
    }

    [Test]
    public async Task A_sign_out_of_all_sessions_during_a_refresh_elsewhere_wins_and_revokes_what_was_received()
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

        await other.Sessions.EndAllAsync(user.AccountKey);
        go.Release();

        Assert.That(((await refreshing).IsSignInRequired, Server.At("/revoke").Select(static sent => sent["token"]![..10])), Is.EqualTo((true, new[] { "refresh-2-" })).UsingPropertiesComparer());
    }

    [Test]
    public async Task The_newest_session_makes_place_for_the_one_before()
    {
        AuthorizationCodeClient one = Instance(), other = Instance();
        SignedInUser first = await SignIn(one), second = await SignIn(one);

        await one.Sessions.EndAsync(second.SessionKey);

        Assert.That((await other.Sessions.FindNewestAsync(first.AccountKey))?.Key, Is.EqualTo(first.SessionKey));
    }

    [Test]
    public async Task A_look_up_that_nobody_waits_for_any_more_is_not_the_answer_to_a_later_one()
    {
        SignedInUser user = await SignIn(Instance());
        AuthorizationCodeClient other = Instance();
        var go = new TaskCompletionSource();
        Store.Before = _ => go.Task;
        using var cancellation = new CancellationTokenSource();
        Task first = other.Sessions.FindAsync(user.SessionKey, cancellation.Token).AsTask();
        await cancellation.CancelAsync();
        Assert.That(() => first, Throws.InstanceOf<OperationCanceledException>());
        go.SetResult();
        UserSession? second = await other.Sessions.FindAsync(user.SessionKey);

        second!.Credential.Dispose();

        Assert.That((await other.Sessions.FindAsync(user.SessionKey))?.Key, Is.EqualTo(user.SessionKey));
    }
}
