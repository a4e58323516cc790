using System.Net;
using System.Security.Authentication;
using Azure.Core;
using Microsoft.Extensions.Time.Testing;

namespace AuthCode.Tests.Sessions;

/// <summary>What is sent again, and what is left of the code, by what is known of the failed attempt.</summary>
internal sealed class LostResponseTests(bool isAsync) : BothWays(isAsync)
{
    private static readonly HttpRequestException NotSent = new(HttpRequestError.ConnectionError, "refused");
    private static readonly HttpRequestException Reset = new(HttpRequestError.ResponseEnded, "reset");

    [Test]
    public async Task What_was_never_sent_is_sent_again()
    {
        var endpoint = new ScriptedEndpoint(Answer.Throw(NotSent), Answer.Throw(NotSent), Answer.Throw(NotSent), Answer.Token("access-1"));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint);

        AccessToken token = await GetToken(credential);

        endpoint.Verify();
        Assert.Multiple(() =>
        {
            Assert.That(token.Token, Is.EqualTo("access-1"));
            Assert.That(endpoint.Requests.Select(static request => request.Header("client-request-id")).Distinct().Count(), Is.EqualTo(1));
            Assert.That(endpoint.Requests[^1]["code"], Is.EqualTo(The.Code));
        });
    }

    [Test]
    public async Task What_was_never_sent_leaves_the_code_for_the_next_call()
    {
        var endpoint = new ScriptedEndpoint(Answer.Throw(NotSent), Answer.Token("access-1"));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint, configure: static options => options.Retry.MaxRetries = 0);

        AuthenticationFailedException failure = await Failure(credential);
        AccessToken token = await GetToken(credential);

        endpoint.Verify();
        Assert.Multiple(() =>
        {
            Assert.That(failure.Message, Does.Contain("nothing was sent"));
            Assert.That(failure.InnerException, Is.SameAs(NotSent));
            Assert.That(token.Token, Is.EqualTo("access-1"));
        });
    }

    [Test]
    public async Task A_certificate_that_is_not_trusted_is_not_tried_again()
    {
        var untrusted = new HttpRequestException(HttpRequestError.SecureConnectionError, "tls", new AuthenticationException("untrusted"));
        var endpoint = new ScriptedEndpoint(Answer.Throw(untrusted), Answer.Token("access-1"));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint);

        AuthenticationFailedException failure = await Failure(credential);

        Assert.Multiple(async () =>
        {
            Assert.That(failure.Message, Does.StartWith("The secure connection"));
            Assert.That((await GetToken(credential)).Token, Is.EqualTo("access-1"), "the code is intact");
        });
        endpoint.Verify();
    }

    [Test]
    public async Task A_lost_answer_is_asked_for_once_more()
    {
        var endpoint = new ScriptedEndpoint(Answer.Throw(Reset), Answer.Token("access-1"));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint);

        Assert.That((await GetToken(credential)).Token, Is.EqualTo("access-1"));
        endpoint.Verify();
    }

    [TestCase(HttpStatusCode.InternalServerError)]
    [TestCase(HttpStatusCode.BadGateway)]
    [TestCase(HttpStatusCode.ServiceUnavailable)]
    [TestCase(HttpStatusCode.GatewayTimeout)]
    public async Task A_bare_5xx_counts_as_a_lost_answer_and_twice_spends_the_code(HttpStatusCode status)
    {
        var endpoint = new ScriptedEndpoint(Answer.Status(status), Answer.Status(status));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint);

        AuthenticationFailedException failure = await Failure(credential);
        AuthenticationFailedException later = await Failure(credential);

        endpoint.Verify();
        Assert.Multiple(() =>
        {
            Assert.That(failure.Message, Does.Contain("Sign the user in again").And.Contain("may have been used"));
            Assert.That(later.Message, Is.EqualTo(failure.Message));
        });
    }

    [Test]
    public async Task The_one_repetition_of_a_code_may_come_in_a_later_call()
    {
        var endpoint = new ScriptedEndpoint(Answer.Throw(Reset), Answer.Throw(Reset));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint, configure: static options => options.Retry.MaxRetries = 0);

        AuthenticationFailedException first = await Failure(credential);
        AuthenticationFailedException second = await Failure(credential);
        await Failure(credential);

        endpoint.Verify();
        Assert.Multiple(() =>
        {
            Assert.That(first.Message, Does.Contain("Try again later"));
            Assert.That(second.Message, Does.Contain("Sign the user in again"));
        });
    }

    [Test]
    public async Task A_refusal_of_the_repetition_keeps_the_first_cause()
    {
        var endpoint = new ScriptedEndpoint(Answer.Throw(Reset), Answer.Error("invalid_grant", 54005));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint);

        AuthenticationFailedException failure = await Failure(credential);

        endpoint.Verify();
        Assert.Multiple(() =>
        {
            Assert.That(failure.Message, Does.Contain("may have been used").And.Contain("AADSTS54005"));
            Assert.That(failure.InnerException, Is.SameAs(Reset));
            Assert.That(failure.Response!.ErrorCodes, Is.EqualTo(new[] { 54005 }));
        });
    }

    [Test]
    public async Task A_refresh_whose_answer_is_lost_twice_fails_and_can_be_tried_again()
    {
        var endpoint = new ScriptedEndpoint(Answer.Token(), Answer.Throw(Reset), Answer.Throw(Reset), Answer.Token("access-4"));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint);
        await GetToken(credential, The.Vault);

        AuthenticationFailedException failure = await Failure(credential, Some.Request(The.Storage));

        Assert.Multiple(async () =>
        {
            Assert.That(failure.Message, Does.Contain("Try again later"));
            Assert.That((await GetToken(credential, The.Storage)).Token, Is.EqualTo("access-4"));
        });
        endpoint.Verify();
    }

    [Test]
    public async Task A_malformed_answer_spends_the_code()
    {
        var endpoint = new ScriptedEndpoint(Answer.Json(HttpStatusCode.OK, "{}"));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint);

        AuthenticationFailedException failure = await Failure(credential);
        AuthenticationFailedException later = await Failure(credential);

        endpoint.Verify();
        Assert.Multiple(() =>
        {
            Assert.That(failure.Message, Does.Contain("it has no access_token"));
            Assert.That(later.Message, Is.EqualTo(failure.Message));
        });
    }

    [TestCase("invalid_client")]
    [TestCase("invalid_scope")]
    [TestCase("consent_required")]
    public async Task A_refusal_that_is_not_of_the_code_leaves_it(string error)
    {
        var time = new FakeTimeProvider(The.Now);
        var endpoint = new ScriptedEndpoint(Answer.Error(error), Answer.Token("access-2"));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint, time);

        AuthenticationFailedException failure = await Failure(credential);

        Assert.Multiple(async () =>
        {
            Assert.That(failure.Response!.Error, Is.EqualTo(error));
            Assert.That((await Failure(credential)).Message, Is.EqualTo(failure.Message), "remembered");
            time.Advance(TimeSpan.FromSeconds(30));
            Assert.That((await GetToken(credential)).Token, Is.EqualTo("access-2"));
        });
        endpoint.Verify();
    }

    [Test]
    public async Task A_time_out_is_a_failure_with_a_TimeoutException_and_never_a_cancellation()
    {
        var time = new FakeTimeProvider(The.Now);
        Answer first = Answer.Token().Held();
        Answer second = Answer.Token().Held();
        var endpoint = new ScriptedEndpoint(first, second);
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint, time);

        Task<AuthenticationFailedException> call = Failure(credential);
        await first.Arrived;
        time.Advance(TimeSpan.FromSeconds(100));
        await second.Arrived;
        time.Advance(TimeSpan.FromSeconds(100));
        AuthenticationFailedException failure = await call;

        endpoint.Verify();
        Assert.Multiple(() =>
        {
            Assert.That(failure, Is.Not.InstanceOf<OperationCanceledException>());
            Assert.That(failure.InnerException, Is.TypeOf<TimeoutException>());
        });
    }

    [Test]
    public async Task A_time_out_of_the_supplied_HttpClient_is_a_TimeoutException_too()
    {
        var endpoint = new ScriptedEndpoint(
            Answer.Throw(new TaskCanceledException("timeout", new TimeoutException())), Answer.Throw(new TaskCanceledException("timeout", new TimeoutException())));
        await using AuthorizationCodeCredential credential = Some.Credential(
            endpoint, configure: static options => options.HttpClient!.Timeout = TimeSpan.FromSeconds(100));

        AuthenticationFailedException failure = await Failure(credential);

        endpoint.Verify();
        Assert.That(failure.InnerException, Is.TypeOf<TimeoutException>());
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task When_both_answers_are_lost_the_first_cause_is_told(bool isUnreachableBetween)
    {
        var second = new HttpRequestException(HttpRequestError.ResponseEnded, "reset again");
        var endpoint = new ScriptedEndpoint(isUnreachableBetween ? [Answer.Throw(Reset), Answer.Throw(NotSent), Answer.Throw(second)] : [Answer.Throw(Reset), Answer.Throw(second)]);
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint);

        AuthenticationFailedException failure = await Failure(credential);

        endpoint.Verify();
        Assert.That(failure.Message, Does.Contain("may have been used"));
        Assert.That(failure.InnerException, Is.SameAs(Reset));
    }

    [Test]
    public async Task When_the_only_answer_is_lost_its_cause_is_told_and_the_code_kept()
    {
        var endpoint = new ScriptedEndpoint(Answer.Throw(Reset), Answer.Token("access-1"));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint, configure: static options => options.Retry.MaxRetries = 0);

        AuthenticationFailedException failure = await Failure(credential);

        Assert.That(failure.InnerException, Is.SameAs(Reset));
        Assert.That((await GetToken(credential)).Token, Is.EqualTo("access-1"));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_refusal_speaks_of_a_lost_answer_when_there_was_one(bool isLostBefore)
    {
        var endpoint = new ScriptedEndpoint(isLostBefore ? [Answer.Throw(Reset), Answer.Error("invalid_grant")] : [Answer.Error("invalid_grant")]);
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint);

        AuthenticationFailedException failure = await Failure(credential);

        Assert.That(failure.Message.Contains("first redemption was lost", StringComparison.Ordinal), Is.EqualTo(isLostBefore));
        Assert.That(failure.InnerException, isLostBefore ? Is.SameAs(Reset) : Is.Null);
    }

    [Test]
    public async Task A_refusal_for_now_is_no_lost_answer()
    {
        var endpoint = new ScriptedEndpoint(
            Answer.Token(), Answer.Status(HttpStatusCode.TooManyRequests, "0"), Answer.Status(HttpStatusCode.BadGateway), Answer.Token("access-2"));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint);
        await GetToken(credential);

        Assert.That((await GetToken(credential, The.Storage)).Token, Is.EqualTo("access-2"));
        endpoint.Verify();
    }
}
