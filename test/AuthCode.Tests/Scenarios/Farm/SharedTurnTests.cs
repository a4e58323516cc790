using System.Net;
using Azure.Core;
using Microsoft.Extensions.Time.Testing;

namespace AuthCode.Tests.Scenarios.Farm;

/// <summary>Turns of a shared session that end otherwise than in a token of their own.</summary>
internal sealed class SharedTurnTests(bool isAsync) : FarmFixture(isAsync)
{
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());

    [Test]
    public async Task A_server_that_fails_is_asked_as_often_as_without_a_store_and_a_later_call_refreshes_again()
    {
        AuthorizationCodeClient client = Instance(time: _time);
        SignedInUser user = await SignIn(client);
        Func<SentRequest, HttpResponseMessage> works = Server.Answers["/token"];
        Server.Answers["/token"] = static _ => new HttpResponseMessage(HttpStatusCode.ServiceUnavailable);

        AuthenticationFailedException failure = await Failure(user.Credential, Some.Request("a", claims: "{}"));
        int asked = Refreshes;
        Server.Answers["/token"] = works;
        AccessToken token = await Refresh(user.Credential, 1);

        Assert.That((failure.Response?.StatusCode, failure.IsTransient, asked), Is.EqualTo((HttpStatusCode.ServiceUnavailable, true, 2)), "once more, since the response may have been lost");
        Assert.That((token.Token[..9], Refreshes, Replays), Is.EqualTo(("access-2-", 3, 0)));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_revocation_that_fails_after_a_sign_out_elsewhere_leaves_the_session_ended(bool isAnswered)
    {
        AuthorizationCodeClient one = Instance(time: _time), other = Instance(time: _time);
        SignedInUser user = await SignIn(one);
        OnRefresh = _ => other.Sessions.EndWithoutRevocationAsync(user.SessionKey).AsTask();
        Server.Answers["/revoke"] = _ => isAnswered ? new HttpResponseMessage(HttpStatusCode.InternalServerError) : throw new HttpRequestException("the connection was lost");

        AuthenticationFailedException failure = await Failure(user.Credential, Some.Request("a", claims: "{}"));

        Assert.That((failure.IsSignInRequired, failure.Message), Is.EqualTo((true, "The session has been ended, on this instance or on another one. Sign the user in again.")));
        Assert.That(Server.At("/revoke").Select(static sent => sent["token"]![..10]), Is.EqualTo(new[] { "refresh-2-" }), "what the refresh brought");
        Assert.That(() => GetToken(user.Credential, Some.Request("a")), Throws.TypeOf<AuthenticationFailedException>().With.Property("IsSignInRequired").True);
    }

    [Test]
    public async Task A_revocation_that_a_sign_out_here_cancels_ends_the_session_as_the_one_elsewhere()
    {
        AuthorizationCodeClient one = Instance(time: _time), other = Instance(time: _time);
        SignedInUser user = await SignIn(one);
        OnRefresh = _ => other.Sessions.EndWithoutRevocationAsync(user.SessionKey).AsTask();
        Server.Answers["/revoke"] = _ =>
        {
            one.Sessions.EndWithoutRevocationAsync(user.SessionKey).AsTask().GetAwaiter().GetResult();
            throw new OperationCanceledException();
        };

        AuthenticationFailedException failure = await Failure(user.Credential, Some.Request("a", claims: "{}"));

        Assert.That((failure.IsSignInRequired, failure.Message), Is.EqualTo((true, "The session has been ended, on this instance or on another one. Sign the user in again.")));
    }

    [Test]
    public async Task What_another_instance_has_stored_serves_a_call_while_that_instance_has_the_lease_for_more()
    {
        AuthorizationCodeClient one = Instance(time: _time), other = Instance(time: _time);
        SignedInUser user = await SignIn(one);
        AuthorizationCodeCredential elsewhere = await On(other, user.SessionKey);
        string stored = (await Refresh(elsewhere, 1)).Token;
        (Task<AccessToken> holding, TaskCompletionSource go) = await RefreshUpToTheServer(elsewhere, 2);

        string served = (await WithoutTimeAsync(Refresh(user.Credential, 1), go)).Token;
        await holding;

        Assert.That((served, Refreshes), Is.EqualTo((stored, 2)));
    }

    [Test]
    public async Task A_call_that_the_store_has_nothing_new_for_waits_until_the_other_instance_is_done()
    {
        var clock = new NotedClock();
        AuthorizationCodeClient one = Instance(time: clock), other = Instance(time: _time);
        SignedInUser user = await SignIn(one);
        (Task<AccessToken> holding, TaskCompletionSource go) = await RefreshUpToTheServer(await On(other, user.SessionKey), 1);

        Task<AccessToken> waiting = Refresh(user.Credential, 2);
        TimeSpan wait = await clock.NextWaitAsync();
        go.SetResult();
        await holding;
        clock.Advance(wait);

        Assert.That(((await waiting).Token[..9], Refreshes, Replays), Is.EqualTo(("access-3-", 2, 0)));
    }

    [Test]
    public async Task A_sign_out_is_told_while_another_instance_has_the_lease()
    {
        AuthorizationCodeClient one = Instance(time: _time), other = Instance(time: _time);
        SignedInUser user = await SignIn(one);
        (Task<AccessToken> holding, TaskCompletionSource go) = await RefreshUpToTheServer(await On(other, user.SessionKey), 1);
        await Instance(time: _time).Sessions.EndWithoutRevocationAsync(user.SessionKey);

        AuthenticationFailedException failure = await WithoutTimeAsync(Failure(user.Credential, Some.Request("a", claims: "{}")), go);

        Assert.That((failure.IsSignInRequired, Refreshes), Is.EqualTo((true, 1)));
        Assert.That(() => holding, Throws.TypeOf<AuthenticationFailedException>());
    }

    // Nobody moves the clock: a call that waits for the lease does not end.
    private static async Task<T> WithoutTimeAsync<T>(Task<T> call, TaskCompletionSource go)
    {
        try
        {
            return await call.WaitAsync(TimeSpan.FromSeconds(10));
        }
        finally
        {
            go.SetResult();
        }
    }

    private async Task<(Task<AccessToken> Refreshing, TaskCompletionSource Go)> RefreshUpToTheServer(AuthorizationCodeCredential credential, int number)
    {
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        OnRefresh = _ =>
        {
            arrived.TrySetResult();
            return go.Task;
        };
        Task<AccessToken> refreshing = Refresh(credential, number);
        await arrived.Task.WaitAsync(TimeSpan.FromSeconds(10));
        return (refreshing, go);
    }
}
