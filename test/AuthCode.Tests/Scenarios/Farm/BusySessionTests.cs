using Microsoft.Extensions.Time.Testing;

namespace AuthCode.Tests.Scenarios.Farm;

/// <summary>What comes for a session while something else is under way.</summary>
internal sealed class BusySessionTests(bool isAsync) : FarmFixture(isAsync)
{
    private static readonly byte[] Roles = [1];

    [Test]
    public async Task All_who_come_for_data_of_a_version_share_one_look_into_the_store()
    {
        AuthorizationCodeClient one = Instance(), other = Instance(static options => options.RevalidateAfter = TimeSpan.FromHours(1));
        SignedInUser user = await SignIn(one);
        await On(other, user.SessionKey);
        await one.Sessions.SetDataAsync(user.SessionKey, Roles);
        int before = Store.Reads;
        var arrived = new TaskCompletionSource();
        var go = new TaskCompletionSource();
        Store.AfterRead = () =>
        {
            arrived.TrySetResult();
            return go.Task;
        };

        Task<UserSession?> first = other.Sessions.FindWithDataAsync(user.SessionKey, 1).AsTask();
        await arrived.Task;
        Task<UserSession?> second = other.Sessions.FindWithDataAsync(user.SessionKey, 1).AsTask();
        go.SetResult();

        Assert.That(((await first)!.Data.ToArray(), (await second)!.Data.ToArray(), Store.Reads - before), Is.EqualTo((Roles, Roles, 2)), "the session and its account, once");
    }

    [Test]
    public async Task A_version_that_no_instance_has_stored_is_looked_for_once_in_a_second()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        AuthorizationCodeClient client = Instance(static options => options.RevalidateAfter = TimeSpan.FromHours(1), time: time);
        SignedInUser user = await SignIn(client);
        await client.Sessions.FindWithDataAsync(user.SessionKey, 1);
        int before = Store.Reads;

        await client.Sessions.FindWithDataAsync(user.SessionKey, 1);
        int atOnce = Store.Reads - before;
        time.Advance(TimeSpan.FromSeconds(1));
        await client.Sessions.FindWithDataAsync(user.SessionKey, 1);

        Assert.That((atOnce, Store.Reads > before), Is.EqualTo((0, true)));
    }

    [Test]
    public async Task Data_of_a_session_that_was_ended_elsewhere_are_not_found_during_a_refresh()
    {
        AuthorizationCodeClient one = Instance(), other = Instance(static options => options.RevalidateAfter = TimeSpan.FromHours(1));
        SignedInUser user = await SignIn(one);
        (Task<AuthenticationFailedException> refreshing, TaskCompletionSource go) = await RefreshUpToTheServer(await On(other, user.SessionKey));
        await one.Sessions.EndWithoutRevocationAsync(user.SessionKey);

        UserSession? during = await other.Sessions.FindWithDataAsync(user.SessionKey, 1);
        go.SetResult();
        await refreshing;

        Assert.That(during, Is.Null);
    }

    [Test]
    public async Task A_refresh_of_a_session_that_a_new_sign_in_has_replaced_revokes_nothing_of_the_user([Values] bool isReplaced)
    {
        AuthorizationCodeClient one = Instance(), other = Instance();
        SignedInUser user = await SignIn(one);
        (Task<AuthenticationFailedException> refreshing, TaskCompletionSource go) = await RefreshUpToTheServer(user.Credential);
        if (isReplaced)
        {
            await SignIn(other);
        }

        await other.Sessions.EndWithoutRevocationAsync(user.SessionKey);
        go.SetResult();

        Assert.That(((await refreshing).IsSignInRequired, Server.At("/revoke").Count), Is.EqualTo((true, isReplaced ? 0 : 1)));
    }

    [Test]
    public async Task A_sign_out_whose_caller_cancels_during_a_look_up_is_told_to_the_service()
    {
        SignedInUser user = await SignIn(Instance());
        AuthorizationCodeClient other = Instance(static options => options.RevalidateAfter = TimeSpan.FromHours(1));
        using var cancellation = new CancellationTokenSource();
        var go = new TaskCompletionSource();
        int reads = 0;
        Store.AfterRead = () =>
        {
            // The entry and its account have been read.
            if (++reads != 3)
            {
                return Task.CompletedTask;
            }

            Store.AfterRead = null;
            cancellation.Cancel();
            return go.Task;
        };
        Store.Before = operation =>
        {
            if (operation == "end")
            {
                go.SetResult();
            }

            return Task.CompletedTask;
        };

        Assert.That(async () => await other.Sessions.EndAsync(user.SessionKey, cancellation.Token), Throws.InstanceOf<OperationCanceledException>());

        Assert.That(() => Ended.Select(static ended => ended.Reason), Is.EqualTo(new[] { SessionEnd.SignedOut }).After(5000, 10));
    }

    [Test]
    public async Task A_new_sign_in_while_a_refresh_is_overdue_is_refused_before_its_code_is_sent()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        AuthorizationCodeClient client = Alone(time);
        SignedInUser user = await SignIn(client);
        (Task<AuthenticationFailedException> refreshing, TaskCompletionSource go) = await RefreshUpToTheServer(user.Credential);
        time.Advance(TimeSpan.FromSeconds(110));
        await refreshing;

        AuthenticationFailedException failure = Assert.CatchAsync<AuthenticationFailedException>(() => SignIn(client, upgrade: user))!;
        go.SetResult();

        Assert.That((failure.IsTransient, Server.At("/token").Count(static sent => sent["grant_type"] == "authorization_code")), Is.EqualTo((true, 1)));
    }

    private async Task<(Task<AuthenticationFailedException> Refreshing, TaskCompletionSource Go)> RefreshUpToTheServer(AuthorizationCodeCredential credential)
    {
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        OnRefresh = _ =>
        {
            arrived.TrySetResult();
            return go.Task;
        };
        Task<AuthenticationFailedException> refreshing = Task.Run(() => Failure(credential, Some.Request("a", claims: "{}")));
        await arrived.Task;
        return (refreshing, go);
    }
}
