using System.Net.Sockets;
using System.Security.Authentication;

namespace AuthCode.Tests.TokenEndpoint;

/// <summary>What an exception says of an attempt that got no answer: how far it had come decides whether it may be repeated.</summary>
internal sealed class AttemptFailuresTests
{
    private const string Unreachable = "No connection to login.entra.example";
    private const string Untrusted = "The secure connection to login.entra.example failed";
    private const string Lost = "The connection to login.entra.example failed";

    private static TestCaseData<Exception, AttemptOutcome, string>[] Failed =>
    [
        new(Http(HttpRequestError.NameResolutionError), AttemptOutcome.NeverSent, Unreachable) { TestName = "name resolution" },
        new(Http(HttpRequestError.ConnectionError), AttemptOutcome.NeverSent, Unreachable) { TestName = "connection" },
        new(Http(HttpRequestError.ProxyTunnelError), AttemptOutcome.NeverSent, Unreachable) { TestName = "proxy" },
        new(Http(HttpRequestError.SecureConnectionError, new AuthenticationException()), AttemptOutcome.CannotSend, Untrusted) { TestName = "a certificate that is not trusted" },
        new(Http(HttpRequestError.SecureConnectionError, new IOException()), AttemptOutcome.NeverSent, Unreachable) { TestName = "a handshake that was cut off" },
        new(Http(HttpRequestError.VersionNegotiationError), AttemptOutcome.CannotSend, Unreachable) { TestName = "no common version" },
        new(Http(HttpRequestError.ResponseEnded), AttemptOutcome.Lost, Lost) { TestName = "an answer that ended" },
        new(Http(HttpRequestError.HttpProtocolError), AttemptOutcome.Lost, Lost) { TestName = "a protocol error" },
        new(Http(HttpRequestError.ConfigurationLimitExceeded), AttemptOutcome.Lost, Lost) { TestName = "headers that are too long" },
        new(Http(HttpRequestError.Unknown), AttemptOutcome.Lost, Lost) { TestName = "unknown" },
        new(Http(HttpRequestError.Unknown, new SocketException((int)SocketError.ConnectionRefused)), AttemptOutcome.NeverSent, Unreachable) { TestName = "refused, by another handler" },
        new(Http(HttpRequestError.Unknown, new SocketException((int)SocketError.HostNotFound)), AttemptOutcome.NeverSent, Unreachable) { TestName = "not found, by another handler" },
        new(Http(HttpRequestError.Unknown, new SocketException((int)SocketError.HostUnreachable)), AttemptOutcome.NeverSent, Unreachable) { TestName = "host unreachable, by another handler" },
        new(Http(HttpRequestError.Unknown, new SocketException((int)SocketError.NetworkUnreachable)), AttemptOutcome.NeverSent, Unreachable) { TestName = "network unreachable, by another handler" },
        new(Http(HttpRequestError.Unknown, new SocketException((int)SocketError.ConnectionReset)), AttemptOutcome.Lost, Lost) { TestName = "reset, by another handler" },
        new(new IOException(), AttemptOutcome.Lost, Lost) { TestName = "input and output" },
        new(new InvalidOperationException(), AttemptOutcome.Lost, Lost) { TestName = "anything else" },
        new(new ObjectDisposedException("HttpClient"), AttemptOutcome.CannotSend, "The supplied HttpClient has been disposed") { TestName = "a disposed client" },
    ];

    [TestCaseSource(nameof(Failed))]
    public void A_failure_to_send_keeps_its_cause(Exception cause, AttemptOutcome outcome, string advice)
    {
        AttemptResult result = Explain(cause);

        Assert.Multiple(() =>
        {
            Assert.That(result.Outcome, Is.EqualTo(outcome));
            Assert.That(result.Failure!.Message, Does.StartWith(advice));
            Assert.That(result.Failure.Cause, Is.SameAs(cause));
            Assert.That(result.Failure.Response, Is.Null);
        });
    }

    [TestCase(true, true, AttemptOutcome.Lost, "login.entra.example did not respond to the token request within 2 s (Retry.NetworkTimeout)", TestName = "the deadline")]
    [TestCase(true, false, AttemptOutcome.Lost, "login.entra.example did not respond to the token request within 2 s (Retry.NetworkTimeout)", TestName = "the deadline, by a client without a time-out")]
    [TestCase(false, true, AttemptOutcome.Lost, "login.entra.example did not respond to the token request within the time-out of the supplied HttpClient", TestName = "the time-out of the supplied client")]
    [TestCase(false, false, AttemptOutcome.NeverSent, Unreachable, TestName = "the time-out of connecting")]
    public void A_time_out_is_never_a_cancellation(bool deadlinePassed, bool clientHasTimeout, AttemptOutcome outcome, string advice)
    {
        AttemptResult result = Explain(new TaskCanceledException("", new TimeoutException()), deadlinePassed: deadlinePassed, clientHasTimeout: clientHasTimeout);

        Assert.Multiple(() =>
        {
            Assert.That(result.Outcome, Is.EqualTo(outcome));
            Assert.That(result.Failure!.Message, Does.StartWith(advice));
            Assert.That(result.Failure.Cause, Is.TypeOf<TimeoutException>());
        });
    }

    [Test]
    public void A_cancellation_of_unknown_origin_may_follow_a_sent_request()
    {
        AttemptResult result = Explain(new OperationCanceledException());

        Assert.That((result.Outcome, result.Failure!.Cause is TimeoutException), Is.EqualTo((AttemptOutcome.Lost, true)));
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

    private static AttemptResult Explain(
        Exception exception, ExchangeStage stage = ExchangeStage.Sending, bool deadlinePassed = false, bool clientHasTimeout = true) =>
        AttemptFailures.Explain(The.AuthorityHost, TimeSpan.FromSeconds(1.5), exception, stage, deadlinePassed, clientHasTimeout);

    [Test]
    public void What_the_handler_quotes_of_a_response_that_is_not_HTTP_is_left_out()
    {
        AttemptResult result = Explain(new HttpRequestException(HttpRequestError.InvalidResponse, "quoted words"));

        Assert.Multiple(() =>
        {
            Assert.That(result.Outcome, Is.EqualTo(AttemptOutcome.Lost));
            Assert.That(result.Failure!.ToException().ToString(), Does.Not.Contain("quoted words").And.Contain("is not HTTP"));
        });
    }
}
