using System.Net.Sockets;
using System.Security.Authentication;

namespace AuthCode.Tests.TokenEndpoint;

/// <summary>What an exception says of an attempt that got no response: how far it had come decides whether it may be repeated.</summary>
internal sealed class AttemptFailuresTests
{
    private const string Unreachable = "No connection to login.entra.example";
    private const string Untrusted = "The secure connection to login.entra.example failed";
    private const string Repeated = "A handler of the supplied HttpClient tried to repeat the token request after a response of login.entra.example";
    private const string Lost = "The connection to login.entra.example failed";

    private static TestCaseData<Exception, AttemptOutcome, string>[] Unsent =>
    [
        new(Http(HttpRequestError.NameResolutionError), AttemptOutcome.NeverSent, Unreachable) { TestName = "name resolution" },
        new(Http(HttpRequestError.ConnectionError), AttemptOutcome.NeverSent, Unreachable) { TestName = "connection" },
        new(Http(HttpRequestError.ProxyTunnelError), AttemptOutcome.NeverSent, Unreachable) { TestName = "proxy" },
        new(Http(HttpRequestError.SecureConnectionError, new AuthenticationException()), AttemptOutcome.CannotSend, Untrusted) { TestName = "a certificate that is not trusted" },
        new(Http(HttpRequestError.SecureConnectionError, new IOException()), AttemptOutcome.NeverSent, Unreachable) { TestName = "a handshake that was cut off" },
        new(Http(HttpRequestError.VersionNegotiationError), AttemptOutcome.CannotSend, Unreachable) { TestName = "no common version" },
        new(Http(HttpRequestError.ResponseEnded), AttemptOutcome.NeverSent, Unreachable) { TestName = "a connection that ended before the form was read" },
        new(Http(HttpRequestError.Unknown), AttemptOutcome.NeverSent, Unreachable) { TestName = "unknown, before the form was read" },
        new(new IOException(), AttemptOutcome.NeverSent, Unreachable) { TestName = "input and output, before the form was read" },
        new(new InvalidOperationException(), AttemptOutcome.NeverSent, Unreachable) { TestName = "anything else, before the form was read" },
        new(new UnprocessedRequestException(), AttemptOutcome.NeverSent, "login.entra.example did not process the token request") { TestName = "a server that did not process it" },
        new(new ObjectDisposedException("HttpClient"), AttemptOutcome.CannotSend, "The supplied HttpClient has been disposed") { TestName = "a disposed client" },
    ];

    private static TestCaseData<Exception, string>[] Sent =>
    [
        new(Http(HttpRequestError.ConnectionError), Lost) { TestName = "a handler that repeated the request in vain" },
        new(Http(HttpRequestError.SecureConnectionError, new AuthenticationException()), Lost) { TestName = "a handler that met an untrusted certificate the second time" },
        new(Http(HttpRequestError.ResponseEnded), Lost) { TestName = "a response that ended" },
        new(Http(HttpRequestError.HttpProtocolError), Lost) { TestName = "a protocol error" },
        // A handler can throw it that has sent a copy before.
        new(Http(HttpRequestError.HttpProtocolError, new HttpProtocolException(0x7, "REFUSED_STREAM", null)), Lost) { TestName = "a refused stream, by another handler" },
        new(Http(HttpRequestError.HttpProtocolError, new HttpProtocolException(0x10b, "H3_REQUEST_REJECTED", null)), Lost) { TestName = "a rejected request of HTTP/3, by another handler" },
        new(Http(HttpRequestError.ConfigurationLimitExceeded), Lost) { TestName = "headers that are too long" },
        new(Http(HttpRequestError.Unknown, new SocketException((int)SocketError.ConnectionReset)), Lost) { TestName = "reset, by another handler" },
        new(new ObjectDisposedException("HttpClient"), Lost) { TestName = "a client that was disposed of meanwhile" },
        new(new InvalidOperationException(), Lost) { TestName = "anything else" },
        new(new FormUnavailableException("again"), Repeated) { TestName = "a handler that repeats the request" },
        new(Http(HttpRequestError.Unknown, new FormUnavailableException("again")), Repeated) { TestName = "a handler that repeats the request, wrapped" },
    ];

    [TestCaseSource(nameof(Unsent))]
    public void What_ends_an_unread_form_sent_nothing(Exception cause, AttemptOutcome outcome, string advice) =>
        AssertCause(Explain(cause), outcome, advice, cause);

    [TestCaseSource(nameof(Sent))]
    public void What_ends_a_form_that_was_read_is_a_lost_response(Exception cause, string advice) =>
        AssertCause(Explain(cause, ExchangeStage.Sent), AttemptOutcome.Lost, advice, cause);

    [TestCase(true, ExchangeStage.Sent, AttemptOutcome.Lost, "login.entra.example did not respond to the token request within 2 s (Retry.NetworkTimeout)", TestName = "the deadline")]
    [TestCase(false, ExchangeStage.Sent, AttemptOutcome.Lost, "login.entra.example did not respond to the token request within the time-out of the supplied HttpClient", TestName = "the time-out of the supplied client")]
    [TestCase(true, ExchangeStage.Sending, AttemptOutcome.NeverSent, "No connection to login.entra.example could be made within 2 s (Retry.NetworkTimeout)", TestName = "the deadline while connecting")]
    [TestCase(false, ExchangeStage.Sending, AttemptOutcome.NeverSent, "No connection to login.entra.example could be made within the time-out of the HTTP client", TestName = "the time-out of connecting")]
    [TestCase(true, ExchangeStage.Preparing, AttemptOutcome.CannotSend, "The client authentication failed", TestName = "the deadline while the client authenticates")]
    public void A_time_out_is_never_a_cancellation(bool deadlinePassed, ExchangeStage stage, AttemptOutcome outcome, string advice)
    {
        AttemptResult result = Explain(new TaskCanceledException("", new TimeoutException()), stage, deadlinePassed);

        Assert.Multiple(() =>
        {
            Assert.That(result.Outcome, Is.EqualTo(outcome));
            Assert.That(result.Failure!.Message, Does.StartWith(advice));
            Assert.That(result.Failure.Cause, Is.TypeOf<TimeoutException>());
        });
    }

    [Test]
    public void A_failure_to_authenticate_sent_nothing_whatever_it_is(
        [Values(HttpRequestError.ResponseEnded, HttpRequestError.NameResolutionError)] HttpRequestError error)
    {
        var cause = Http(error);
        AttemptResult result = Explain(cause, ExchangeStage.Preparing);

        Assert.That((result.Outcome, result.Failure!.Cause), Is.EqualTo((AttemptOutcome.CannotSend, (Exception)cause)));
    }

    private static HttpRequestException Http(HttpRequestError error, Exception? inner = null) => new(error, "it failed", inner);

    private static AttemptResult Explain(Exception exception, ExchangeStage stage = ExchangeStage.Sending, bool deadlinePassed = false) =>
        AttemptFailures.Explain(The.AuthorityHost, TimeSpan.FromSeconds(1.5), exception, stage, deadlinePassed);

    private static void AssertCause(AttemptResult result, AttemptOutcome outcome, string advice, Exception cause) => Assert.Multiple(() =>
    {
        Assert.That(result.Outcome, Is.EqualTo(outcome));
        Assert.That(result.Failure!.Message, Does.StartWith(advice));
        Assert.That(result.Failure.Cause, Is.SameAs(cause));
        Assert.That(result.Failure.Response, Is.Null);
    });

    [Test]
    public void What_the_handler_quotes_of_a_response_that_is_not_HTTP_is_left_out()
    {
        AttemptResult result = Explain(new HttpRequestException(HttpRequestError.InvalidResponse, "quoted words"), ExchangeStage.Sent);

        Assert.Multiple(() =>
        {
            Assert.That(result.Outcome, Is.EqualTo(AttemptOutcome.Lost));
            Assert.That(result.Failure!.ToException().ToString(), Does.Not.Contain("quoted words").And.Contain("is not HTTP"));
        });
    }
}
