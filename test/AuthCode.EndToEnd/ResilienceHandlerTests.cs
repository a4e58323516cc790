using AuthCode.Testing;
using Azure.Core;
using Microsoft.Extensions.DependencyInjection;

namespace AuthCode.EndToEnd;

/// <summary>A service whose HTTP clients all have the standard resilience handler, as those of an Aspire application do: nothing below AuthCode repeats a grant.</summary>
[TestFixture(true, TestName = "Async")]
[TestFixture(false, TestName = "Sync")]
internal sealed class ResilienceHandlerTests(bool isAsync)
{
    private static readonly string[] Vault = ["https://vault.azure.net/.default"];

    [Test]
    public async Task A_code_is_sent_twice_at_most_when_responses_are_lost()
    {
        using FakeAad aad = FakeAad.Start();
        using ServiceProvider services = Services();
        using AuthorizationCodeCredential credential = Credential(aad, services);
        aad.Enqueue([.. Enumerable.Repeat(0, 6).Select(static _ => FakeAadFault.ResponseLost())]);

        AuthenticationFailedException? failure = await FailureOf(credential);

        Assert.Multiple(() =>
        {
            Assert.That(aad.TokenRequests, Has.Count.EqualTo(2));
            Assert.That(failure!.Message, Does.Contain("A handler of the supplied HttpClient tried to repeat the token request"));
            Assert.That(failure.IsSignInRequired, Is.True);
        });
    }

    [Test]
    public async Task A_code_is_sent_twice_at_most_when_the_server_fails()
    {
        using FakeAad aad = FakeAad.Start();
        using ServiceProvider services = Services();
        using AuthorizationCodeCredential credential = Credential(aad, services);
        aad.Enqueue([.. Enumerable.Repeat(0, 6).Select(static _ => FakeAadFault.Status(500))]);

        await FailureOf(credential);

        Assert.That(aad.TokenRequests, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task A_token_is_acquired_through_it()
    {
        using FakeAad aad = FakeAad.Start();
        using ServiceProvider services = Services();
        using AuthorizationCodeCredential credential = Credential(aad, services);

        AccessToken token = await GetToken(credential);

        Assert.That(token.Token, Is.Not.Empty);
        Assert.That(aad.TokenRequests, Has.Count.EqualTo(1));
    }

    private static ServiceProvider Services()
    {
        var services = new ServiceCollection();
        services.ConfigureHttpClientDefaults(static builder => builder.AddStandardResilienceHandler());
        services.AddHttpClient("identity");
        return services.BuildServiceProvider();
    }

    private static AuthorizationCodeCredential Credential(FakeAad aad, ServiceProvider services)
    {
        IHttpClientFactory clients = services.GetRequiredService<IHttpClientFactory>();
        var options = new AuthorizationCodeCredentialOptions { AuthorityHost = aad.AuthorityHost, CreateHttpClient = () => clients.CreateClient("identity") };
        options.ClientAuthentication = ClientAuthentication.Secret(aad.ClientSecret!);
        options.Retry.Delay = TimeSpan.Zero;
        return new AuthorizationCodeCredential(aad.TenantId, aad.ClientId, aad.IssueCode(Vault), aad.RedirectUri, options);
    }

    private async Task<AuthenticationFailedException?> FailureOf(AuthorizationCodeCredential credential)
    {
        try
        {
            await GetToken(credential);
            return null;
        }
        catch (AuthenticationFailedException e)
        {
            return e;
        }
    }

    private Task<AccessToken> GetToken(AuthorizationCodeCredential credential) => isAsync
        ? credential.GetTokenAsync(new TokenRequestContext(Vault), default).AsTask()
        : Task.Run(() => credential.GetToken(new TokenRequestContext(Vault), default));
}
