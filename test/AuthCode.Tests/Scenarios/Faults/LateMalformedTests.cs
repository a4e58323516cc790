using System.Net;
using Microsoft.Extensions.Time.Testing;

namespace AuthCode.Tests.Scenarios.Faults;

/// <summary>What is told of a response, by the exception and by the log, is what happened.</summary>
internal sealed class LateMalformedTests(bool isAsync) : BothWays(isAsync)
{
    private readonly FakeTimeProvider _time = new(The.Now);

    [Test]
    public async Task A_malformed_body_that_arrived_late_but_complete_is_not_told_as_one_that_did_not_arrive()
    {
        var late = Answer.Of(_ =>
        {
            _time.Advance(TimeSpan.FromSeconds(100));
            return new HttpResponseMessage { Content = new StringContent("{}", System.Text.Encoding.UTF8, "application/json") };
        });
        await using AuthorizationCodeCredential credential = Some.Credential(new ScriptedEndpoint(late), _time);

        AuthenticationFailedException failure = await Failure(credential);

        Assert.That(failure.Message, Does.Contain("it has no access_token"));
        Assert.That(failure.InnerException, Is.Null);
    }

    [Test]
    public async Task A_response_that_was_discarded_is_not_logged_as_one_that_did_not_come()
    {
        var log = new RecordedLog();
        var followed = Answer.Of(static _ => new HttpResponseMessage(HttpStatusCode.OK) { RequestMessage = new HttpRequestMessage(HttpMethod.Post, "https://evil.example/token") });
        await using AuthorizationCodeCredential credential = Some.Credential(new ScriptedEndpoint(followed), configure: options => options.LoggerFactory = log);

        await Failure(credential);

        Assert.That(log.Texts.Single(static text => text.Contains("Malformed", StringComparison.Ordinal)), Does.Not.Contain("without a response"));
    }
}
