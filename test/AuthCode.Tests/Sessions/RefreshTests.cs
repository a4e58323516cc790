using Azure.Core;
using Microsoft.Extensions.Time.Testing;

namespace AuthCode.Tests.Sessions;

internal sealed class RefreshTests(bool isAsync) : BothWays(isAsync)
{
    [Test]
    public async Task Another_scope_is_got_with_the_refresh_token()
    {
        var endpoint = new ScriptedEndpoint(Answer.Token("access-1", "refresh-1"), Answer.Token("access-2", "refresh-2"));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint);
        await GetToken(credential, The.Vault);

        AccessToken token = await GetToken(credential, The.Storage);

        endpoint.Verify();
        SentRequest sent = endpoint.Requests[1];
        Assert.Multiple(() =>
        {
            Assert.That(token.Token, Is.EqualTo("access-2"));
            Assert.That(sent["grant_type"], Is.EqualTo("refresh_token"));
            Assert.That(sent["refresh_token"], Is.EqualTo("refresh-1"));
            Assert.That(sent["code"], Is.Null);
            Assert.That(sent["redirect_uri"], Is.Null);
            Assert.That(sent["scope"], Is.EqualTo($"{The.Storage} openid profile offline_access"));
        });
    }

    [Test]
    public async Task A_rotated_refresh_token_replaces_the_old_one()
    {
        var endpoint = new ScriptedEndpoint(Answer.Token(refreshToken: "refresh-1"), Answer.Token(refreshToken: "refresh-2"), Answer.Token(refreshToken: "refresh-3"));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint);

        await GetToken(credential, "api://one/read");
        await GetToken(credential, "api://two/read");
        await GetToken(credential, "api://three/read");

        endpoint.Verify();
        Assert.That(endpoint.Requests[2]["refresh_token"], Is.EqualTo("refresh-2"));
    }

    [Test]
    public async Task An_answer_without_a_refresh_token_keeps_the_old_one()
    {
        var endpoint = new ScriptedEndpoint(Answer.Token(refreshToken: "refresh-1"), Answer.Token(refreshToken: null), Answer.Token(refreshToken: null));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint);

        await GetToken(credential, "api://one/read");
        await GetToken(credential, "api://two/read");
        await GetToken(credential, "api://three/read");

        endpoint.Verify();
        Assert.That(endpoint.Requests[2]["refresh_token"], Is.EqualTo("refresh-1"));
    }

    [TestCase("invalid_grant", null)]
    [TestCase("invalid_grant", "bad_token")]
    [TestCase("invalid_grant", "token_expired")]
    public async Task A_refused_refresh_token_is_dropped_and_the_reason_repeated_without_a_request(string error, string? subError)
    {
        var endpoint = new ScriptedEndpoint(Answer.Token(), Answer.Error(error, 50173, subError));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint);
        await GetToken(credential, The.Vault);

        AuthenticationFailedException first = await Failure(credential, Some.Request(The.Storage));
        AuthenticationFailedException second = await Failure(credential, Some.Request("api://other/read"));

        endpoint.Verify();
        Assert.Multiple(() =>
        {
            Assert.That(first.Message, Does.Contain("Sign the user in again").And.Contain("refresh token").And.Contain("AADSTS50173"));
            Assert.That(second.Message, Is.EqualTo(first.Message));
            Assert.That(second.Response!.Error, Is.EqualTo("invalid_grant"));
        });
    }

    [Test]
    public async Task A_refused_refresh_token_leaves_valid_tokens_in_use()
    {
        var endpoint = new ScriptedEndpoint(Answer.Token("access-1"), Answer.Error("invalid_grant", 50173));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint);
        await GetToken(credential, The.Vault);
        await Failure(credential, Some.Request(The.Storage));

        Assert.That((await GetToken(credential, The.Vault)).Token, Is.EqualTo("access-1"));
        endpoint.Verify();
    }

    [TestCase("invalid_client", null)]
    [TestCase("invalid_scope", null)]
    [TestCase("unauthorized_client", null)]
    [TestCase("consent_required", null)]
    [TestCase("interaction_required", null)]
    [TestCase("server_said_something_new", null)]
    [TestCase("invalid_grant", "consent_required")]
    [TestCase("invalid_grant", "basic_action")]
    public async Task Any_other_refusal_keeps_the_refresh_token(string error, string? subError)
    {
        var time = new FakeTimeProvider(The.Now);
        var endpoint = new ScriptedEndpoint(Answer.Token("access-1", "refresh-1"), Answer.Error(error, 65001, subError), Answer.Token("access-3"));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint, time);
        await GetToken(credential, The.Vault);
        await Failure(credential, Some.Request(The.Storage));
        time.Advance(TimeSpan.FromSeconds(30));

        AccessToken token = await GetToken(credential, "api://other/read");

        endpoint.Verify();
        Assert.Multiple(() =>
        {
            Assert.That(token.Token, Is.EqualTo("access-3"));
            Assert.That(endpoint.Requests[2]["refresh_token"], Is.EqualTo("refresh-1"));
        });
    }

    [TestCase("{\"access_token\":")]
    [TestCase("{\"access_token\":\"a\",\"token_type\":\"DPoP\",\"refresh_token\":\"refresh-2\"}")]
    public async Task A_malformed_answer_keeps_the_refresh_token_and_is_not_asked_for_again(string body)
    {
        var endpoint = new ScriptedEndpoint(Answer.Token("access-1", "refresh-1"), Answer.Json(System.Net.HttpStatusCode.OK, body), Answer.Token("access-3"));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint);
        await GetToken(credential, The.Vault);

        AuthenticationFailedException failure = await Failure(credential, Some.Request(The.Storage));
        AccessToken next = await GetToken(credential, The.Storage);

        endpoint.Verify();
        Assert.Multiple(() =>
        {
            Assert.That(failure.Message, Does.Contain("not a usable token response"));
            Assert.That(next.Token, Is.EqualTo("access-3"));
            Assert.That(endpoint.Requests[2]["refresh_token"], Is.EqualTo("refresh-1"));
        });
    }

    [Test]
    public async Task An_expired_token_is_renewed_with_the_refresh_token()
    {
        var time = new FakeTimeProvider(The.Now);
        var endpoint = new ScriptedEndpoint(Answer.Token("access-1"), Answer.Token("access-2"));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint, time);
        await GetToken(credential);
        time.Advance(The.Hour);

        AccessToken token = await GetToken(credential);

        endpoint.Verify();
        Assert.That(token.Token, Is.EqualTo("access-2"));
    }

    [Test]
    public async Task An_expired_token_is_not_served_when_its_renewal_fails()
    {
        var time = new FakeTimeProvider(The.Now);
        var endpoint = new ScriptedEndpoint(Answer.Token("access-1"), Answer.Error("invalid_client"));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint, time);
        await GetToken(credential);
        time.Advance(The.Hour);

        AuthenticationFailedException failure = await Failure(credential);

        endpoint.Verify();
        Assert.That(failure.Response!.Error, Is.EqualTo("invalid_client"));
    }
}
