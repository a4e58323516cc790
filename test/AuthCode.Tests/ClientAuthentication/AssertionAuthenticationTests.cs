using System.Net;
using Azure.Core;
using Microsoft.Extensions.Time.Testing;

namespace AuthCode.Tests;

/// <summary>An assertion from the caller's callback (RFC 7521 section 4.2).</summary>
internal sealed class AssertionAuthenticationTests(bool isAsync) : BothGrants(isAsync)
{
    private int _calls;

    [Test]
    public async Task The_assertion_is_sent_with_the_client_ID_and_its_type_in_both_grants()
    {
        IReadOnlyList<SentRequest> requests = await Send(Use(Counted));

        Assert.That(
            requests.Select(static sent => (sent["client_id"], sent["client_assertion_type"], sent["client_assertion"])),
            Is.EqualTo(new[]
            {
                (The.Client, "urn:ietf:params:oauth:client-assertion-type:jwt-bearer", "assertion-1"),
                (The.Client, "urn:ietf:params:oauth:client-assertion-type:jwt-bearer", "assertion-2"),
            }));
    }

    [Test]
    public async Task Each_attempt_asks_for_an_assertion_of_its_own()
    {
        var endpoint = new ScriptedEndpoint(Answer.Status(HttpStatusCode.TooManyRequests, "0"), Answer.Status(HttpStatusCode.BadGateway), Answer.Token());
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint, configure: Use(Counted));

        await GetToken(credential);

        endpoint.Verify();
        Assert.That(
            endpoint.Requests.Select(static sent => sent["client_assertion"]), Is.EqualTo(new[] { "assertion-1", "assertion-2", "assertion-3" }));
    }

    [Test]
    public async Task Nothing_is_asked_for_before_a_token_is()
    {
        await using AuthorizationCodeCredential credential = Some.Credential(new ScriptedEndpoint(), configure: Use(Counted));

        Assert.That(_calls, Is.Zero);
    }

    [Test]
    public async Task A_callback_that_takes_its_time_is_waited_for()
    {
        var endpoint = new ScriptedEndpoint(Answer.Token("access-1"));
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var assertion = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint, configure: Use(_ =>
        {
            asked.SetResult();
            return new ValueTask<string>(assertion.Task);
        }));

        Task<AccessToken> call = GetToken(credential);
        await asked.Task;
        bool early = call.IsCompleted;
        assertion.SetResult("assertion-1");

        Assert.That((early, (await call).Token), Is.EqualTo((false, "access-1")));
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase("  ")]
    [TestCase("c4n4ry\n")]
    [TestCase("c4n4ry\r\nX: y")]
    [TestCase("c4n4ry\0")]
    [TestCase("c4n4ry\u00E9")]
    public async Task What_is_no_assertion_fails_before_anything_is_sent_and_is_not_repeated(string? assertion)
    {
        var endpoint = new ScriptedEndpoint();
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint, configure: Use(_ => new ValueTask<string>(assertion!)));

        AuthenticationFailedException failure = await Failure(credential);

        endpoint.Verify();
        Assert.Multiple(() =>
        {
            Assert.That(failure.Message, Does.StartWith("The client authentication failed").And.Contain("nothing was sent"));
            Assert.That(failure.InnerException, Is.TypeOf<InvalidOperationException>().With.Message.Contains("returned no assertion"));
            Assert.That(failure.ToString(), Does.Not.Contain(Refusal.Canary));
        });
    }

    [Test]
    public async Task What_the_callback_throws_is_kept_as_the_cause_and_the_code_survives([Values] bool atOnce)
    {
        var cause = new FormatException("the vault is closed");
        var endpoint = new ScriptedEndpoint(Answer.Token("access-1"));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint, configure: Use(_ =>
            _calls++ > 0 ? new ValueTask<string>("assertion-2") : atOnce ? throw cause : ValueTask.FromException<string>(cause)));

        AuthenticationFailedException failure = await Failure(credential);
        AccessToken token = await GetToken(credential);

        endpoint.Verify();
        Assert.Multiple(() =>
        {
            Assert.That(failure.InnerException, Is.SameAs(cause));
            Assert.That(token.Token, Is.EqualTo("access-1"));
        });
    }

    [Test]
    public async Task A_callback_that_cancels_itself_is_a_time_out_and_no_cancellation()
    {
        var endpoint = new ScriptedEndpoint();
        await using AuthorizationCodeCredential credential =
            Some.Credential(endpoint, configure: Use(static _ => throw new OperationCanceledException()));

        AuthenticationFailedException failure = await Failure(credential);

        endpoint.Verify();
        Assert.That(failure.InnerException, Is.TypeOf<TimeoutException>());
    }

    [Test]
    public async Task A_callback_that_hangs_is_left_at_the_network_time_out_whether_it_looks_at_its_token_or_not([Values] bool looks)
    {
        var time = new FakeTimeProvider(The.Now);
        var endpoint = new ScriptedEndpoint();
        var asked = new TaskCompletionSource<CancellationToken>(TaskCreationOptions.RunContinuationsAsynchronously);
        var never = new TaskCompletionSource<string>();
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint, time, Use(token =>
        {
            asked.SetResult(token);
            return new ValueTask<string>(looks ? never.Task.WaitAsync(token) : never.Task);
        }));

        Task<AuthenticationFailedException> call = Failure(credential);
        CancellationToken given = await asked.Task;
        time.Advance(TimeSpan.FromSeconds(100) - TimeSpan.FromTicks(1));
        bool early = given.IsCancellationRequested;
        time.Advance(TimeSpan.FromTicks(1));
        AuthenticationFailedException failure = await call;

        endpoint.Verify();
        Assert.Multiple(() =>
        {
            Assert.That(early, Is.False);
            Assert.That(failure.InnerException, Is.TypeOf<TimeoutException>());
            Assert.That(failure.Message, Does.StartWith("The client authentication failed"));
        });
    }

    [Test]
    public void No_callback_is_refused() => Assert.That(static () => ClientAuthentication.Assertion(null!), Refusal.OfNull("getAssertion"));

    private ValueTask<string> Counted(CancellationToken cancellationToken) => new($"assertion-{++_calls}");

    private static Action<AuthorizationCodeCredentialOptions> Use(Func<CancellationToken, ValueTask<string>> getAssertion) =>
        options => options.ClientAuthentication = ClientAuthentication.Assertion(getAssertion);
}
