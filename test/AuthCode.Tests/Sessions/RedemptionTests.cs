using Azure.Core;
using Microsoft.Extensions.Time.Testing;

namespace AuthCode.Tests.Sessions;

internal sealed class RedemptionTests(bool isAsync) : BothWays(isAsync)
{
    [Test]
    public async Task The_first_call_redeems_the_code_at_the_tenants_token_endpoint()
    {
        var endpoint = new ScriptedEndpoint(Answer.Token("access-1"));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint);

        AccessToken token = await GetToken(credential, The.Vault);

        endpoint.Verify();
        SentRequest sent = endpoint.Requests.Single();
        Assert.Multiple(() =>
        {
            Assert.That(token.Token, Is.EqualTo("access-1"));
            Assert.That(token.TokenType, Is.EqualTo("Bearer"));
            Assert.That(sent.Method, Is.EqualTo(HttpMethod.Post));
            Assert.That(sent.Uri.AbsoluteUri, Is.EqualTo($"https://{The.AuthorityHost}/{The.Tenant}/oauth2/v2.0/token"));
            Assert.That(sent.ContentType!.MediaType, Is.EqualTo("application/x-www-form-urlencoded"));
            Assert.That(sent["grant_type"], Is.EqualTo("authorization_code"));
            Assert.That(sent["code"], Is.EqualTo(The.Code));
            Assert.That(sent["client_id"], Is.EqualTo(The.Client));
            Assert.That(sent["client_info"], Is.EqualTo("1"));
            Assert.That(sent.WasSynchronous, Is.Not.EqualTo(IsAsync));
        });
    }

    [Test]
    public async Task The_token_lives_as_long_as_the_server_says()
    {
        var time = new FakeTimeProvider(The.Now);
        var endpoint = new ScriptedEndpoint(Answer.Token(expiresIn: 3599));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint, time);

        AccessToken token = await GetToken(credential);

        Assert.That(token.ExpiresOn, Is.EqualTo(The.Now + TimeSpan.FromSeconds(3599)));
    }

    [Test]
    public async Task A_second_call_is_answered_from_the_cache()
    {
        var endpoint = new ScriptedEndpoint(Answer.Token("access-1"));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint);

        AccessToken first = await GetToken(credential, The.Vault);
        AccessToken second = await GetToken(credential, The.Vault);

        endpoint.Verify();
        Assert.That(second, Is.EqualTo(first));
    }

    [Test]
    public async Task A_spent_code_is_never_sent_again()
    {
        var endpoint = new ScriptedEndpoint(Answer.Error("invalid_grant", 54005));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint);

        AuthenticationFailedException first = await Failure(credential);
        AuthenticationFailedException second = await Failure(credential, Some.Request(The.Storage));

        endpoint.Verify();
        Assert.Multiple(() =>
        {
            Assert.That(first.Message, Does.Contain("Sign the user in again").And.Contain("invalid_grant").And.Contain("AADSTS54005"));
            Assert.That(second.Message, Is.EqualTo(first.Message));
            Assert.That(second, Is.Not.SameAs(first));
        });
    }

    [Test]
    public async Task Without_a_refresh_token_another_scope_needs_a_new_sign_in()
    {
        var endpoint = new ScriptedEndpoint(Answer.Token("access-1", refreshToken: null));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint);
        await GetToken(credential, The.Vault);

        AuthenticationFailedException failure = await Failure(credential, Some.Request(The.Storage));

        endpoint.Verify();
        Assert.That(failure.Message, Does.Contain("Sign the user in again").And.Contain("no refresh token"));
        Assert.That((await GetToken(credential, The.Vault)).Token, Is.EqualTo("access-1"));
    }
}
