using AuthCode.Testing;
using Azure;
using Azure.Core.Pipeline;
using Azure.Security.KeyVault.Secrets;

namespace AuthCode.EndToEnd;

/// <summary>Key Vault's client, which learns the tenant and the scope from the vault's challenge.</summary>
[TestFixture(true, TestName = "Async")]
[TestFixture(false, TestName = "Sync")]
internal sealed class SecretClientTests(bool isAsync)
{
    private const string Claims = """{"access_token":{"nbf":{"essential":true,"value":"1700000000"}}}""";
    private const string Secret = """{"value":"hush","id":"https://myvault.vault.azure.net/secrets/name/1"}""";

    [Test]
    public async Task The_vaults_challenge_names_the_tenant_and_the_retry_brings_the_secret()
    {
        using var user = new SignedIn();
        await user.RedeemAsync();
        using var vault = new StubService((_, token) => token is null ? Vault(user.Aad, SignedIn.OtherTenant) : StubService.Ok(Secret, "application/json"));

        string value = await GetSecret(user, vault);

        Assert.Multiple(() =>
        {
            Assert.That(value, Is.EqualTo("hush"));
            Assert.That(vault.Tokens[^1]!.GetClaim("tid").Value, Is.EqualTo(user.Aad.TenantIdOf(SignedIn.OtherTenant)));
            Assert.That(vault.Tokens[^1]!.Audiences, Is.EqualTo(new[] { "https://vault.azure.net" }));
            Assert.That(user.Aad.TokenRequests.Select(static request => request.TenantId), Is.EqualTo(new[] { user.Aad.TenantId, SignedIn.OtherTenant }));
        });
    }

    [Test]
    public async Task A_vault_of_a_tenant_that_is_not_allowed_gets_no_token()
    {
        using var user = new SignedIn();
        using var vault = new StubService((_, _) => Vault(user.Aad, "evil.example"));

        AuthenticationFailedException? refusal = null;
        try
        {
            await GetSecret(user, vault);
        }
        catch (AuthenticationFailedException e)
        {
            refusal = e;
        }

        Assert.Multiple(() =>
        {
            Assert.That(refusal!.Message, Does.StartWith("The current credential is not configured to acquire tokens for tenant evil.example"));
            Assert.That(user.Aad.TokenRequests, Is.Empty);
        });
    }

    [Test]
    public async Task A_claims_challenge_leads_to_a_new_token_that_later_calls_use()
    {
        using var user = new SignedIn();
        string? first = null;
        int calls = 0;
        using var vault = new StubService((_, token) =>
        {
            if (token is null)
            {
                return Vault(user.Aad, user.Aad.TenantId);
            }

            // The first token works once; the second call finds it revoked.
            first ??= token.EncodedToken;
            bool revoked = token.EncodedToken == first && ++calls > 1;
            return revoked ? StubService.Challenge(user.Aad.CreateClaimsChallenge(Claims)) : StubService.Ok(Secret, "application/json");
        });
        SecretClient client = Client(user, vault);

        await GetSecret(client);
        await GetSecret(client);
        await GetSecret(client);

        Assert.Multiple(() =>
        {
            Assert.That(user.Aad.TokenRequests.Select(static request => request.GrantType), Is.EqualTo(new[] { "authorization_code", "refresh_token" }));
            Assert.That(
                user.Aad.TokenRequests[1].Form["claims"],
                Is.EqualTo("""{"access_token":{"xms_cc":{"values":["CP1"]},"nbf":{"essential":true,"value":"1700000000"}}}"""));
            Assert.That(vault.Tokens[^1]!.EncodedToken, Is.Not.EqualTo(first));
        });
    }

    private static HttpResponseMessage Vault(FakeAad aad, string tenant) =>
        StubService.Challenge($"Bearer authorization=\"{new Uri(aad.AuthorityHost, tenant)}\", resource=\"https://vault.azure.net\"");

    // A vault of its own for each test: the client remembers challenges by host, for the whole process.
    private static SecretClient Client(SignedIn user, StubService vault) => new(
        new Uri($"https://vault{TestContext.CurrentContext.Test.ID.Replace('-', 'x')}.vault.azure.net"), user.Credential, new SecretClientOptions { Transport = new HttpClientTransport(new HttpClient(vault)) });

    private Task<string> GetSecret(SignedIn user, StubService vault) => GetSecret(Client(user, vault));

    private async Task<string> GetSecret(SecretClient client)
    {
        Response<KeyVaultSecret> secret = isAsync ? await client.GetSecretAsync("name") : client.GetSecret("name");
        return secret.Value.Value;
    }
}
