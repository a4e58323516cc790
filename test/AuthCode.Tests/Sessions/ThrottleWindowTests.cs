using System.Net;
using Azure.Core;
using Microsoft.Extensions.Time.Testing;

namespace AuthCode.Tests.Sessions;

/// <summary>How long a wait that a server asked of everybody holds up those who were not told themselves.</summary>
internal sealed class ThrottleWindowTests(bool isAsync) : BothWays(isAsync)
{
    private readonly FakeTimeProvider _time = new(The.Now);

    [TestCase(70, false, TestName = "ten seconds after its end")]
    [TestCase(4 * 3600, false, TestName = "hours later")]
    [TestCase(69, true, TestName = "nine seconds after its end")]
    public async Task A_wait_is_over_although_nobody_has_tried(int seconds, bool isOneByOne)
    {
        Answer held = Answer.Token("access-2").Held();
        var endpoint = new ScriptedEndpoint(Unavailable("60"), held);
        await using AuthorizationCodeCredential first = Credential(endpoint);
        await using AuthorizationCodeCredential second = Credential(endpoint);
        await using AuthorizationCodeCredential third = Credential(endpoint);
        await Failure(first);
        _time.Advance(TimeSpan.FromSeconds(seconds));

        Task<AccessToken> trying = GetToken(second);
        await held.Arrived;
        if (isOneByOne)
        {
            await Failure(third);
        }
        else
        {
            endpoint.Then(Answer.Token("access-3"));
            Assert.That((await GetToken(third)).Token, Is.EqualTo("access-3"));
        }

        held.Release();
        await trying;
        endpoint.Verify();
    }

    [Test]
    public async Task One_user_s_429_holds_up_nobody_else_although_that_user_tried_first()
    {
        var endpoint = new ScriptedEndpoint(Unavailable("30"), Answer.Status(HttpStatusCode.TooManyRequests, "3000"), Answer.Token("access-3"));
        await using AuthorizationCodeCredential first = Credential(endpoint);
        await using AuthorizationCodeCredential second = Credential(endpoint);
        await using AuthorizationCodeCredential third = Credential(endpoint);
        await Failure(first);
        _time.Advance(TimeSpan.FromSeconds(30));
        await Failure(second);
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.That((await GetToken(third)).Token, Is.EqualTo("access-3"));
        endpoint.Verify();
    }

    [Test]
    public async Task Three_that_try_and_are_refused_with_429_hold_up_all_again()
    {
        Answer[] refusals = [.. Enumerable.Repeat(0, 3).Select(static _ => Answer.Status(HttpStatusCode.TooManyRequests, "3000"))];
        var endpoint = new ScriptedEndpoint([Unavailable("30"), .. refusals]);
        await using AuthorizationCodeCredential first = Credential(endpoint);
        await Failure(first);
        _time.Advance(TimeSpan.FromSeconds(30));
        for (int i = 0; i < 3; i++)
        {
            await using AuthorizationCodeCredential trying = Credential(endpoint);
            await Failure(trying);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        await using AuthorizationCodeCredential other = Credential(endpoint);
        Assert.That((await Failure(other)).Message, Does.Contain("accepts no requests for 59 s"));
        endpoint.Verify();
    }

    [Test]
    public async Task Whoever_sends_nothing_has_not_got_through()
    {
        Answer held = Answer.Token("access-3").Held();
        var endpoint = new ScriptedEndpoint(Answer.Error("invalid_client", 7000215), Unavailable("10"), held);
        await using AuthorizationCodeCredential refused = Credential(endpoint, static options => options.ClientAuthentication = ClientAuthentication.Secret(The.Secret));
        await using AuthorizationCodeCredential first = Credential(endpoint);
        await using AuthorizationCodeCredential second = Credential(endpoint);
        await using AuthorizationCodeCredential third = Credential(endpoint);
        await Failure(refused);
        await Failure(first);
        _time.Advance(TimeSpan.FromSeconds(10));

        AuthenticationFailedException remembered = await Failure(refused);
        Task<AccessToken> trying = GetToken(second);
        await held.Arrived;
        AuthenticationFailedException meanwhile = await Failure(third);
        held.Release();

        Assert.Multiple(async () =>
        {
            Assert.That(remembered.Response?.Error, Is.EqualTo("invalid_client"));
            Assert.That(meanwhile.Message, Does.Contain("accepts no requests for 1 s"));
            Assert.That((await trying).Token, Is.EqualTo("access-3"));
        });
        endpoint.Verify();
    }

    [TestCase(30, 0, 5, 30)]
    [TestCase(5, 0, 30, 30)]
    [TestCase(30, 20, 15, 15)]
    [TestCase(30, 20, 5, 10)]
    public async Task Of_waits_that_are_asked_of_requests_under_way_at_once_the_one_that_ends_last_counts(int one, int secondsLater, int other, int left)
    {
        Answer held = Unavailable($"{other}").Held();
        var endpoint = new ScriptedEndpoint(held, Unavailable($"{one}"));
        await using AuthorizationCodeCredential first = Credential(endpoint);
        await using AuthorizationCodeCredential second = Credential(endpoint);
        await using AuthorizationCodeCredential third = Credential(endpoint);
        Task<AuthenticationFailedException> last = Failure(first);
        await held.Arrived;
        await Failure(second);
        _time.Advance(TimeSpan.FromSeconds(secondsLater));
        held.Release();
        await last;

        Assert.That((await Failure(third)).Message, Does.Contain($"accepts no requests for {left} s"));
        endpoint.Verify();
    }

    [Test]
    public async Task A_request_that_was_under_way_before_does_not_end_a_wait_although_it_gets_through()
    {
        Answer held = Answer.Token("access-1").Held();
        var endpoint = new ScriptedEndpoint(held, Unavailable("30"));
        await using AuthorizationCodeCredential first = Credential(endpoint);
        await using AuthorizationCodeCredential second = Credential(endpoint);
        await using AuthorizationCodeCredential third = Credential(endpoint);
        Task<AccessToken> before = GetToken(first);
        await held.Arrived;
        await Failure(second);
        held.Release();
        await before;

        Assert.That((await Failure(third)).Message, Does.Contain("accepts no requests for 30 s"));
        endpoint.Verify();
    }

    [Test]
    public async Task A_try_that_fails_is_followed_by_another_one_a_second_later()
    {
        var endpoint = new ScriptedEndpoint(Unavailable("30"), Answer.Status(HttpStatusCode.InternalServerError), Answer.Token("access-3"));
        await using AuthorizationCodeCredential first = Credential(endpoint);
        await using AuthorizationCodeCredential second = Credential(endpoint);
        await using AuthorizationCodeCredential third = Credential(endpoint);
        await Failure(first);
        _time.Advance(TimeSpan.FromSeconds(30));
        await Failure(second);

        Assert.That((await Failure(third)).Message, Does.Contain("accepts no requests for 1 s"));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.That((await GetToken(third)).Token, Is.EqualTo("access-3"));
        endpoint.Verify();
    }

    [Test]
    public async Task Refusals_that_have_held_up_all_count_no_more_when_the_wait_is_over()
    {
        Answer[] refusals = [.. Enumerable.Repeat(0, 3).Select(static _ => Answer.Status(HttpStatusCode.TooManyRequests, "10"))];
        var endpoint = new ScriptedEndpoint([.. refusals, Answer.Token("access-4"), Answer.Status(HttpStatusCode.TooManyRequests, "10"), Answer.Token("access-6")]);
        for (int i = 0; i < 3; i++)
        {
            await using AuthorizationCodeCredential throttled = Credential(endpoint);
            await Failure(throttled);
        }

        _time.Advance(TimeSpan.FromSeconds(10));
        await using AuthorizationCodeCredential trying = Credential(endpoint);
        await using AuthorizationCodeCredential refused = Credential(endpoint);
        await using AuthorizationCodeCredential other = Credential(endpoint);
        await GetToken(trying);
        await Failure(refused);

        Assert.That((await GetToken(other)).Token, Is.EqualTo("access-6"));
        endpoint.Verify();
    }

    [Test]
    public async Task Others_are_told_the_status_and_the_error_and_not_its_description()
    {
        var endpoint = new ScriptedEndpoint(Refusal(HttpStatusCode.BadRequest, "temporarily_unavailable"));
        await using AuthorizationCodeCredential first = Credential(endpoint);
        await using AuthorizationCodeCredential second = Credential(endpoint);
        await Failure(first);
        _time.Advance(TimeSpan.FromSeconds(1));

        TokenErrorResponse told = (await Failure(second)).Response!;

        endpoint.Verify();
        Assert.That(
            (told.StatusCode, told.Error, told.ErrorDescription, told.RetryAfter),
            Is.EqualTo((HttpStatusCode.BadRequest, "temporarily_unavailable", (string?)null, TimeSpan.FromSeconds(29))));
    }

    [Test]
    public async Task The_session_that_was_refused_is_told_all_of_it_again()
    {
        var endpoint = new ScriptedEndpoint(Refusal(HttpStatusCode.TooManyRequests, "slow_down"));
        await using AuthorizationCodeCredential credential = Credential(endpoint);
        await Failure(credential);
        _time.Advance(TimeSpan.FromSeconds(1));

        TokenErrorResponse told = (await Failure(credential)).Response!;

        endpoint.Verify();
        Assert.That(
            (told.StatusCode, told.Error, told.ErrorDescription, told.RetryAfter),
            Is.EqualTo((HttpStatusCode.TooManyRequests, "slow_down", "Too many at once.", TimeSpan.FromSeconds(29))));
    }

    [Test]
    public async Task A_session_that_was_refused_for_two_tenants_waits_for_each()
    {
        var endpoint = new ScriptedEndpoint(Answer.Status(HttpStatusCode.TooManyRequests, "50"), Answer.Status(HttpStatusCode.TooManyRequests, "30"));
        await using AuthorizationCodeCredential credential = Credential(endpoint, static options => options.AdditionallyAllowedTenants.Add("*"));
        TokenRequestContext elsewhere = Some.Request(The.Vault, tenant: The.OtherTenant);
        await Failure(credential);
        await Failure(credential, elsewhere);

        Assert.That((await Failure(credential)).Message, Does.Contain("accepts no requests for 50 s"));
        Assert.That((await Failure(credential, elsewhere)).Message, Does.Contain("accepts no requests for 30 s"));
        endpoint.Verify();
    }

    private static Answer Unavailable(string retryAfter) => Answer.Status(HttpStatusCode.ServiceUnavailable, retryAfter);

    private static Answer Refusal(HttpStatusCode status, string error) => Answer.Of(_ => new HttpResponseMessage(status)
    {
        Headers = { { "Retry-After", "30" } },
        Content = new StringContent($$"""{"error":"{{error}}","error_description":"Too many at once."}""", System.Text.Encoding.UTF8, "application/json"),
    });

    private AuthorizationCodeCredential Credential(ScriptedEndpoint endpoint, Action<AuthorizationCodeCredentialOptions>? configure = null) => Some.Credential(endpoint, _time, options =>
    {
        options.Retry.MaxRetries = 0;
        // The clock runs far ahead in these tests.
        options.Retry.NetworkTimeout = Timeout.InfiniteTimeSpan;
        configure?.Invoke(options);
    });
}
