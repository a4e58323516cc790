using Microsoft.Identity.Client;

namespace AuthCode.Peers;

/// <summary>MSAL takes the fake for Entra ID.</summary>
internal sealed class MsalTests
{
    private const string Claims = """{"access_token":{"acrs":{"essential":true,"value":"c1"}}}""";

    private static readonly string[] Vault = ["https://vault.azure.net/user_impersonation"];
    private static readonly string[] Storage = ["https://storage.azure.com/user_impersonation"];

    [Test]
    public async Task It_redeems_a_code_finds_the_account_and_refreshes_silently()
    {
        using var connection = new Connection();
        IConfidentialClientApplication client = Client(connection);

        AuthenticationResult first = await client.AcquireTokenByAuthorizationCode(Vault, connection.Aad.IssueCode(Vault[0], "openid", "profile", "offline_access")).ExecuteAsync();
        AuthenticationResult cached = await client.AcquireTokenSilent(Vault, first.Account).ExecuteAsync();
        AuthenticationResult other = await client.AcquireTokenSilent(Storage, first.Account).ExecuteAsync();

        Assert.Multiple(() =>
        {
            Assert.That(first.Account.HomeAccountId.ObjectId, Is.EqualTo(connection.Aad.Options.User.ObjectId));
            Assert.That(first.TenantId, Is.EqualTo(connection.Aad.TenantId));
            Assert.That(cached.AccessToken, Is.EqualTo(first.AccessToken));
            Assert.That(other.Scopes, Does.Contain(Storage[0]));
            Assert.That(connection.Grants, Is.EqualTo(new[] { ("authorization_code", 200), ("refresh_token", 200) }));
        });
    }

    [Test]
    public async Task Missing_consent_and_claims_are_what_it_knows_as_interaction()
    {
        using var connection = new Connection(static options => options.ConsentedScopes["https://storage.azure.com"] = []);
        IConfidentialClientApplication client = Client(connection);
        AuthenticationResult first = await client.AcquireTokenByAuthorizationCode(Vault, connection.Aad.IssueCode(Vault[0], "offline_access")).ExecuteAsync();
        connection.Aad.RequireClaims("https://vault.azure.net", Claims);

        var consent = Assert.ThrowsAsync<MsalUiRequiredException>(() => client.AcquireTokenSilent(Storage, first.Account).ExecuteAsync());
        var claims = Assert.ThrowsAsync<MsalClaimsChallengeException>(() => client.AcquireTokenSilent(Vault, first.Account).WithForceRefresh(true).ExecuteAsync());

        Assert.Multiple(() =>
        {
            Assert.That(consent!.Classification, Is.EqualTo(UiRequiredExceptionClassification.ConsentRequired));
            Assert.That(claims!.Claims, Is.EqualTo(Claims));
        });
    }

    private static IConfidentialClientApplication Client(Connection connection) => ConfidentialClientApplicationBuilder.Create(connection.Aad.ClientId)
        .WithClientSecret(connection.Aad.ClientSecret)
        .WithAuthority(new Uri(connection.Aad.AuthorityHost, connection.Aad.TenantId).AbsoluteUri)
        .WithRedirectUri(connection.Aad.RedirectUri.OriginalString)
        .WithInstanceDiscovery(false)
        .WithHttpClientFactory(new Factory(connection.Http))
        .Build();

    private sealed class Factory(HttpClient http) : IMsalHttpClientFactory
    {
        public HttpClient GetHttpClient() => http;
    }
}
