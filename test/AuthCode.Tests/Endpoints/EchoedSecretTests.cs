using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace AuthCode.Tests.Endpoints;

/// <summary>A server that repeats what it was sent, wherever it can: nothing of it reaches an exception or a log.</summary>
internal sealed class EchoedSecretTests(bool isAsync) : BothWays(isAsync)
{
    private const string RefreshToken = "0.AXrT-the-refresh-token_1";

    private static readonly string[] Secrets = [The.Code, The.Verifier, The.Secret, RefreshToken];

    private readonly RecordedLog _log = new();

    [TestCase("error")]
    [TestCase("error_description")]
    [TestCase("error_uri")]
    [TestCase("suberror")]
    [TestCase("trace_id")]
    [TestCase("correlation_id")]
    [TestCase("claims")]
    [TestCase("timestamp")]
    [TestCase("of no name that is known")]
    public Task In_a_member(string member) => IsKept(sent => new HttpResponseMessage(HttpStatusCode.BadRequest)
    {
        Content = Json(new JsonObject { ["error"] = "invalid_request", [member] = sent.Body }),
    });

    [Test]
    public Task In_the_name_of_a_member() => IsKept(static sent => new HttpResponseMessage(HttpStatusCode.BadRequest)
    {
        Content = Json(new JsonObject { [sent.Body] = "invalid_request" }),
    });

    [Test]
    public Task In_the_reason_phrase() => IsKept(static sent => new HttpResponseMessage(HttpStatusCode.BadRequest)
    {
        ReasonPhrase = sent.Body,
    });

    [Test]
    public Task In_a_header() => IsKept(static sent =>
    {
        var answer = new HttpResponseMessage(HttpStatusCode.BadRequest);
        answer.Headers.Add("client-request-id", sent.Body);
        answer.Headers.Add("x-echo", sent.Body);
        return answer;
    });

    [Test]
    public Task In_the_query_of_a_redirect() => IsKept(static sent => new HttpResponseMessage(HttpStatusCode.Redirect)
    {
        Headers = { Location = new Uri($"https://evil.example/{sent["code"]}?{sent.Body}") },
    });

    [Test]
    public Task In_the_host_of_a_redirect() => IsKept(static sent => new HttpResponseMessage(HttpStatusCode.Redirect)
    {
        Headers = { Location = new Uri($"https://{sent["code"] ?? sent["refresh_token"]}.evil.example/") },
    });

    [Test]
    public Task In_a_body_that_is_no_JSON([Values(200, 400, 502)] int status) => IsKept(sent => new HttpResponseMessage((HttpStatusCode)status)
    {
        Content = new StringContent(sent.Body, Encoding.UTF8, "text/html"),
    });

    [Test]
    public Task In_a_200_that_is_no_token_response() => IsKept(static sent => new HttpResponseMessage(HttpStatusCode.OK)
    {
        Content = Json(new JsonObject { ["token_type"] = sent.Body, ["access_token"] = "x" }),
    });

    private async Task IsKept(Func<SentRequest, HttpResponseMessage> echo)
    {
        // Once at the code, and once at the refresh token.
        var endpoint = new ScriptedEndpoint(Answer.Of(echo), Answer.Of(echo));
        await using AuthorizationCodeCredential first = Credential(endpoint);
        string[] texts = [TextOf(await Failure(first))];

        var other = new ScriptedEndpoint(Answer.Token(refreshToken: RefreshToken), Answer.Of(echo), Answer.Of(echo));
        await using AuthorizationCodeCredential second = Credential(other);
        await GetToken(second, The.Vault);
        texts = [.. texts, TextOf(await Failure(second, Some.Request(The.Storage))), .. _log.Texts];

        Assert.Multiple(() =>
        {
            foreach (string secret in Secrets)
            {
                Assert.That(texts, Has.None.Contains(secret).And.None.Contains(secret.ToLowerInvariant()));
            }
        });
    }

    private static string TextOf(AuthenticationFailedException failure)
    {
        TokenErrorResponse? response = failure.Response;
        return $"{failure} {response} {response?.Error} {response?.ErrorDescription} {response?.ErrorUri} {response?.SubError} {response?.TraceId} {response?.CorrelationId} {response?.Claims}";
    }

    private AuthorizationCodeCredential Credential(ScriptedEndpoint endpoint) => Some.Credential(endpoint, configure: options =>
    {
        options.LoggerFactory = _log;
        options.CodeVerifier = The.Verifier;
        options.ClientAuthentication = ClientAuthentication.Secret(The.Secret);
        options.Retry.MaxRetries = 0;
    });

    private static StringContent Json(JsonObject json) => new(json.ToJsonString(), Encoding.UTF8, "application/json");
}
