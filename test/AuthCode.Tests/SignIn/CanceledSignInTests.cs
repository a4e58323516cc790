using System.Net;
using AuthCode.Tests.Scenarios.Providers;

namespace AuthCode.Tests.SignIn;

/// <summary>A completion that its caller cancels: a code that nobody has sent can be redeemed by the same call again, and one that was sent is used up.</summary>
internal sealed class CanceledSignInTests(bool isAsync) : ProviderFixture(isAsync)
{
    // The log event of a request that is to be repeated.
    private const int Repeated = 5;

    private readonly CancellationTokenSource _cancellation = new();

    [TearDown]
    public void DisposeOfTheCancellation() => _cancellation.Dispose();

    [Test]
    public async Task A_canceled_token_sends_nothing_and_the_same_call_can_be_repeated([Values] bool isParsedAgain)
    {
        AuthorizationCodeClient client = Client();
        AuthorizationTransaction transaction = await BeginAsync(client);
        await SignIn(client);
        int before = Server.At("/token").Count;
        await _cancellation.CancelAsync();

        Assert.That(() => CompleteAsync(client, transaction, _cancellation.Token), Throws.InstanceOf<OperationCanceledException>());
        int sent = Server.At("/token").Count - before;
        SignedInUser user = await CompleteAsync(client, isParsedAgain ? AuthorizationTransaction.Parse(transaction.Serialize()) : transaction);

        Assert.That((sent, user.Subject), Is.EqualTo((0, Provider.Subject)));
    }

    [Test]
    public async Task A_wait_for_the_client_secret_sends_nothing_and_the_same_call_can_be_repeated()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var secret = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        AuthorizationCodeClient client = Client(options => options.ClientAuthentication = ClientAuthentication.Secret(_ =>
        {
            asked.TrySetResult();
            return new ValueTask<string>(secret.Task);
        }));
        AuthorizationTransaction transaction = await BeginAsync(client);
        Task<SignedInUser> first = CompleteAsync(client, transaction, _cancellation.Token);
        await asked.Task;

        await _cancellation.CancelAsync();
        Assert.That(() => first, Throws.InstanceOf<OperationCanceledException>());
        int sent = Server.At("/token").Count;
        secret.SetResult(The.Secret);
        SignedInUser user = await CompleteAsync(client, transaction);

        Assert.That((sent, user.Subject, Server.At("/token").Count), Is.EqualTo((0, Provider.Subject, 1)));
    }

    [Test]
    public async Task A_wait_for_a_server_that_cannot_be_reached_leaves_the_code_and_the_same_call_can_be_repeated()
    {
        int attempts = 0;
        AuthorizationCodeClient client = Client(options =>
        {
            options.Retry.Delay = TimeSpan.FromSeconds(30);
            options.ClientAuthentication = ClientAuthentication.Secret(_ =>
            {
                Interlocked.Increment(ref attempts);
                return ValueTask.FromResult(The.Secret);
            });
        });
        AuthorizationTransaction transaction = await BeginAsync(client);
        Server.Unreachable = "/token";
        Task<SignedInUser> first = CompleteAsync(client, transaction, _cancellation.Token);
        Assert.That(() => Volatile.Read(ref attempts), Is.EqualTo(1).After(5000, 20));

        await _cancellation.CancelAsync();
        Assert.That(() => first, Throws.InstanceOf<OperationCanceledException>());
        Server.Unreachable = null;

        Assert.That((await CompleteAsync(client, transaction)).Subject, Is.EqualTo(Provider.Subject));
    }

    [Test]
    public async Task A_wait_that_the_server_asked_for_leaves_the_code_and_the_same_call_can_be_repeated()
    {
        using var log = new RecordedLog();
        AuthorizationCodeClient client = Client(options => options.LoggerFactory = log);
        AuthorizationTransaction transaction = await BeginAsync(client);
        Server.Answers["/token"] = static _ => Provider.Error("temporarily_unavailable", HttpStatusCode.ServiceUnavailable, ("Retry-After", "30"));
        Task repeated = log.Next(Repeated);
        Task<SignedInUser> first = CompleteAsync(client, transaction, _cancellation.Token);
        await repeated.WaitAsync(TimeSpan.FromSeconds(10));

        await _cancellation.CancelAsync();
        Assert.That(() => first, Throws.InstanceOf<OperationCanceledException>());
        Answer(transaction);
        Time.Advance(TimeSpan.FromMinutes(1));

        Assert.That((await CompleteAsync(client, transaction)).Subject, Is.EqualTo(Provider.Subject));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_wait_before_the_repetition_that_a_nonce_needs_leaves_the_code_unless_a_response_was_lost_before(bool wasLost)
    {
        using var key = new DPoPKey();
        int waitAt = wasLost ? 3 : 2;
        int asked = 0;
        var secret = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        AuthorizationCodeClient client = Client(options =>
        {
            options.DPoPKey = key;
            options.ClientAuthentication = ClientAuthentication.Secret(
                _ => Interlocked.Increment(ref asked) < waitAt ? ValueTask.FromResult(The.Secret) : new ValueTask<string>(secret.Task));
        });
        AuthorizationTransaction transaction = await BeginAsync(client);
        Server.Answers["/token"] = sent => wasLost && Server.At("/token").Count == 1 ? new HttpResponseMessage(HttpStatusCode.BadGateway)
            : new Jwt(sent.Header("DPoP")!).Claims.ContainsKey("nonce") ? Provider.Json(HttpStatusCode.OK, Server.Token(transaction.Nonce.Value, "DPoP"))
            : Provider.Error("use_dpop_nonce", HttpStatusCode.BadRequest, ("DPoP-Nonce", "nonce-1"));
        Task<SignedInUser> first = CompleteAsync(client, transaction, _cancellation.Token);
        Assert.That(() => Volatile.Read(ref asked), Is.EqualTo(waitAt).After(5000, 20));

        await _cancellation.CancelAsync();
        Assert.That(() => first, Throws.InstanceOf<OperationCanceledException>());
        int sent = Server.At("/token").Count;
        secret.SetResult(The.Secret);

        Assert.That(sent, Is.EqualTo(waitAt - 1));
        Assert.That(
            () => CompleteAsync(client, transaction),
            wasLost ? Throws.TypeOf<AuthenticationFailedException>().With.Message.Contains("has been taken before") : Throws.Nothing);
    }

    [Test]
    public async Task A_code_that_was_sent_is_used_up()
    {
        using var release = new ManualResetEventSlim();
        AuthorizationCodeClient client = Client();
        AuthorizationTransaction transaction = await BeginAsync(client);
        Func<SentRequest, HttpResponseMessage> good = Server.Answers["/token"];
        Server.Answers["/token"] = sent =>
        {
            release.Wait();
            return good(sent);
        };
        Task<SignedInUser> first = CompleteAsync(client, transaction, _cancellation.Token);
        Assert.That(() => Server.At("/token").Count, Is.EqualTo(1).After(5000, 20));

        await _cancellation.CancelAsync();
        Assert.That(() => first, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(() => CompleteAsync(client, transaction), Throws.TypeOf<AuthenticationFailedException>().With.Message.Contains("has been taken before"));
        release.Set();

        Assert.That(Server.At("/token"), Has.Count.EqualTo(1));
    }

    private async Task<AuthorizationTransaction> BeginAsync(AuthorizationCodeClient client)
    {
        AuthorizationTransaction transaction = (await client.CreateAuthorizationRequestAsync(The.Redirect, ["email"])).Transaction;
        Answer(transaction);
        return transaction;
    }

    private void Answer(AuthorizationTransaction transaction) =>
        Server.Answers["/token"] = _ => Provider.Json(HttpStatusCode.OK, Server.Token(transaction.Nonce.Value));

    private static Task<SignedInUser> CompleteAsync(AuthorizationCodeClient client, AuthorizationTransaction transaction, CancellationToken cancellationToken = default) =>
        client.CompleteSignInAsync(transaction, new Uri($"{The.Redirect}?code={The.Code}&state={transaction.State}"), cancellationToken);
}
