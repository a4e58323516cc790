using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Azure.Core;

namespace AuthCode.Tests.Scenarios.Faults;

/// <summary>Supplied handlers and callbacks that misbehave: what they throw must not hide that a grant has been sent.</summary>
internal sealed class HandlerTests(bool isAsync) : BothWays(isAsync)
{
    private static IEnumerable<TestCaseData> Exceptions()
    {
        yield return Row("not supported", static () => new NotSupportedException());
        yield return Row("disposed", static () => new ObjectDisposedException("a stream"));
        yield return Row("canceled for a time-out of its own", static () => new TaskCanceledException("late", new TimeoutException()));

        yield return Row("not connected the second time", static () => new HttpRequestException(HttpRequestError.ConnectionError, "refused", new System.Net.Sockets.SocketException((int)System.Net.Sockets.SocketError.ConnectionRefused)));

        static TestCaseData Row(string name, Func<Exception> make) => new TestCaseData(make).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Exceptions))]
    public async Task An_exception_of_a_handler_that_has_sent_is_a_lost_response(Func<Exception> make)
    {
        var endpoint = new ScriptedEndpoint([.. Enumerable.Repeat(0, 10).Select(static _ => Answer.Token())]);
        await using AuthorizationCodeCredential credential = Some.Credential(new ThatThrows(endpoint, make));

        for (int call = 0; call < 4; call++)
        {
            await Failure(credential);
        }

        Assert.That(endpoint.Requests, Has.Count.EqualTo(2));
    }

    [TestCaseSource(nameof(Exceptions))]
    public async Task Without_repetitions_it_is_sent_once(Func<Exception> make)
    {
        var endpoint = new ScriptedEndpoint(Answer.Token(), Answer.Token());
        await using AuthorizationCodeCredential credential = Some.Credential(new ThatThrows(endpoint, make), configure: static options => options.Retry.MaxRetries = 0);

        AuthenticationFailedException failure = await Failure(credential);

        Assert.That(endpoint.Requests, Has.Count.EqualTo(1));
        Assert.That(failure.Message, Does.Not.Contain("nothing was sent"));
    }

    [Test]
    public async Task A_media_type_that_a_handler_changes_is_changed_for_its_request_alone()
    {
        var first = new ScriptedEndpoint(Answer.Token());
        var second = new ScriptedEndpoint(Answer.Token());
        await using AuthorizationCodeCredential one = Some.Credential(new ThatChanges(first, static request => request.Content!.Headers.ContentType!.CharSet = "utf-8"));
        await using AuthorizationCodeCredential other = Some.Credential(second);

        await GetToken(one);
        await GetToken(other);

        Assert.That(second.Requests.Single().ContentType!.ToString(), Is.EqualTo("application/x-www-form-urlencoded"));
    }

    [Test]
    public async Task A_handler_that_does_not_heed_its_token_is_left_at_the_deadline()
    {
        var never = new TaskCompletionSource<HttpResponseMessage>();
        await using AuthorizationCodeCredential credential = Some.Credential(new ThatWaits(never.Task), configure: static options =>
        {
            options.Retry.NetworkTimeout = TimeSpan.FromMilliseconds(50);
            options.Retry.MaxRetries = 0;
        });

        AuthenticationFailedException failure = await Failure(credential);
        never.SetException(new InvalidOperationException("nobody waits any more"));

        Assert.That(failure.InnerException, Is.TypeOf<TimeoutException>());
    }

    [Test]
    public async Task Disposal_does_not_throw_what_a_callback_registered()
    {
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        AuthorizationCodeCredential credential = Some.Credential(new ScriptedEndpoint(), configure: options => options.ClientAuthentication = ClientAuthentication.Assertion(cancellationToken =>
        {
            cancellationToken.Register(static () => throw new InvalidOperationException("a registration that throws"));
            arrived.SetResult();
            return new ValueTask<string>(new TaskCompletionSource<string>().Task);
        }));
        Task<AccessToken> call = GetToken(credential);
        await arrived.Task;

        Assert.That(credential.Dispose, Throws.Nothing);
        Assert.That(() => call, Throws.TypeOf<ObjectDisposedException>());
    }

    [Test]
    public async Task An_error_that_is_cut_off_is_told_with_its_cause_and_leaves_the_code()
    {
        var endpoint = new ScriptedEndpoint(
            Answer.Of(static _ =>
            {
                var content = new StreamContent(new CutOff());
                content.Headers.ContentType = new("application/json");
                return new HttpResponseMessage(HttpStatusCode.BadRequest) { Content = content };
            }),
            Answer.Token("access-1"));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint);

        AuthenticationFailedException failure = await Failure(credential);

        Assert.That(failure.Message, Does.Contain("Try again.").And.Contain("cut off"));
        Assert.That(failure.InnerException, Is.InstanceOf<IOException>());
        Assert.That((await GetToken(credential)).Token, Is.EqualTo("access-1"));
    }

    private sealed class ThatThrows(HttpMessageHandler inner, Func<Exception> make) : DelegatingHandler(inner)
    {
        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            base.Send(request, cancellationToken).Dispose();
            throw make();
        }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            (await base.SendAsync(request, cancellationToken)).Dispose();
            throw make();
        }
    }

    private sealed class ThatChanges(HttpMessageHandler inner, Action<HttpRequestMessage> change) : DelegatingHandler(inner)
    {
        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            change(request);
            return base.Send(request, cancellationToken);
        }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            change(request);
            return base.SendAsync(request, cancellationToken);
        }
    }

    private sealed class ThatWaits(Task<HttpResponseMessage> task) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => task;
    }

    private sealed class CutOff() : MemoryStream(Encoding.UTF8.GetBytes("{\"error\":\"invalid_grant\""))
    {
        public override int Read(Span<byte> buffer) => Position < Length ? base.Read(buffer) : throw new IOException("reset");

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            Position < Length ? new(base.Read(buffer.Span)) : throw new IOException("reset");
    }
}

/// <summary>A thread that has one synchronization context, as a user interface's.</summary>
internal sealed class SynchronizationContextTests
{
    [Test]
    public void An_acquisition_that_began_on_a_context_does_not_need_it_to_go_on()
    {
        string? token = null;
        var assertion = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var asked = new ManualResetEventSlim();
        var thread = new Thread(() =>
        {
            SynchronizationContext.SetSynchronizationContext(new NeverPumped());
            using AuthorizationCodeCredential credential = Some.Credential(new ScriptedEndpoint(Answer.Token("access-1")), configure: options =>
                options.ClientAuthentication = ClientAuthentication.Assertion(async _ =>
                {
                    asked.Set();
                    return await assertion.Task;
                }));
            ValueTask<AccessToken> begun = credential.GetTokenAsync(Some.Request(), default);
            token = credential.GetToken(Some.Request(), default).Token;
            _ = begun.AsTask();
        });
        thread.Start();
        asked.Wait();
        assertion.SetResult("a.b.c");

        Assert.That(thread.Join(TimeSpan.FromSeconds(30)), Is.True, "it hangs");
        Assert.That(token, Is.EqualTo("access-1"));
    }

    private sealed class NeverPumped : SynchronizationContext
    {
        private readonly ConcurrentQueue<SendOrPostCallback> _posted = new();

        public override void Post(SendOrPostCallback d, object? state) => _posted.Enqueue(d);
    }
}
