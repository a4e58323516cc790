using Azure.Core;
using Microsoft.Extensions.Time.Testing;

namespace AuthCode.Tests.Scenarios.Farm;

/// <summary>Who waits for the turn or the lease of a session, and who must not.</summary>
internal sealed class TurnWaitTests(bool isAsync) : FarmFixture(isAsync)
{
    [Test]
    public async Task Without_a_time_out_of_the_network_the_lease_of_another_instance_is_waited_for()
    {
        AuthorizationCodeClient one = Instance(networkTimeout: Timeout.InfiniteTimeSpan), other = Instance();
        SignedInUser user = await SignIn(one);
        AuthorizationCodeCredential elsewhere = await On(other, user.SessionKey);
        (Task<AccessToken> refreshing, TaskCompletionSource go) = await RefreshUpToTheServer(elsewhere);
        Store.Before = _ =>
        {
            go.TrySetResult();
            return Task.CompletedTask;
        };

        AccessToken token = await GetToken(user.Credential, Request);

        Assert.That((token.Token, Refreshes), Is.EqualTo(((await refreshing).Token, 1)));
    }

    [Test]
    public async Task What_a_response_brought_that_came_after_its_time_is_stored_before_the_process_ends()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        AuthorizationCodeClient client = Instance(time: time);
        SignedInUser user = await SignIn(client);
        (Task<AccessToken> refreshing, TaskCompletionSource go) = await RefreshUpToTheServer(user.Credential);
        time.Advance(TimeSpan.FromSeconds(110));
        Assert.That(() => refreshing, Throws.TypeOf<AuthenticationFailedException>());
        var atWrite = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var write = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Store.Before = operation =>
        {
            if (operation == "write")
            {
                atWrite.TrySetResult();
                return write.Task;
            }

            return Task.CompletedTask;
        };
        go.SetResult();
        await atWrite.Task;

        Task<int> flushing = client.Sessions.FlushAsync();
        bool isOver = flushing.IsCompleted;
        write.SetResult();

        Assert.That((isOver, await flushing), Is.EqualTo((false, 0)));
    }

    [Test]
    public async Task A_store_that_flushes_within_a_write_does_not_wait_for_itself([Values] bool isOfData)
    {
        AuthorizationCodeClient client = Instance();
        SignedInUser user = await SignIn(client);
        Store.Before = operation => operation == "write" ? client.Sessions.FlushAsync() : Task.CompletedTask;

        if (isOfData)
        {
            await client.Sessions.SetDataAsync(user.SessionKey, new byte[] { 1 });
        }
        else
        {
            await GetToken(user.Credential, Request);
        }

        Assert.That(await client.Sessions.StorePendingAsync(), Is.Zero);
    }

    private static TokenRequestContext Request => new(["a", "b"], claims: "{}");

    private async Task<(Task<AccessToken> Refreshing, TaskCompletionSource Go)> RefreshUpToTheServer(AuthorizationCodeCredential credential)
    {
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        OnRefresh = _ =>
        {
            arrived.TrySetResult();
            return go.Task;
        };
        Task<AccessToken> refreshing = Task.Run(() => GetToken(credential, Request));
        await arrived.Task;
        return (refreshing, go);
    }
}
