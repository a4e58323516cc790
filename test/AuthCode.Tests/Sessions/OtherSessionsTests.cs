using System.Net;
using System.Text;
using Azure.Core;
using Microsoft.Extensions.Time.Testing;

namespace AuthCode.Tests.Sessions;

/// <summary>What one answer may mean for a session: not more than it says, and never anything for another user's.</summary>
internal sealed class OtherSessionsTests(bool isAsync) : BothWays(isAsync)
{
    private readonly FakeTimeProvider _time = new(The.Now);

    [TestCase(HttpStatusCode.InternalServerError, null, 2)]
    [TestCase(HttpStatusCode.TooManyRequests, "120", 1)]
    [TestCase(HttpStatusCode.Redirect, null, 1)]
    public async Task A_refresh_token_survives_an_answer_that_is_no_OAuth_error(HttpStatusCode status, string? retryAfter, int times)
    {
        var endpoint = new ScriptedEndpoint(Answer.Token("access-1"));
        endpoint.Then([.. Enumerable.Range(0, times).Select(_ => Said("invalid_grant", status, retryAfter))]).Then(Answer.Token("access-2"));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint, _time);
        await GetToken(credential);

        AuthenticationFailedException failure = await Failure(credential, Some.Request(The.Storage));
        _time.Advance(TimeSpan.FromMinutes(3));

        Assert.That(failure.IsSignInRequired, Is.False);
        Assert.That((await GetToken(credential, The.Storage)).Token, Is.EqualTo("access-2"));
    }

    [Test]
    public async Task Another_users_throttling_neither_ends_this_session_nor_tells_of_that_user()
    {
        var mine = new ScriptedEndpoint(Answer.Token("access-1"), Answer.Token("access-2"));
        var theirs = new ScriptedEndpoint(Said("invalid_grant", HttpStatusCode.ServiceUnavailable, "120"));
        await using AuthorizationCodeCredential me = Some.Credential(mine, _time, Once);
        await using AuthorizationCodeCredential they = Some.Credential(theirs, _time, Once);
        await GetToken(me);
        await Failure(they);

        AuthenticationFailedException failure = await Failure(me, Some.Request(The.Storage));
        _time.Advance(TimeSpan.FromMinutes(3));

        Assert.Multiple(async () =>
        {
            Assert.That(failure.ToString(), Does.Not.Contain("alice"));
            Assert.That((failure.Response!.Claims, failure.Response.ErrorDescription, failure.Response.CorrelationId), Is.EqualTo(((string?)null, (string?)null, (string?)null)));
            Assert.That(failure.Response.RetryAfter, Is.EqualTo(TimeSpan.FromSeconds(60)));
            Assert.That((await GetToken(me, The.Storage)).Token, Is.EqualTo("access-2"));
        });
    }

    [Test]
    public async Task A_shorter_wait_does_not_shorten_a_longer_one()
    {
        Answer late = Said("slow_down", HttpStatusCode.ServiceUnavailable, "30").Held();
        var third = new ScriptedEndpoint();
        await using AuthorizationCodeCredential one = Some.Credential(new ScriptedEndpoint(Said("slow_down", HttpStatusCode.ServiceUnavailable, "50")), _time, Once);
        await using AuthorizationCodeCredential two = Some.Credential(new ScriptedEndpoint(late), _time, Once);
        await using AuthorizationCodeCredential three = Some.Credential(third, _time, Once);
        Task<AuthenticationFailedException> waiting = Failure(two);
        await late.Arrived;
        await Failure(one);
        late.Release();
        await waiting;
        _time.Advance(TimeSpan.FromSeconds(20));

        AuthenticationFailedException failure = await Failure(three);

        third.Verify();
        Assert.That(failure.Response!.RetryAfter, Is.EqualTo(TimeSpan.FromSeconds(30)));
    }

    [TestCase(HttpStatusCode.InternalServerError)]
    [TestCase(HttpStatusCode.TooManyRequests)]
    public async Task A_server_that_has_not_recovered_is_tried_by_one_session_a_second(HttpStatusCode status)
    {
        var third = new ScriptedEndpoint(Answer.Token("access-3"));
        await using AuthorizationCodeCredential one = Some.Credential(new ScriptedEndpoint(Said("slow_down", HttpStatusCode.ServiceUnavailable, "50")), _time, Once);
        await using AuthorizationCodeCredential two = Some.Credential(new ScriptedEndpoint(Answer.Status(status)), _time, Once);
        await using AuthorizationCodeCredential three = Some.Credential(third, _time, Once);
        await Failure(one);
        _time.Advance(TimeSpan.FromSeconds(50));
        await Failure(two);

        AuthenticationFailedException failure = await Failure(three);
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.That(failure.Response!.RetryAfter, Is.EqualTo(TimeSpan.FromSeconds(1)));
        Assert.That((await GetToken(three)).Token, Is.EqualTo("access-3"));
    }

    [Test]
    public async Task A_token_that_expires_during_its_early_renewal_leaves_callers_who_may_repeat()
    {
        Answer lost = Answer.Status(HttpStatusCode.InternalServerError).Held();
        var endpoint = new ScriptedEndpoint(Answer.Token("access-1"), lost, Answer.Token("access-2"));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint, _time, static options => options.Retry.NetworkTimeout = Timeout.InfiniteTimeSpan);
        await GetToken(credential);
        _time.Advance(TimeSpan.FromMinutes(59.5));
        Task<AccessToken> early = GetToken(credential);
        await lost.Arrived;
        _time.Advance(TimeSpan.FromSeconds(45));
        Task<AccessToken> joined = GetToken(credential);
        lost.Release();

        AccessToken[] tokens = await Task.WhenAll(early, joined);

        endpoint.Verify();
        Assert.That(tokens.Select(static token => token.Token), Is.All.EqualTo("access-2"));
    }

    [Test]
    public async Task Another_tenant_that_does_not_know_the_user_does_not_end_the_session()
    {
        var endpoint = new ScriptedEndpoint(Answer.Token("access-1"), Answer.Error("invalid_grant", 50020), Answer.Token("access-2"));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint, _time, static options => options.AdditionallyAllowedTenants.Add("*"));
        await GetToken(credential);

        AuthenticationFailedException failure = await Failure(credential, Some.Request(The.Vault, tenant: The.OtherTenant));

        Assert.That(failure.Response!.ErrorCodes, Is.EqualTo(new[] { 50020 }));
        Assert.That((await GetToken(credential, The.Storage)).Token, Is.EqualTo("access-2"));
        endpoint.Verify();
    }

    private static Answer Said(string error, HttpStatusCode status, string? retryAfter) => Answer.Of(_ =>
    {
        var response = new HttpResponseMessage(status)
        {
            Content = new StringContent(
                """{"error":"ERROR","error_description":"AADSTS50196: alice@contoso.example looped","correlation_id":"of-alice","claims":"{\"access_token\":{\"acrs\":{\"value\":\"alice\"}}}"}"""
                    .Replace("ERROR", error, StringComparison.Ordinal),
                Encoding.UTF8,
                "application/json"),
        };
        if (retryAfter is not null)
        {
            response.Headers.Add("Retry-After", retryAfter);
        }

        return response;
    });

    private static void Once(AuthorizationCodeCredentialOptions options) => options.Retry.MaxRetries = 0;
}
