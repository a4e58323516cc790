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

    private sealed class HangingLeases : ISessionLeases
    {
        private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal Task Asked => _asked.Task;

        public async ValueTask<ISessionLease?> TryAcquireAsync(string key, CancellationToken cancellationToken = default)
        {
            _asked.TrySetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return null;
        }
    }
}
