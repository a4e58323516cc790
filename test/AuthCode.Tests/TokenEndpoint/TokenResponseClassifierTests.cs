using System.Net;
using System.Text;

namespace AuthCode.Tests.TokenEndpoint;

/// <summary>What an answer means, by its status first and its body then: the classification table, line by line.</summary>
internal sealed class TokenResponseClassifierTests
{
    private const string Error = """{"error":"invalid_grant"}""";
    private const string Unavailable = """{"error":"temporarily_unavailable"}""";
    private const string Page = "<html>";

    private static readonly ServerProfile Profile = ServerProfile.Of(AuthorizationServer.EntraId(The.Tenant, The.Authority), ServerSettings.None, proofs: null);

    [TestCase(200, Error, null, ExpectedResult = "Refused")]
    [TestCase(200, Unavailable, null, ExpectedResult = "Throttled")]
    [TestCase(200, Page, null, ExpectedResult = "Malformed")]
    [TestCase(201, Error, null, ExpectedResult = "Refused")]
    [TestCase(299, Page, null, ExpectedResult = "Malformed")]
    [TestCase(300, Error, null, ExpectedResult = "NotOAuth")]
    [TestCase(302, Page, null, ExpectedResult = "NotOAuth")]
    [TestCase(399, Error, null, ExpectedResult = "NotOAuth")]
    [TestCase(400, Error, null, ExpectedResult = "Refused")]
    [TestCase(400, Page, null, ExpectedResult = "NotOAuth")]
    [TestCase(400, Error, "5", ExpectedResult = "Refused")]
    [TestCase(400, Unavailable, null, ExpectedResult = "Throttled")]
    [TestCase(401, Error, null, ExpectedResult = "Refused")]
    [TestCase(404, Page, null, ExpectedResult = "NotOAuth")]
    [TestCase(408, Page, null, ExpectedResult = "Throttled")]
    [TestCase(421, Page, null, ExpectedResult = "Throttled")]
    [TestCase(425, Page, null, ExpectedResult = "Throttled")]
    [TestCase(429, Page, null, ExpectedResult = "Throttled")]
    [TestCase(429, Error, "5", ExpectedResult = "Throttled")]
    [TestCase(499, Error, null, ExpectedResult = "Refused")]
    [TestCase(500, Page, null, ExpectedResult = "Lost")]
    [TestCase(500, Page, "5", ExpectedResult = "Lost")]
    [TestCase(500, Unavailable, null, ExpectedResult = "Throttled")]
    [TestCase(502, Error, null, ExpectedResult = "Lost")]
    [TestCase(503, Page, null, ExpectedResult = "Lost")]
    [TestCase(503, Page, "5", ExpectedResult = "Throttled")]
    [TestCase(504, Page, null, ExpectedResult = "Lost")]
    public string An_answer_is_classed_by_status_then_body(int status, string body, string? retryAfter) => Read(status, body, retryAfter).Outcome.ToString();

    [TestCase("application/json", ExpectedResult = "Succeeded")]
    [TestCase("application/problem+json", ExpectedResult = "Succeeded")]
    [TestCase("APPLICATION/JSON", ExpectedResult = "Succeeded")]
    [TestCase("text/x+json", ExpectedResult = "Malformed")]
    [TestCase("application/jsonp", ExpectedResult = "Malformed")]
    [TestCase("text/json", ExpectedResult = "Malformed")]
    public string A_success_must_be_JSON_by_its_media_type(string mediaType) =>
        Read(200, """{"access_token":"a","token_type":"Bearer"}""", mediaType: mediaType).Outcome.ToString();

    [Test]
    public void A_redirect_is_told_apart_from_one_that_was_followed()
    {
        using var answer = new HttpResponseMessage { RequestMessage = new HttpRequestMessage(HttpMethod.Post, "https://elsewhere.example/") };
        AttemptResult followed = Read(answer);

        Assert.Multiple(() =>
        {
            Assert.That(Read(302, Page).Failure!.Message, Does.Contain("Check the authority host."));
            Assert.That(followed.Outcome, Is.EqualTo(AttemptOutcome.Malformed));
            Assert.That(followed.Failure!.Message, Does.StartWith("The supplied HttpClient followed a redirect from login.entra.example to elsewhere.example"));
        });
    }

    [Test]
    public void An_error_that_cannot_be_read_completely_is_reported_as_one() => Assert.Multiple(() =>
    {
        Assert.That(Read(400, Page, failure: new IOException()).Failure!.Message, Does.Contain("cut off or too long"));
        Assert.That(Read(400, new string('x', BoundedBody.Limit + 1)).Failure!.Message, Does.Contain("cut off or too long"));
        Assert.That(Read(400, Error, failure: new IOException()).Failure!.Message, Does.Not.Contain("cut off"));
        Assert.That(Read(400, Page).Failure!.Message, Does.Not.Contain("cut off"));
    });

    [Test]
    public void A_malformed_response_keeps_its_correlation_ID() => Assert.That(
        Read(200, """{"correlation_id":"the-id"}""").Failure!.Response!.CorrelationId, Is.EqualTo("the-id"));

    private static AttemptResult Read(int status, string text, string? retryAfter = null, string mediaType = "application/json", Exception? failure = null)
    {
        using var answer = new HttpResponseMessage((HttpStatusCode)status) { Content = new StringContent(text, Encoding.UTF8, mediaType) };
        if (retryAfter is not null)
        {
            answer.Headers.Add("Retry-After", retryAfter);
        }

        return Read(answer, failure);
    }

    private static AttemptResult Read(HttpResponseMessage answer, Exception? failure = null)
    {
        using var exchange = new HttpExchange(HttpMethod.Post, new Uri(The.Authority, "token"), TimeSpan.FromMinutes(1), TimeProvider.System, CancellationToken.None);
        exchange.Receive(answer);
        exchange.Body?.Read(answer, CancellationToken.None);
        if (failure is not null)
        {
            exchange.Fail(failure);
        }

        var grant = new RefreshTokenGrant(Some.Parameters(Tenant.Of(The.Tenant)), new SecretText("refresh-1"), Some.Profile);
        return TokenResponseClassifier.Read(grant, The.AuthorityHost, Profile, readsIdToken: true, exchange, The.Now);
    }
}
