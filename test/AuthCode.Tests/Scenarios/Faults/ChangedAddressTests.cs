using System.Net;
using System.Text;
using AuthCode.Tests.Scenarios.Providers;

namespace AuthCode.Tests.Scenarios.Faults;

/// <summary>Handlers that change the address of a request, such as that of an egress gateway: it is not set back when the gateway throws.</summary>
internal sealed class ChangedAddressTests(bool isAsync) : ProviderFixture(isAsync)
{
    private const string Gateway = "gateway.example";

    [Test]
    public async Task A_response_that_is_lost_behind_a_gateway_is_a_lost_response()
    {
        Answer[] lost = [.. Enumerable.Repeat(0, 2).Select(static _ => Answer.Throw(new HttpRequestException(HttpRequestError.ResponseEnded, "ended")))];
        var endpoint = new ScriptedEndpoint(lost);
        await using AuthorizationCodeCredential credential = Some.Credential(new Egress(endpoint));

        AuthenticationFailedException failure = await Failure(credential);
        await Failure(credential);
        await Failure(credential);

        endpoint.Verify();
        Assert.Multiple(() =>
        {
            Assert.That(endpoint.Requests, Has.Count.EqualTo(2), "the code may have been used");
            Assert.That((failure.IsSignInRequired, failure.InnerException?.GetType()), Is.EqualTo((true, typeof(HttpRequestException))));
            Assert.That(failure.Message, Does.Contain($"changed to {Gateway}"));
        });
    }

    [Test]
    public async Task A_refused_connection_to_a_gateway_is_tried_again()
    {
        var endpoint = new ScriptedEndpoint(Answer.Throw(new HttpRequestException(HttpRequestError.ConnectionError, "refused")), Answer.Token("access-1"));
        await using AuthorizationCodeCredential credential = Some.Credential(new Egress(endpoint));

        Assert.That((await GetToken(credential)).Token, Is.EqualTo("access-1"));
        endpoint.Verify();
    }

    [Test]
    public async Task Metadata_that_could_not_be_read_through_a_gateway_is_read_again()
    {
        int reads = 0;
        Server.Answers["/tenant-1/.well-known/openid-configuration"] = _ => ++reads == 1
            ? throw new HttpRequestException(HttpRequestError.ConnectionError, "refused")
            : Provider.Json(HttpStatusCode.OK, Server.Metadata);
        AuthorizationCodeClient client = Client(options =>
        {
            options.HttpClient = new HttpClient(new Egress(Server));
            options.Retry.MaxRetries = 0;
        });
        await using AuthorizationCodeCredential credential = client.CreateCredential(The.Code, The.Redirect, The.Verifier);

        Assert.That((await GetToken(credential, "read")).Token, Is.EqualTo("access-1"));
    }

    [Test]
    public void A_pushed_request_that_fails_behind_a_gateway_is_told_with_its_cause()
    {
        var ended = new HttpRequestException(HttpRequestError.ResponseEnded, "ended");
        Server.Answers["/par"] = _ => throw ended;
        AuthorizationCodeClient client = Client(options =>
        {
            options.ClientAuthentication = ClientAuthentication.Secret(The.Secret);
            options.HttpClient = new HttpClient(new Egress(Server));
        }, atServer: static options => options.UsePushedAuthorization = true);

        AuthenticationFailedException failure = Assert.CatchAsync<AuthenticationFailedException>(() => client.CreateAuthorizationRequestAsync(The.Redirect, ["read"]))!;

        Assert.That((failure.InnerException, failure.IsTransient), Is.EqualTo(((Exception)ended, true)));
    }

    [Test]
    public async Task The_host_of_a_redirect_that_was_followed_repeats_no_secret()
    {
        string secret = The.Code.Replace(".", "", StringComparison.Ordinal);
        var followed = Answer.Of(_ => new HttpResponseMessage(HttpStatusCode.OK)
        {
            Content = new StringContent(Answer.TokenJson(), Encoding.UTF8, "application/json"),
            RequestMessage = new HttpRequestMessage(HttpMethod.Post, $"https://{secret}.evil.example/token"),
        });
        await using var credential = new AuthorizationCodeCredential(The.Tenant, The.Client, secret, The.Redirect, Some.Options(new ScriptedEndpoint(followed)));

        AuthenticationFailedException failure = await Failure(credential);

        Assert.That(failure.Message, Does.Contain("evil.example").And.Not.Contain(secret).IgnoreCase);
    }

    [Test]
    public async Task The_host_that_a_gateway_was_sent_to_repeats_no_secret()
    {
        string secret = The.Code.Replace(".", "", StringComparison.Ordinal);
        var lost = Answer.Throw(new HttpRequestException(HttpRequestError.ResponseEnded, "ended"));
        await using var credential = new AuthorizationCodeCredential(
            The.Tenant, The.Client, secret, The.Redirect, Some.Options(new Egress(new ScriptedEndpoint(lost), $"{secret}.evil.example"), configure: static options => options.Retry.MaxRetries = 0));

        AuthenticationFailedException failure = await Failure(credential);

        Assert.That(failure.Message, Does.Contain("evil.example").And.Not.Contain(secret).IgnoreCase);
    }

    [Test]
    public void The_host_of_a_redirect_that_a_pushed_request_followed_repeats_no_secret()
    {
        string secret = "abcdefgh-ijklmnop-qrstuvwx";
        Server.Answers["/par"] = _ => new HttpResponseMessage(HttpStatusCode.Created) { RequestMessage = new HttpRequestMessage(HttpMethod.Post, $"https://{secret}.evil.example/") };
        AuthorizationCodeClient client = Client(
            options => options.ClientAuthentication = ClientAuthentication.Secret(secret), atServer: static options => options.UsePushedAuthorization = true);

        AuthenticationFailedException failure = Assert.CatchAsync<AuthenticationFailedException>(() => client.CreateAuthorizationRequestAsync(The.Redirect, ["read"]))!;

        Assert.That(failure.Message, Does.Contain("evil.example").And.Not.Contain(secret));
    }

    /// <summary>As docs/getting-started.md describes it.</summary>
    private sealed class Egress(HttpMessageHandler inner, string host = Gateway) : DelegatingHandler(inner)
    {
        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Uri address = Change(request);
            HttpResponseMessage response = base.Send(request, cancellationToken);
            request.RequestUri = address;
            return response;
        }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Uri address = Change(request);
            HttpResponseMessage response = await base.SendAsync(request, cancellationToken);
            request.RequestUri = address;
            return response;
        }

        private Uri Change(HttpRequestMessage request)
        {
            Uri address = request.RequestUri!;
            request.RequestUri = new UriBuilder(address) { Host = host }.Uri;
            return address;
        }
    }
}
