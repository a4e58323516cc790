using System.Net;
using Azure.Core;
using Microsoft.Extensions.Time.Testing;

namespace AuthCode.Tests.Sessions;

/// <summary>Servers that take no requests for now.</summary>
internal sealed class ThrottlingTests(bool isAsync) : BothWays(isAsync)
{
    private const int Repeated = 5;

    private readonly FakeTimeProvider _time = new(The.Now);
    private readonly RecordedLog _log = new();

    [TestCase(HttpStatusCode.TooManyRequests)]
    [TestCase(HttpStatusCode.ServiceUnavailable)]
    [TestCase(HttpStatusCode.RequestTimeout)]
    public async Task The_wait_is_the_one_that_the_server_asks_for(HttpStatusCode status)
    {
        Answer second = Answer.Token("access-1");
        var endpoint = new ScriptedEndpoint(Answer.Status(status, retryAfter: "7"), second);
        await using AuthorizationCodeCredential credential = Credential(endpoint);

        Task repeated = _log.Next(Repeated);
        Task<AccessToken> call = GetToken(credential);
        await repeated;
        await AdvanceUntilDone(call, TimeSpan.FromSeconds(7));

        endpoint.Verify();
        Assert.Multiple(async () =>
        {
            Assert.That((await call).Token, Is.EqualTo("access-1"));
            Assert.That(_time.GetUtcNow() - The.Now, Is.GreaterThanOrEqualTo(TimeSpan.FromSeconds(7)));
        });
    }

    [TestCase("61")]
    [TestCase("86400")]
    public async Task A_wait_beyond_MaxDelay_fails_at_once_and_says_when_to_come_back(string retryAfter)
    {
        var endpoint = new ScriptedEndpoint(Answer.Status(HttpStatusCode.TooManyRequests, retryAfter), Answer.Token("access-2"));
        await using AuthorizationCodeCredential credential = Credential(endpoint);

        AuthenticationFailedException failure = await Failure(credential);
        _time.Advance(TimeSpan.FromHours(1));

        Assert.Multiple(async () =>
        {
            Assert.That(failure.Message, Does.Contain($"accepts no requests for {retryAfter} s"));
            Assert.That(failure.Response!.RetryAfter, Is.EqualTo(TimeSpan.FromSeconds(int.Parse(retryAfter, System.Globalization.CultureInfo.InvariantCulture))));
            Assert.That((await GetToken(credential)).Token, Is.EqualTo("access-2"), "the code is intact");
        });
        endpoint.Verify();
    }

    [Test]
    public async Task All_credentials_of_the_same_client_and_tenant_heed_the_servers_wait()
    {
        var endpoint = new ScriptedEndpoint(Answer.Status(HttpStatusCode.TooManyRequests, "120"));
        await using AuthorizationCodeCredential throttled = Credential(endpoint);
        await using AuthorizationCodeCredential other = Credential(endpoint);
        await Failure(throttled);
        _time.Advance(TimeSpan.FromSeconds(20));

        AuthenticationFailedException failure = await Failure(other);

        endpoint.Verify();
        Assert.Multiple(() =>
        {
            Assert.That(failure.Message, Does.Contain("accepts no requests for 100 s"));
            Assert.That(failure.Response!.StatusCode, Is.EqualTo(HttpStatusCode.TooManyRequests));
        });
    }

    [Test]
    public async Task Another_tenant_is_not_held_up_by_one_that_waits()
    {
        Answer after = Answer.Token("access-3");
        var endpoint = new ScriptedEndpoint(Answer.Status(HttpStatusCode.TooManyRequests, "50"), Answer.Token("access-2"), after);
        await using AuthorizationCodeCredential credential = Credential(endpoint, static options => options.AdditionallyAllowedTenants.Add("*"));
        Task repeated = _log.Next(Repeated);
        Task<AccessToken> waiting = GetToken(credential);
        await repeated;

        AccessToken other = await GetToken(credential, Some.Request(The.Vault, tenant: The.OtherTenant));
        await AdvanceUntilDone(waiting, TimeSpan.FromSeconds(10));

        endpoint.Verify();
        Assert.Multiple(async () =>
        {
            Assert.That(other.Token, Is.EqualTo("access-2"));
            Assert.That((await waiting).Token, Is.EqualTo("access-3"));
            Assert.That(endpoint.Requests.Select(static request => request["grant_type"]), Is.EqualTo(new[] { "authorization_code", "authorization_code", "refresh_token" }));
        });
    }

    [Test]
    public async Task Throttling_to_the_end_leaves_the_code()
    {
        Answer[] throttled = [.. Enumerable.Repeat(0, 4).Select(static _ => Answer.Status(HttpStatusCode.TooManyRequests, "0"))];
        var endpoint = new ScriptedEndpoint(throttled);
        await using AuthorizationCodeCredential credential = Credential(endpoint);

        AuthenticationFailedException failure = await Failure(credential);
        endpoint.Verify();
        endpoint.Then(Answer.Token("access-5"));

        Assert.Multiple(async () =>
        {
            Assert.That(failure.Response!.StatusCode, Is.EqualTo(HttpStatusCode.TooManyRequests));
            Assert.That((await GetToken(credential)).Token, Is.EqualTo("access-5"));
        });
    }

    [TestCase(HttpStatusCode.BadRequest)]
    [TestCase(HttpStatusCode.ServiceUnavailable)]
    public async Task Temporarily_unavailable_is_asked_again(HttpStatusCode status)
    {
        var endpoint = new ScriptedEndpoint(Answer.Error("temporarily_unavailable", 90033, status: status), Answer.Token("access-2"));
        await using AuthorizationCodeCredential credential = Credential(endpoint);

        Assert.That((await GetToken(credential)).Token, Is.EqualTo("access-2"));
        endpoint.Verify();
    }

    [TestCase(HttpStatusCode.Redirect)]
    [TestCase(HttpStatusCode.TemporaryRedirect)]
    [TestCase(HttpStatusCode.PermanentRedirect)]
    public async Task A_redirect_is_an_error_that_names_its_host_and_leaves_the_code(HttpStatusCode status)
    {
        var redirect = Answer.Of(_ => new HttpResponseMessage(status) { Headers = { Location = new Uri($"https://evil.example/?code={The.Code}") } });
        var endpoint = new ScriptedEndpoint(redirect, Answer.Token("access-2"));
        await using AuthorizationCodeCredential credential = Credential(endpoint);

        AuthenticationFailedException failure = await Failure(credential);

        Assert.Multiple(async () =>
        {
            Assert.That(failure.Message, Does.Contain("evil.example").And.Not.Contain(The.Code));
            Assert.That((await GetToken(credential)).Token, Is.EqualTo("access-2"));
        });
        endpoint.Verify();
    }

    [Test]
    public async Task A_redirect_that_the_supplied_client_followed_is_an_error_and_its_answer_is_thrown_away()
    {
        var followed = Answer.Of(_ => new HttpResponseMessage(HttpStatusCode.OK)
        {
            Content = new StringContent(Answer.TokenJson(), System.Text.Encoding.UTF8, "application/json"),
            RequestMessage = new HttpRequestMessage(HttpMethod.Post, "https://evil.example/token"),
        });
        var endpoint = new ScriptedEndpoint(followed);
        await using AuthorizationCodeCredential credential = Credential(endpoint);

        AuthenticationFailedException failure = await Failure(credential);
        await Failure(credential);

        endpoint.Verify();
        Assert.That(failure.Message, Does.Contain("not to follow redirects").And.Contain("evil.example"));
    }

    [Test]
    public async Task A_page_instead_of_an_error_is_named_by_its_type_and_never_quoted()
    {
        var endpoint = new ScriptedEndpoint(Answer.Status(HttpStatusCode.NotFound));
        await using AuthorizationCodeCredential credential = Credential(endpoint);

        AuthenticationFailedException failure = await Failure(credential);

        endpoint.Verify();
        Assert.Multiple(() =>
        {
            Assert.That(failure.Message, Does.Contain("text/html").And.Contain("404").And.Not.Contain("<html>"));
            Assert.That(failure.Response!.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
            Assert.That(failure.Response.Error, Is.Null);
        });
    }

    private AuthorizationCodeCredential Credential(ScriptedEndpoint endpoint, Action<AuthorizationCodeCredentialOptions>? configure = null) =>
        Some.Credential(endpoint, _time, options =>
        {
            configure?.Invoke(options);
            options.LoggerFactory = _log;
            // The clock runs far ahead in these tests.
            options.Retry.NetworkTimeout = Timeout.InfiniteTimeSpan;
        });

    // The wait begins shortly after the attempt has been logged: the clock goes on until it has been seen.
    private async Task AdvanceUntilDone(Task call, TimeSpan step)
    {
        while (!call.IsCompleted)
        {
            _time.Advance(step);
            await Task.Yield();
        }
    }
}
