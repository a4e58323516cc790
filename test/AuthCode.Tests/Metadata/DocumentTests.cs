using System.Net;
using System.Text;
using Microsoft.Extensions.Time.Testing;

namespace AuthCode.Tests.Metadata;

/// <summary>Metadata and keys that cannot be read: one kind of failure, which says why.</summary>
internal sealed class DocumentTests
{
    private static readonly Uri Address = new($"https://{The.AuthorityHost}/document");

    [Test]
    public async Task A_document_comes_as_it_is() =>
        Assert.That(Encoding.UTF8.GetString(await GetAsync(static _ => Body("{}"))), Is.EqualTo("{}"));

    [TestCase(404, "HTTP 404")]
    [TestCase(302, "HTTP 302")]
    [TestCase(500, "HTTP 500")]
    public void Another_status_is_told(int status, string problem) => ExpectFailure(_ => new HttpResponseMessage((HttpStatusCode)status), problem);

    [Test]
    public void A_followed_redirect_is_reported_as_one() => Assert.That(
        static () => GetAsync(static _ =>
        {
            HttpResponseMessage answer = Body("{}");
            answer.RequestMessage = new HttpRequestMessage(HttpMethod.Get, "https://evil.example/");
            return answer;
        }),
        Throws.TypeOf<AuthenticationFailedException>().With.Message.Contains($"followed a redirect from {The.AuthorityHost} to evil.example"));

    [Test]
    public void A_longer_one_than_a_mebibyte_is_told() => ExpectFailure(static _ => Body(new string('x', BoundedBody.Limit + 1)), "longer than 1 MiB");

    [Test]
    public void A_broken_connection_is_told() => ExpectFailure(static _ => throw new HttpRequestException("reset"), "no connection, or one that broke");

    [Test]
    public void A_time_out_is_told() => ExpectFailure(static _ => throw new TaskCanceledException(), "no response in time");

    [Test]
    public void A_caller_who_gives_up_is_let_go() => Assert.That(
        () => GetAsync(static _ => throw new TaskCanceledException(), new CancellationToken(canceled: true)), Throws.InstanceOf<OperationCanceledException>());

    [Test]
    public async Task A_synchronous_read_that_heeds_nothing_ends_at_the_deadline()
    {
        var time = new FakeTimeProvider();
        using var body = new Deaf();
        using var http = new HttpClient(new SynchronousHandler(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StreamContent(body) }));
        var client = new DocumentClient(new HttpSender(() => http, TimeSpan.FromMinutes(1), time), Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);

        Task<Result<byte[]>> reading = Task.Factory.StartNew(() => client.Get(Address, CancellationToken.None), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await body.Arrived.WaitAsync(TimeSpan.FromSeconds(10));
        time.Advance(TimeSpan.FromMinutes(1));

        try
        {
            Result<byte[]> result = await reading.WaitAsync(TimeSpan.FromSeconds(10));
            Assert.That(() => result.OrThrow(), Throws.TypeOf<AuthenticationFailedException>().With.Message.Contains("no response in time"));
        }
        finally
        {
            body.LetGo();
        }
    }

    private static void ExpectFailure(Func<HttpRequestMessage, HttpResponseMessage> answer, string problem) => Assert.That(
        () => GetAsync(answer),
        Throws.TypeOf<AuthenticationFailedException>().With.Message.StartsWith($"The OpenID metadata or signing keys of {The.AuthorityHost} could not be read").And.Message.Contains(problem));

    private static async Task<byte[]> GetAsync(Func<HttpRequestMessage, HttpResponseMessage> answer, CancellationToken cancellationToken = default)
    {
        using var http = new HttpClient(new Handler(answer));
        return (await new DocumentClient(new HttpSender(() => http, TimeSpan.FromMinutes(1), TimeProvider.System), Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance).GetAsync(Address, cancellationToken)).OrThrow();
    }

    private static HttpResponseMessage Body(string text) => new(HttpStatusCode.OK) { Content = new StringContent(text, Encoding.UTF8, "application/json") };

    private sealed class Handler(Func<HttpRequestMessage, HttpResponseMessage> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromResult(answer(request));
    }

    private sealed class SynchronousHandler(HttpResponseMessage response) : HttpMessageHandler
    {
        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            response.RequestMessage = request;
            return response;
        }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromResult(Send(request, cancellationToken));
    }

    /// <summary>Does not heed that it is disposed of.</summary>
    private sealed class Deaf : ReadStream
    {
        private readonly TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _end = new();

        internal Task Arrived => _arrived.Task;

        internal void LetGo() => _end.TrySetResult();

        public override int Read(Span<byte> buffer)
        {
            _arrived.TrySetResult();
            _end.Task.GetAwaiter().GetResult();
            return 0;
        }
    }
}
