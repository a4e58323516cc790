using Azure.Core;
using Microsoft.Extensions.Time.Testing;

namespace AuthCode.Tests;

/// <summary>One client for all users of an app registration: shared settings, sessions of their own.</summary>
internal sealed class AuthorizationCodeClientTests(bool isAsync) : BothWays(isAsync)
{
    private readonly ScriptedEndpoint _endpoint = new(Answer.Token("of-ada"), Answer.Token("of-grace"), Answer.Token("of-grace-2"));

    [Test]
    public async Task Its_credentials_have_a_session_each()
    {
        AuthorizationCodeClient client = Client();
        await using AuthorizationCodeCredential ada = client.CreateCredential("code-of-ada", The.Redirect, The.Verifier);
        await using AuthorizationCodeCredential grace = client.CreateCredential("code-of-grace", new Uri("https://app.example/other"));

        AccessToken ofAda = await GetToken(ada);
        AccessToken ofGrace = await GetToken(grace);

        Assert.Multiple(() =>
        {
            Assert.That((ofAda.Token, ofGrace.Token), Is.EqualTo(("of-ada", "of-grace")));
            Assert.That(_endpoint.Requests.Select(static sent => (sent["code"], sent["redirect_uri"], sent["code_verifier"])), Is.EqualTo(new[]
            {
                ("code-of-ada", The.Redirect.OriginalString, The.Verifier),
                ("code-of-grace", "https://app.example/other", null),
            }));
        });
    }

    [Test]
    public async Task They_share_its_settings()
    {
        AuthorizationCodeClient client = Client();
        await using AuthorizationCodeCredential credential = client.CreateCredential(The.Code, The.Redirect);

        await GetToken(credential, Some.Request(The.Vault, tenant: The.OtherTenant));

        SentRequest sent = _endpoint.Requests.Single();
        Assert.That((sent["client_id"], sent["client_secret"], sent.Uri.AbsolutePath), Is.EqualTo((The.Client, The.Secret, $"/{The.OtherTenant}/oauth2/v2.0/token")));
    }

    [Test]
    public async Task Disposing_one_leaves_the_others_and_the_client()
    {
        AuthorizationCodeClient client = Client();
        AuthorizationCodeCredential ada = client.CreateCredential("code-of-ada", The.Redirect);
        await GetToken(ada);
        await ada.DisposeAsync();

        await using AuthorizationCodeCredential grace = client.CreateCredential("code-of-grace", The.Redirect);
        await GetToken(grace);
        AccessToken refreshed = await GetToken(grace, The.Storage);

        Assert.That(refreshed.Token, Is.EqualTo("of-grace-2"));
        Assert.That(_endpoint.Requests[^1]["client_secret"], Is.EqualTo(The.Secret));
    }

    [Test]
    public void Its_arguments_are_checked_by_their_names() => Assert.Multiple(() =>
    {
        Assert.That(static () => new AuthorizationCodeClient((string)null!, The.Client), Refusal.OfNull("tenantId"));
        Assert.That(static () => new AuthorizationCodeClient("no tenant", The.Client), Refusal.Of("tenantId", "The tenant id must be"));
        Assert.That(static () => new AuthorizationCodeClient(The.Tenant, " "), Refusal.Of("clientId", "The client id must be"));
        Assert.That(() => Client().CreateCredential((string)null!, The.Redirect), Refusal.OfNull("authorizationCode"));
        Assert.That(() => Client().CreateCredential(The.Code, null!), Refusal.OfNull("redirectUri"));
        Assert.That(() => Client().CreateCredential(The.Code, new Uri("/back", UriKind.Relative)), Refusal.Of("redirectUri", "The redirect URI must be absolute"));
        Assert.That(() => Client().CreateCredential(The.Code, The.Redirect, "short"), Refusal.Of("codeVerifier", "The code verifier (CodeVerifier) must be 43"));
    });

    private AuthorizationCodeClient Client() => new(The.Tenant, The.Client, new AuthorizationCodeClientOptions
    {
        AuthorityHost = The.Authority,
        ClientAuthentication = ClientAuthentication.Secret(The.Secret),
        HttpClient = new HttpClient(_endpoint),
        TimeProvider = new FakeTimeProvider(The.Now),
        AdditionallyAllowedTenants = { The.OtherTenant },
    });
}
