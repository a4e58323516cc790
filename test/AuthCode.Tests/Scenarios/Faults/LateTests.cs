using System.Diagnostics;
using System.Net;
using System.Runtime.ExceptionServices;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Azure.Core;
using Microsoft.Extensions.Time.Testing;

namespace AuthCode.Tests.Scenarios.Faults;

/// <summary>What arrives around a deadline, or after it.</summary>
internal sealed class LateTests(bool isAsync) : BothWays(isAsync)
{
    private static readonly TimeSpan NetworkTimeout = TimeSpan.FromSeconds(100);

    private readonly FakeTimeProvider _time = new(The.Now);

    [Test]
    public async Task A_certificate_that_a_callback_returns_after_the_deadline_still_belongs_to_the_caller()
    {
        using X509Certificate2 certificate = Some.Certificate();
        var late = new TaskCompletionSource<X509Certificate2>();
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using AuthorizationCodeCredential credential = Credential(new ScriptedEndpoint(Answer.Token("access-1")), options =>
            options.ClientAuthentication = ClientAuthentication.Certificate(_ =>
                asked.TrySetResult() ? new ValueTask<X509Certificate2>(late.Task) : ValueTask.FromResult(certificate)));
        Task<AuthenticationFailedException> call = Failure(credential);
        await asked.Task;
        _time.Advance(NetworkTimeout);
        await call;

        late.SetResult(certificate);

        Assert.That((await GetToken(credential)).Token, Is.EqualTo("access-1"));
    }

    [Test]
    public async Task A_response_that_arrives_in_the_moment_of_the_deadline_is_kept()
    {
        var handler = new ThatAnswersWhenTheWaitEnds();
        await using AuthorizationCodeCredential credential = Credential(handler);
        Task<AccessToken> call = GetToken(credential);
        await handler.Sent;

        handler.Arm();
        _time.Advance(NetworkTimeout);

        Assert.That((await call).Token, Is.EqualTo("access-1"));
    }

    [Test]
    public async Task A_response_that_begins_just_before_the_deadline_has_time_for_its_body()
    {
        using var body = new LateStream(Answer.TokenJson("access-1"));
        Answer answer = Answer.Of(_ => new HttpResponseMessage(HttpStatusCode.OK) { Content = JsonOf(body) }).Held();
        await using AuthorizationCodeCredential credential = Credential(new ScriptedEndpoint(answer));
        Task<AccessToken> call = GetToken(credential);
        await answer.Arrived;
        _time.Advance(NetworkTimeout - TimeSpan.FromSeconds(1));
        answer.Release();
        await body.IsRead;

        _time.Advance(TimeSpan.FromSeconds(10));
        body.Arrive();

        Assert.That((await call).Token, Is.EqualTo("access-1"));
    }

    [Test]
    public async Task A_body_that_is_complete_does_not_need_its_end()
    {
        using var body = new EndlessStream(Answer.TokenJson("access-1"));
        await using AuthorizationCodeCredential credential = Credential(new ScriptedEndpoint(Answer.Of(_ => new HttpResponseMessage(HttpStatusCode.OK) { Content = JsonOf(body) })));
        Task<AccessToken> call = GetToken(credential);

        await Task.WhenAny(call, body.IsAtEnd);
        _time.Advance(NetworkTimeout + NetworkTimeout);

        Assert.That((await call).Token, Is.EqualTo("access-1"));
    }

    [Test]
    public async Task A_handler_that_blocks_while_it_reads_metadata_is_left_at_the_deadline()
    {
        using var gate = new ManualResetEventSlim();
        var options = new AuthorizationCodeClientOptions { HttpClient = new HttpClient(new ThatBlocks(new Provider(), gate)) { Timeout = Timeout.InfiniteTimeSpan } };
        (options.Retry.NetworkTimeout, options.Retry.MaxRetries) = (TimeSpan.FromMilliseconds(50), 0);
        var client = new AuthorizationCodeClient(AuthorizationServer.OpenIdProvider(new Uri(Provider.Issuer)), The.Client, options);
        await using AuthorizationCodeCredential credential = client.CreateCredential(The.Code, The.Redirect, The.Verifier);

        AuthenticationFailedException failure = await Failure(credential);
        gate.Set();

        Assert.That(failure.InnerException, Is.TypeOf<TimeoutException>());
    }

    private static StreamContent JsonOf(Stream stream)
    {
        var content = new StreamContent(stream);
        content.Headers.ContentType = new("application/json");
        return content;
    }

    private AuthorizationCodeCredential Credential(HttpMessageHandler handler, Action<AuthorizationCodeCredentialOptions>? configure = null) =>
        Some.Credential(handler, _time, options =>
        {
            options.Retry.MaxRetries = 0;
            options.Retry.NetworkTimeout = NetworkTimeout;
            configure?.Invoke(options);
        });

    /// <summary>Answers between the exception that ends the wait for it and whoever catches that exception.</summary>
    private sealed class ThatAnswersWhenTheWaitEnds : HttpMessageHandler
    {
        private readonly TaskCompletionSource _sent = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource<HttpResponseMessage> _response = new();

        internal Task Sent => _sent.Task;

        internal void Arm() => AppDomain.CurrentDomain.FirstChanceException += OnThrown;

        // Without a synchronous form, so that both ways wait for a task.
        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) => throw new NotSupportedException();

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await request.Content!.CopyToAsync(Stream.Null, cancellationToken);
            _sent.SetResult();
            HttpResponseMessage response = await _response.Task;
            response.RequestMessage = request;
            return response;
        }

        private void OnThrown(object? sender, FirstChanceExceptionEventArgs thrown)
        {
            if (thrown.Exception is OperationCanceledException && new StackTrace().ToString().Contains(nameof(HttpSender), StringComparison.Ordinal))
            {
                AppDomain.CurrentDomain.FirstChanceException -= OnThrown;
                _response.TrySetResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(Answer.TokenJson("access-1"), Encoding.UTF8, "application/json") });
            }
        }
    }

    /// <summary>Does not heed its cancellation token.</summary>
    private sealed class ThatBlocks(HttpMessageHandler inner, ManualResetEventSlim gate) : DelegatingHandler(inner)
    {
        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            gate.Wait(CancellationToken.None);
            return base.Send(request, CancellationToken.None);
        }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await Task.Run(() => gate.Wait(CancellationToken.None), CancellationToken.None);
            return await base.SendAsync(request, CancellationToken.None);
        }
    }

    /// <summary>A body whose end is never told.</summary>
    private sealed class EndlessStream(string text) : MemoryStream(Encoding.UTF8.GetBytes(text))
    {
        private readonly TaskCompletionSource _isAtEnd = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _isDisposed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal Task IsAtEnd => _isAtEnd.Task;

        public override int Read(Span<byte> buffer)
        {
            if (Position == Length)
            {
                _isAtEnd.TrySetResult();
                _isDisposed.Task.Wait();
                throw new ObjectDisposedException(nameof(EndlessStream));
            }

            return base.Read(buffer);
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (Position == Length)
            {
                _isAtEnd.TrySetResult();
                await _isDisposed.Task.WaitAsync(cancellationToken);
            }

            return base.Read(buffer.Span);
        }

        protected override void Dispose(bool disposing)
        {
            _isDisposed.TrySetResult();
            base.Dispose(disposing);
        }
    }

    /// <summary>A body that is waited for.</summary>
    private sealed class LateStream(string text) : MemoryStream(Encoding.UTF8.GetBytes(text))
    {
        private readonly TaskCompletionSource _isRead = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _arrival = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal Task IsRead => _isRead.Task;

        internal void Arrive() => _arrival.TrySetResult();

        public override int Read(Span<byte> buffer)
        {
            _isRead.TrySetResult();
            _arrival.Task.Wait();
            return base.Read(buffer);
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            _isRead.TrySetResult();
            await _arrival.Task.WaitAsync(cancellationToken);
            return base.Read(buffer.Span);
        }

        protected override void Dispose(bool disposing)
        {
            _arrival.TrySetException(new ObjectDisposedException(nameof(LateStream)));
            _ = _arrival.Task.Exception;
            base.Dispose(disposing);
        }
    }
}
