using Azure.Core;
using Microsoft.Extensions.Time.Testing;

namespace AuthCode.Tests;

/// <summary>The credential copies its options when it is made: what is done to them later does not reach it.</summary>
internal sealed class OptionCopyTests
{
    private readonly ScriptedEndpoint _endpoint = new(Answer.Token());
    private readonly ScriptedEndpoint _other = new();

    [Test]
    public async Task A_later_authority_and_HttpClient_are_not_asked()
    {
        SentRequest sent = await SendAfter(options =>
        {
            options.AuthorityHost = new Uri("https://other.example/");
            options.HttpClient = new HttpClient(_other);
        });

        _other.Verify();
        Assert.That(sent.Uri.Host, Is.EqualTo(The.AuthorityHost));
    }

    [Test]
    public async Task A_later_redirect_URI_is_not_sent()
    {
        SentRequest sent = await SendAfter(static options => options.RedirectUri = new Uri("https://other.example/"));

        Assert.That(sent["redirect_uri"], Is.EqualTo(The.Redirect.OriginalString));
    }

    [Test]
    public async Task A_later_code_verifier_is_not_sent()
    {
        SentRequest sent = await SendAfter(static options => options.CodeVerifier = new string('x', 43));

        Assert.That(sent["code_verifier"], Is.Null);
    }

    [Test]
    public async Task A_later_client_authentication_is_not_used()
    {
        SentRequest sent = await SendAfter(static options => options.ClientAuthentication = ClientAuthentication.Secret(The.Secret));

        Assert.That(sent["client_secret"], Is.Null);
    }

    [Test]
    public async Task A_later_clock_is_not_read()
    {
        var time = new FakeTimeProvider(The.Now);
        AuthorizationCodeCredentialOptions options = Some.Options(_endpoint, time);
        await using var credential = new AuthorizationCodeCredential(The.Tenant, The.Client, The.Code, The.Redirect, options);
        options.TimeProvider = new FakeTimeProvider(The.Now.AddYears(1));

        AccessToken token = await credential.GetTokenAsync(Some.Request(), default);

        Assert.That(token.ExpiresOn, Is.EqualTo(The.Now + The.Hour));
    }

    [Test]
    public async Task A_later_allowed_tenant_is_not_allowed()
    {
        AuthorizationCodeCredentialOptions options = Some.Options(_other);
        await using var credential = new AuthorizationCodeCredential(The.Tenant, The.Client, The.Code, The.Redirect, options);
        options.AdditionallyAllowedTenants.Add("*");

        Assert.That(
            async () => await credential.GetTokenAsync(Some.Request(The.Vault, tenant: The.OtherTenant), default),
            Throws.TypeOf<AuthenticationFailedException>().With.Message.Contains("not configured to acquire tokens"));
        _other.Verify();
    }

    [Test]
    public async Task Later_retry_options_are_not_followed()
    {
        _other.Then(Answer.Status(System.Net.HttpStatusCode.ServiceUnavailable), Answer.Token("access-2"));
        AuthorizationCodeCredentialOptions options = Some.Options(_other);
        await using var credential = new AuthorizationCodeCredential(The.Tenant, The.Client, The.Code, The.Redirect, options);
        options.Retry.MaxRetries = 0;

        AccessToken token = await credential.GetTokenAsync(Some.Request(), default);

        _other.Verify();
        Assert.That(token.Token, Is.EqualTo("access-2"));
    }

    [Test]
    public async Task Scopes_that_their_array_is_changed_to_later_are_not_served_with_the_token()
    {
        _endpoint.Then(Answer.Token("access-2"));
        string[] scopes = [The.Vault];
        await using AuthorizationCodeCredential credential = Some.Credential(_endpoint);
        await credential.GetTokenAsync(new TokenRequestContext(scopes), default);
        scopes[0] = The.Storage;

        AccessToken token = await credential.GetTokenAsync(new TokenRequestContext(scopes), default);

        _endpoint.Verify();
        Assert.That(token.Token, Is.EqualTo("access-2"));
    }

    private async Task<SentRequest> SendAfter(Action<AuthorizationCodeCredentialOptions> change)
    {
        AuthorizationCodeCredentialOptions options = Some.Options(_endpoint);
        await using var credential = new AuthorizationCodeCredential(The.Tenant, The.Client, The.Code, The.Redirect, options);
        change(options);

        await credential.GetTokenAsync(Some.Request(), default);

        _endpoint.Verify();
        return _endpoint.Requests.Single();
    }
}
