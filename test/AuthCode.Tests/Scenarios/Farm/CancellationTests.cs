using Microsoft.Extensions.Time.Testing;

namespace AuthCode.Tests.Scenarios.Farm;

/// <summary>What a caller who cancels, and a session that ends meanwhile, do to the calls of others.</summary>
internal sealed class CancellationTests(bool isAsync) : FarmFixture(isAsync)
{
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());

    [Test]
    public async Task A_session_that_ends_during_a_flush_ends_no_flush()
    {
        AuthorizationCodeClient client = Instance();
        SignedInUser user = await SignIn(client);
        using var arrived = new SemaphoreSlim(0);
        using var go = new SemaphoreSlim(0);
        OnRefresh = async _ =>
        {
            arrived.Release();
            await go.WaitAsync();
        };
        Task refreshing = Task.Run(() => Refresh(user.Credential, 1));
        await arrived.WaitAsync();

        Task<int> flushing = client.Sessions.FlushAsync();
        await client.Sessions.EndWithoutRevocationAsync(user.SessionKey);
        go.Release();

        Assert.That(await flushing, Is.Zero);
        Assert.That(() => refreshing, Throws.TypeOf<ObjectDisposedException>());
    }

    [Test]
    public async Task A_look_up_of_a_session_that_ends_meanwhile_finds_none()
    {
        AuthorizationCodeClient client = Instance(time: _time);
        SignedInUser user = await SignIn(client);
        Store.Flush();

        // Another instance may be about to write the session back: the look-up waits for that.
        Task<UserSession?> finding = client.Sessions.FindAsync(user.SessionKey).AsTask();
        await client.Sessions.EndWithoutRevocationAsync(user.SessionKey);

        Assert.That(await finding.WaitAsync(TimeSpan.FromSeconds(10)), Is.Null);
    }

    [Test]
    public async Task A_caller_who_cancels_does_not_wait_for_what_another_instance_may_write_back()
    {
        AuthorizationCodeClient client = Instance(time: _time);
        SignedInUser user = await SignIn(client);
        Store.Flush();
        using var canceled = new CancellationTokenSource();

        Task<UserSession?> finding = client.Sessions.FindAsync(user.SessionKey, canceled.Token).AsTask();
        await canceled.CancelAsync();

        OperationCanceledException? end = Assert.CatchAsync<OperationCanceledException>(() => finding.WaitAsync(TimeSpan.FromSeconds(10)));
        Assert.That(end!.CancellationToken, Is.EqualTo(canceled.Token));
    }

    [Test]
    public async Task A_caller_who_cancels_while_the_lease_is_asked_for_gets_their_own_token()
    {
        var leases = new HangingLeases();
        AuthorizationCodeClient client = Instance(options => options.Leases = leases, time: _time);
        SignedInUser user = await SignIn(client);
        using var canceled = new CancellationTokenSource();
        AuthorizationRequest request = await client.CreateAuthorizationRequestAsync(The.Redirect, ["a", "b"]);
        Server.Answers["/token"] = _ => Provider.Json(System.Net.HttpStatusCode.OK, Token(request.Transaction.Nonce.Value, Provider.Subject));

        Task<SignedInUser> upgrading = client.CompleteSignInAsync(request.Transaction, new Uri($"{The.Redirect}?code={The.Code}&state={request.Transaction.State}"), user, canceled.Token);
        await leases.Asked.WaitAsync(TimeSpan.FromSeconds(10));
        await canceled.CancelAsync();

        OperationCanceledException? end = Assert.CatchAsync<OperationCanceledException>(() => upgrading);
        Assert.That(end!.CancellationToken, Is.EqualTo(canceled.Token));
    }

    [Test]
    public async Task A_canceled_sign_out_ends_a_session_that_was_being_loaded()
    {
        SignedInUser user = await SignIn(Instance());
        AuthorizationCodeClient other = Instance(static options => options.RevalidateAfter = TimeSpan.FromMinutes(1));
        var isRead = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        int reads = 0;
        Store.AfterRead = async () =>
        {
            // The session, the session again, and its account: nothing is read after that.
            if (++reads == 3)
            {
                isRead.TrySetResult();
                await go.Task;
            }
        };
        Task<UserSession?> loading = other.Sessions.FindAsync(user.SessionKey).AsTask();
        await isRead.Task.WaitAsync(TimeSpan.FromSeconds(10));
        Store.Before = async operation =>
        {
            if (operation == "end")
            {
                // The load is over before the mark is there.
                go.TrySetResult();
                await loading;
            }
        };

        Assert.That(() => other.Sessions.EndAsync(user.SessionKey, new CancellationToken(canceled: true)).AsTask(), Throws.InstanceOf<OperationCanceledException>());

        Assert.That(await other.Sessions.FindAsync(user.SessionKey), Is.Null);
        Assert.That(() => Ended.Select(static ended => ended.Reason), Is.EqualTo(new[] { SessionEnd.SignedOut }).After(5000, 20));
    }

    private sealed class HangingLeases : ISessionLeases
    {
        private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal Task Asked => _asked.Task;

        public async ValueTask<ISessionLease?> TryAcquireAsync(string key, CancellationToken cancellationToken = default)
        {
            _asked.TrySetResult();
            return await new TaskCompletionSource<ISessionLease?>().Task.WaitAsync(cancellationToken);
        }
    }
}
