using Microsoft.Extensions.Time.Testing;

namespace AuthCode.Tests.Scenarios.Faults;

/// <summary>Attempts that end before the transport has read the form: nothing was sent, whatever ended them.</summary>
internal sealed class NeverSentTests(bool isAsync) : BothWays(isAsync)
{
    [Test]
    public async Task A_deadline_while_connecting_leaves_the_code()
    {
        await using var server = new SocketServer([React.Token()]);
        using var network = new Network { IsBlackHole = true };
        await using AuthorizationCodeCredential credential = Credential(server, network, static options => options.Retry.NetworkTimeout = TimeSpan.FromSeconds(0.2));

        AuthenticationFailedException failure = await Failure(credential);
        network.IsBlackHole = false;

        Assert.Multiple(async () =>
        {
            Assert.That(failure.Message, Does.Contain("so nothing was sent"));
            Assert.That(failure.InnerException, Is.TypeOf<TimeoutException>());
            Assert.That(network.Connections, Is.Positive);
            Assert.That((await GetToken(credential)).Token, Is.EqualTo("access-1"));
            Assert.That(server.Requests, Has.Count.EqualTo(1));
        });
    }

    [Test]
    public async Task The_time_out_of_the_supplied_client_while_connecting_leaves_the_code()
    {
        await using var server = new SocketServer([React.Token()]);
        using var network = new Network { IsBlackHole = true };
        await using AuthorizationCodeCredential credential = Credential(server, network, options => options.HttpClient!.Timeout = TimeSpan.FromSeconds(0.2));

        AuthenticationFailedException failure = await Failure(credential);
        network.IsBlackHole = false;

        Assert.That(failure.InnerException, Is.TypeOf<TimeoutException>());
        Assert.That((await GetToken(credential)).Token, Is.EqualTo("access-1"));
    }

    [Test]
    public async Task A_time_out_of_connecting_under_a_client_with_a_time_out_leaves_the_code()
    {
        await using var server = new SocketServer([React.Token()]);
        using var network = new Network { IsBlackHole = true, ConnectTimeout = TimeSpan.FromSeconds(0.2) };
        await using AuthorizationCodeCredential credential = Credential(server, network, static options => options.HttpClient!.Timeout = TimeSpan.FromSeconds(100));

        AuthenticationFailedException failure = await Failure(credential);
        network.IsBlackHole = false;

        Assert.That(failure.Message, Does.Contain("so nothing was sent"));
        Assert.That((await GetToken(credential)).Token, Is.EqualTo("access-1"));
    }

    [Test]
    public async Task An_assertion_callback_that_outlasts_the_deadline_without_heeding_it_sends_nothing_and_leaves_the_code()
    {
        var time = new FakeTimeProvider(The.Now);
        var endpoint = new ScriptedEndpoint();
        using var entered = new SemaphoreSlim(0);
        using var gate = new SemaphoreSlim(0);
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint, time, options => options.ClientAuthentication = ClientAuthentication.Assertion(_ =>
        {
            // Blocks the thread, as a callback does that was written without async.
            entered.Release();
            gate.Wait(CancellationToken.None);
            return ValueTask.FromResult("an.assertion.of-mine");
        }));
        Task<AuthenticationFailedException> call = Failure(credential);
        await entered.WaitAsync();
        time.Advance(TimeSpan.FromSeconds(100));

        gate.Release(2);
        AuthenticationFailedException failure = await call;
        endpoint.Verify();
        endpoint.Then(Answer.Token("access-1"));

        Assert.That(failure.Message, Does.StartWith("The client authentication failed"));
        Assert.That((await GetToken(credential)).Token, Is.EqualTo("access-1"));
    }

    [Test]
    public async Task A_form_that_nobody_has_read_at_the_deadline_is_not_sent_after_it()
    {
        var time = new FakeTimeProvider(The.Now);
        var endpoint = new ScriptedEndpoint(Answer.Token("access-1"));
        using var late = new Late(endpoint);
        await using AuthorizationCodeCredential credential = Some.Credential(late, time, static options => options.Retry.MaxRetries = 0);
        Task<AuthenticationFailedException> call = Failure(credential);
        await late.Arrived;

        time.Advance(TimeSpan.FromSeconds(100));
        late.GoOn();
        AuthenticationFailedException failure = await call;

        Assert.Multiple(async () =>
        {
            Assert.That(failure.Message, Does.Contain("within 100 s (Retry.NetworkTimeout), so nothing was sent"));
            Assert.That((failure.InnerException?.GetType(), failure.IsTransient), Is.EqualTo((typeof(TimeoutException), true)));
            Assert.That(endpoint.Requests, Is.Empty);
            Assert.That((await GetToken(credential)).Token, Is.EqualTo("access-1"), "the code is intact");
        });
    }

    private static AuthorizationCodeCredential Credential(SocketServer server, Network network, Action<AuthorizationCodeCredentialOptions> configure)
    {
        var options = new AuthorizationCodeCredentialOptions { AuthorityHost = server.Authority, HttpClient = network.Client };
        options.Retry.Delay = TimeSpan.Zero;
        configure(options);
        return new AuthorizationCodeCredential(The.Tenant, The.Client, The.Code, The.Redirect, options);
    }

    /// <summary>A handler that waits before it reads the form, and heeds no token meanwhile.</summary>
    private sealed class Late(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        private readonly TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal Task Arrived => _arrived.Task;

        internal void GoOn() => _goOn.SetResult();

        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            _arrived.TrySetResult();
            _goOn.Task.Wait(CancellationToken.None);
            return base.Send(request, CancellationToken.None);
        }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            _arrived.TrySetResult();
            await _goOn.Task;
            return await base.SendAsync(request, CancellationToken.None);
        }
    }

    /// <summary>A transport whose connections can disappear, as those to an address do that a firewall drops packets for.</summary>
    private sealed class Network : HttpMessageHandler
    {
        private readonly HttpMessageInvoker _through = new(new SocketsHttpHandler());
        private readonly Lazy<HttpMessageInvoker> _hole;
        private int _connections;

        internal Network()
        {
            _hole = new Lazy<HttpMessageInvoker>(() => new HttpMessageInvoker(new SocketsHttpHandler { ConnectTimeout = ConnectTimeout, ConnectCallback = ConnectAsync }));
            Client = new HttpClient(this) { Timeout = Timeout.InfiniteTimeSpan };
        }

        internal bool IsBlackHole { get; set; }

        internal TimeSpan ConnectTimeout { get; init; } = Timeout.InfiniteTimeSpan;

        internal int Connections => Volatile.Read(ref _connections);

        internal HttpClient Client { get; }

        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) =>
            IsBlackHole ? throw new NotSupportedException() : _through.Send(request, cancellationToken);

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            (IsBlackHole ? _hole.Value : _through).SendAsync(request, cancellationToken);

        protected override void Dispose(bool disposing)
        {
            _through.Dispose();
            base.Dispose(disposing);
        }

        private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _connections);
            return await new TaskCompletionSource<Stream>().Task.WaitAsync(cancellationToken);
        }
    }
}
