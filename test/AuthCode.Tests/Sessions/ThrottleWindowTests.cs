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

    private static Answer Unavailable(string retryAfter) => Answer.Status(HttpStatusCode.ServiceUnavailable, retryAfter);

    private AuthorizationCodeCredential Credential(ScriptedEndpoint endpoint, Action<AuthorizationCodeCredentialOptions>? configure = null) => Some.Credential(endpoint, _time, options =>
    {
        options.Retry.MaxRetries = 0;
        // The clock runs far ahead in these tests.
        options.Retry.NetworkTimeout = Timeout.InfiniteTimeSpan;
        configure?.Invoke(options);
    });
}
