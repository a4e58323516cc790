using System.Net;
using System.Text.Json.Nodes;
using Azure.Core;

namespace AuthCode.Tests.Scenarios.Providers;

/// <summary>An OpenID provider that is known by its issuer: what is read, what is believed, and what is sent to it.</summary>
internal sealed class DiscoveryTests(bool isAsync) : ProviderFixture(isAsync)
{
    [Test]
    public async Task A_code_is_redeemed_at_the_endpoint_that_the_metadata_names()
    {
        await using AuthorizationCodeCredential credential = Credential();

        AccessToken token = await GetToken(credential, "email");
        await GetToken(credential, "email");

        Assert.Multiple(() =>
        {
            Assert.That((token.Token, token.TokenType), Is.EqualTo(("access-1", "Bearer")));
            Assert.That(Server.Requests.Select(static sent => sent.Uri.AbsoluteUri), Is.EqualTo(new[] { Provider.MetadataAddress, Provider.TokenEndpoint }));
            Assert.That(Server.Requests.Select(static sent => sent.WasSynchronous), Is.All.EqualTo(!IsAsync));
        });
    }

    [Test]
    public async Task Only_the_fields_of_the_standards_are_sent()
    {
        await using AuthorizationCodeCredential credential = Credential();
        await GetToken(credential, new TokenRequestContext(["read", "write"], isCaeEnabled: true));
        await GetToken(credential, "other");

        IReadOnlyList<SentRequest> sent = Server.At("/token");
        Assert.Multiple(() =>
        {
            Assert.That(sent[0].Fields.Select(static field => field.Key), Is.EquivalentTo(new[] { "client_id", "grant_type", "code", "redirect_uri", "code_verifier" }));
            Assert.That(sent[1].Fields.Select(static field => field.Key), Is.EquivalentTo(new[] { "client_id", "grant_type", "refresh_token", "scope" }));
            Assert.That(sent.Select(static request => request["scope"]), Is.EqualTo(new[] { null, "other" }));
            Assert.That(sent.SelectMany(static request => request.Headers.Select(static header => header.Key)).Distinct(), Is.EquivalentTo(new[] { "Accept", "Accept-Encoding", "User-Agent" }));
        });
    }

    [Test]
    public async Task A_tenant_means_nothing_to_it()
    {
        await using AuthorizationCodeCredential credential = Credential();

        AccessToken first = await GetToken(credential, "read");
        AccessToken second = await GetToken(credential, Some.Request("read", tenant: "contoso.example"));

        Assert.That(second.Token, Is.EqualTo(first.Token));
    }

    [TestCase("issuer", "https://op.example/tenant-1/", "names another issuer")]
    [TestCase("issuer", "https://op.example/Tenant-1", "names another issuer")]
    [TestCase("issuer", "https://evil.example", "names another issuer")]
    [TestCase("token_endpoint", "http://op.example/token", "names another issuer, or an address")]
    [TestCase("token_endpoint", "https://user@op.example/token", "names another issuer, or an address")]
    [TestCase("token_endpoint", "https://op.example/token#x", "names another issuer, or an address")]
    [TestCase("token_endpoint", "/token", "names another issuer, or an address")]
    [TestCase("token_endpoint", null, "without an authorization or token endpoint")]
    [TestCase("issuer", null, "not OpenID metadata")]
    public async Task Metadata_that_cannot_be_trusted_sends_no_code(string member, string? value, string problem)
    {
        Server.Metadata[member] = value;
        await using AuthorizationCodeCredential credential = Credential();

        AuthenticationFailedException failure = await Failure(credential);
        Server.Metadata["issuer"] = Provider.Issuer;
        Server.Metadata["token_endpoint"] = Provider.TokenEndpoint;
        await GetToken(credential);

        Assert.Multiple(() =>
        {
            Assert.That(failure.Message, Does.Contain(problem));
            Assert.That(Server.At("/token"), Has.Count.EqualTo(1), "the code was kept");
        });
    }

    [TestCase("no JSON")]
    [TestCase("[]")]
    [TestCase("")]
    public async Task A_document_that_is_no_metadata_sends_no_code(string document)
    {
        Server.Answers["/tenant-1/.well-known/openid-configuration"] = _ => new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(document) };
        await using AuthorizationCodeCredential credential = Credential(static options => options.Retry.MaxRetries = 0);

        Assert.That((await Failure(credential)).Message, Does.Contain("not OpenID metadata"));
        Assert.That(Server.At("/token"), Is.Empty);
    }

    [Test]
    public async Task A_server_that_checks_no_S256_is_not_used()
    {
        Server.Metadata["code_challenge_methods_supported"] = new JsonArray("plain");
        await using AuthorizationCodeCredential credential = Credential();

        Assert.That((await Failure(credential)).Message, Does.Contain("PKCE by S256").And.Contain("op.example"));
    }

    [Test]
    public async Task Metadata_that_cannot_be_read_is_asked_for_again_and_the_code_is_kept()
    {
        int requests = 0;
        Func<SentRequest, HttpResponseMessage> good = Server.Answers["/tenant-1/.well-known/openid-configuration"];
        Server.Answers["/tenant-1/.well-known/openid-configuration"] = sent => ++requests < 3 ? throw new HttpRequestException("reset") : good(sent);
        await using AuthorizationCodeCredential credential = Credential();

        Assert.That((await GetToken(credential)).Token, Is.EqualTo("access-1"));
        Assert.That(requests, Is.EqualTo(3));
    }

    [Test]
    public async Task Metadata_is_read_again_after_a_day_and_what_was_read_serves_on_while_it_cannot_be()
    {
        await using AuthorizationCodeCredential credential = Credential();
        await GetToken(credential);
        Server.Answers["/tenant-1/.well-known/openid-configuration"] = static _ => new HttpResponseMessage(HttpStatusCode.BadGateway);

        Time.Advance(TimeSpan.FromDays(1));
        await GetToken(credential);
        Assert.That(() => Server.At("/tenant-1/.well-known/openid-configuration").Count, Is.EqualTo(3).After(5000, 20));
        Assert.That(
            () =>
            {
                Time.Advance(TimeSpan.FromMinutes(6));
                GetToken(credential).GetAwaiter().GetResult();
                return Server.At("/tenant-1/.well-known/openid-configuration").Count;
            },
            Is.GreaterThanOrEqualTo(5).After(5000, 20),
            "what was read serves on");
    }

    [Test]
    public async Task A_metadata_address_of_its_own_is_used()
    {
        Server.Answers["/elsewhere"] = Server.Answers["/tenant-1/.well-known/openid-configuration"];
        await using AuthorizationCodeCredential credential = Credential(server: ServerWith(static options => options.MetadataAddress = new Uri("https://op.example/elsewhere")));

        await GetToken(credential);

        Assert.That(Server.Requests[0].Uri.AbsoluteUri, Is.EqualTo("https://op.example/elsewhere"));
    }

    [Test]
    public async Task A_plain_server_needs_no_metadata()
    {
        await using AuthorizationCodeCredential credential = Credential(
            server: AuthorizationServer.OAuthServer(new Uri(Provider.AuthorizationEndpoint), new Uri(Provider.TokenEndpoint)));

        AccessToken token = await GetToken(credential, "read");

        Assert.That((token.Token, Server.Requests.Single().Uri.AbsoluteUri), Is.EqualTo(("access-1", Provider.TokenEndpoint)));
    }

    [Test]
    public async Task A_handler_without_a_synchronous_form_is_used_all_the_same()
    {
        using var http = new HttpClient(new OnlyAsynchronous(Server));
        await using AuthorizationCodeCredential credential = Credential(options => options.HttpClient = http);

        Assert.That((await GetToken(credential)).Token, Is.EqualTo("access-1"));
    }

    [Test]
    public async Task Waits_are_of_the_server_that_asked_for_them()
    {
        Server.Answers["/token"] = static _ => Provider.Error("slow_down", HttpStatusCode.TooManyRequests, ("Retry-After", "120"));
        await using AuthorizationCodeCredential credential = Credential();

        await Failure(credential);
        AuthenticationFailedException again = await Failure(credential);

        Assert.That((again.Response!.RetryAfter, Server.At("/token").Count), Is.EqualTo((TimeSpan.FromSeconds(120), 1)));
    }

    private sealed class OnlyAsynchronous(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
