using Microsoft.Extensions.Time.Testing;

namespace AuthCode.Tests.Scenarios.Farm;

/// <summary>What the store could not be told yet.</summary>
internal sealed class PendingTests(bool isAsync) : FarmFixture(isAsync)
{
    [Test]
    public async Task Whoever_stops_waiting_for_it_leaves_before_all_of_it_is_told()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        AuthorizationCodeClient client = Instance(time: time);
        SignedInUser[] users = [await SignIn(client, "one"), await SignIn(client, "two"), await SignIn(client, "three")];
        Store.IsDown = true;
        foreach (SignedInUser user in users)
        {
            await client.Sessions.EndWithoutRevocationAsync(user.SessionKey);
        }

        Store.IsDown = false;
        time.Advance(TimeSpan.FromSeconds(2));
        using var cancellation = new CancellationTokenSource();
        Store.Before = _ =>
        {
            cancellation.Cancel();
            return Task.CompletedTask;
        };

        Assert.That(() => client.Sessions.FlushAsync(cancellation.Token), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task What_one_pass_is_about_to_tell_does_not_count_as_untold_in_another()
    {
        var time = new HastyClock();
        AuthorizationCodeClient client = Instance(time: time);
        SignedInUser user = await SignIn(client);
        Store.IsDown = true;
        await client.Sessions.EndWithoutRevocationAsync(user.SessionKey);
        Store.IsDown = false;
        time.Skip(TimeSpan.FromSeconds(2));
        var arrived = new TaskCompletionSource();
        var go = new TaskCompletionSource();
        Store.Before = operation =>
        {
            arrived.TrySetResult();
            return operation == "end" ? go.Task : Task.CompletedTask;
        };

        Task<int> one = client.Sessions.StorePendingAsync();
        await arrived.Task;
        Task<int> other = client.Sessions.StorePendingAsync();
        go.SetResult();

        Assert.That((await one, await other), Is.EqualTo((0, 0)));
    }
}
