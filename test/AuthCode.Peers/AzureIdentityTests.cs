using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Identity;

namespace AuthCode.Peers;

/// <summary>Azure.Identity's AuthorizationCodeCredential takes the fake for Entra ID.</summary>
internal sealed class AzureIdentityTests
{
    private const string Vault = "https://vault.azure.net/.default";
    private const string Storage = "https://storage.azure.com/.default";

    [Test]
    public async Task It_redeems_a_code_and_refreshes_for_another_API()
    {
        using var connection = new Connection();
        AuthorizationCodeCredential credential = Credential(connection, connection.Aad.IssueCode(Vault, "offline_access"));

        AccessToken first = await credential.GetTokenAsync(new TokenRequestContext([Vault]), default);
        AccessToken other = await credential.GetTokenAsync(new TokenRequestContext([Storage]), default);

        Assert.Multiple(() =>
        {
            Assert.That(other.Token, Is.Not.Empty.And.Not.EqualTo(first.Token));
            Assert.That(connection.Grants, Is.EqualTo(new[] { ("authorization_code", 200), ("refresh_token", 200) }));
        });
    }

    [Test]
    public void A_used_code_is_refused_as_Entra_ID_refuses_it()
    {
        using var connection = new Connection();
        string code = connection.Aad.IssueCode(Vault);
        Credential(connection, code).GetToken(new TokenRequestContext([Vault]), default);

        var failure = Assert.Throws<AuthenticationFailedException>(() => Credential(connection, code).GetToken(new TokenRequestContext([Vault]), default));

        Assert.That(failure!.InnerException!.Message, Does.Contain("AADSTS54005"));
    }

    private static AuthorizationCodeCredential Credential(Connection connection, string code) => new(
        connection.Aad.TenantId, connection.Aad.ClientId, connection.Aad.ClientSecret, code, new AuthorizationCodeCredentialOptions
        {
            AuthorityHost = connection.Aad.AuthorityHost,
            RedirectUri = connection.Aad.RedirectUri,
            DisableInstanceDiscovery = true,
            Transport = new HttpClientTransport(connection.Http),
        });
}
