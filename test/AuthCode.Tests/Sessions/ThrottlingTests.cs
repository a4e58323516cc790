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

    [TestCase("503", 120, 60)]
    [TestCase("503", 30, 30)]
    [TestCase("temporarily_unavailable", 30, 30)]
    public async Task All_credentials_of_the_same_client_and_tenant_heed_the_wait_of_a_server_that_is_unavailable(string kind, int retryAfter, int heeded)
    {
        Answer unavailable = kind == "503"
            ? Answer.Status(HttpStatusCode.ServiceUnavailable, $"{retryAfter}")
            : Answer.Of(_ => new HttpResponseMessage(HttpStatusCode.BadRequest)
            {
                Headers = { { "Retry-After", $"{retryAfter}" } },
                Content = new StringContent("""{"error":"temporarily_unavailable"}""", System.Text.Encoding.UTF8, "application/json"),
            });
        var endpoint = new ScriptedEndpoint(unavailable);
        await using AuthorizationCodeCredential throttled = Credential(endpoint, static options => options.Retry.MaxRetries = 0);
        await using AuthorizationCodeCredential other = Credential(endpoint, static options => options.Retry.MaxRetries = 0);
        await Failure(throttled);
        _time.Advance(TimeSpan.FromSeconds(heeded) - TimeSpan.FromSeconds(1));

        AuthenticationFailedException failure = await Failure(other);
        endpoint.Verify();
        _time.Advance(TimeSpan.FromSeconds(1));
        endpoint.Then(Answer.Token("access-2"));

        Assert.Multiple(async () =>
        {
            Assert.That(failure.Message, Does.Contain("accepts no requests for 1 s"));
            Assert.That((await GetToken(other)).Token, Is.EqualTo("access-2"));
        });
    }

    [Test]
    public async Task A_429_holds_up_its_own_session_for_as_long_as_it_says_and_no_other()
    {
        var endpoint = new ScriptedEndpoint(Answer.Status(HttpStatusCode.TooManyRequests, "3000"), Answer.Token("access-2"));
        await using AuthorizationCodeCredential throttled = Credential(endpoint, static options => options.Retry.MaxRetries = 0);
        await using AuthorizationCodeCredential other = Credential(endpoint);
        await Failure(throttled);

        AccessToken token = await GetToken(other);
        _time.Advance(TimeSpan.FromSeconds(2999));
        AuthenticationFailedException still = await Failure(throttled);
        _time.Advance(TimeSpan.FromSeconds(1));
        endpoint.Verify();
        endpoint.Then(Answer.Token("access-3"));

        Assert.Multiple(async () =>
        {
            Assert.That(token.Token, Is.EqualTo("access-2"));
            Assert.That(still.Message, Does.Contain("accepts no requests for 1 s"));
            Assert.That((await GetToken(throttled)).Token, Is.EqualTo("access-3"));
        });
    }

    [TestCase(0, true, TestName = "three sessions at once")]
    [TestCase(29, true, TestName = "three sessions within a minute")]
    [TestCase(30, false, TestName = "three sessions in more than a minute")]
    public async Task A_429_to_three_sessions_within_a_minute_holds_up_all_for_a_minute(int secondsBetween, bool isHeldUp)
    {
        Answer[] refusals = [.. Enumerable.Repeat(0, 3).Select(static _ => Answer.Status(HttpStatusCode.TooManyRequests, "3000"))];
        var endpoint = new ScriptedEndpoint(refusals);
        for (int i = 0; i < 3; i++)
        {
            await using AuthorizationCodeCredential throttled = Credential(endpoint);
            await Failure(throttled);
            _time.Advance(TimeSpan.FromSeconds(i < 2 ? secondsBetween : 0));
        }

        endpoint.Verify();
        await using AuthorizationCodeCredential other = Credential(endpoint, static options => options.Retry.MaxRetries = 0);
        if (isHeldUp)
        {
            Assert.That((await Failure(other)).Message, Does.Contain("accepts no requests for 60 s"));
            _time.Advance(TimeSpan.FromMinutes(1));
        }

        endpoint.Then(Answer.Token("access-4"));
        Assert.That((await GetToken(other)).Token, Is.EqualTo("access-4"));
    }

    [Test]
    public async Task A_session_that_is_refused_three_times_holds_up_no_other()
    {
        Answer[] refusals = [.. Enumerable.Repeat(0, 3).Select(static _ => Answer.Status(HttpStatusCode.TooManyRequests, "1"))];
        var endpoint = new ScriptedEndpoint([.. refusals, Answer.Token("access-4")]);
        await using AuthorizationCodeCredential throttled = Credential(endpoint, static options => options.Retry.MaxRetries = 0);
        await using AuthorizationCodeCredential other = Credential(endpoint);
        for (int i = 0; i < 3; i++)
        {
            await Failure(throttled);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.That((await GetToken(other)).Token, Is.EqualTo("access-4"));
        endpoint.Verify();
    }

    [Test]
    public async Task At_the_end_of_a_wait_one_caller_tries_and_the_others_go_on_when_it_has_got_through()
    {
        Answer held = Answer.Token("access-2").Held();
        var endpoint = new ScriptedEndpoint(Answer.Status(HttpStatusCode.ServiceUnavailable, "30"), held);
        await using AuthorizationCodeCredential throttled = Credential(endpoint, static options => options.Retry.MaxRetries = 0);
        await using AuthorizationCodeCredential first = Credential(endpoint, static options => options.Retry.MaxRetries = 0);
        await using AuthorizationCodeCredential second = Credential(endpoint, static options => options.Retry.MaxRetries = 0);
        await Failure(throttled);
        _time.Advance(TimeSpan.FromSeconds(30));

        Task<AccessToken> trying = GetToken(first);
        await held.Arrived;
        AuthenticationFailedException meanwhile = await Failure(second);
        held.Release();
        await trying;
        endpoint.Verify();
        endpoint.Then(Answer.Token("access-3"));

        Assert.That(meanwhile.Message, Does.Contain("accepts no requests for 1 s"));
        Assert.That((await GetToken(second)).Token, Is.EqualTo("access-3"));
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
