using AuthCode.Testing;
using Azure.Core;

[assembly: Parallelizable(ParallelScope.All)]
[assembly: FixtureLifeCycle(LifeCycle.InstancePerTestCase)]

namespace AuthCode.EndToEnd;

/// <summary>A fake of Entra ID, and a user's credential who has just signed in there.</summary>
internal sealed class SignedIn : IDisposable
{
    internal const string OtherTenant = "fabrikam.example";

    internal SignedIn()
    {
        Aad = FakeAad.Start();
        Credential = new AuthorizationCodeCredential(
            Aad.TenantId,
            Aad.ClientId,
            Aad.ClientSecret!,
            Aad.IssueCode("https://vault.azure.net/.default"),
            new AuthorizationCodeCredentialOptions
            {
                AuthorityHost = Aad.AuthorityHost,
                RedirectUri = Aad.RedirectUri,
                AdditionallyAllowedTenants = { OtherTenant },
            });
    }

    internal FakeAad Aad { get; }

    internal AuthorizationCodeCredential Credential { get; }

    /// <summary>Redeems the code, which only the tenant of the sign-in accepts. The refresh token is good for other tenants too.</summary>
    internal async Task RedeemAsync() => await Credential.GetTokenAsync(new TokenRequestContext(["https://vault.azure.net/.default"]));

    public void Dispose()
    {
        Credential.Dispose();
        Aad.Dispose();
    }
}
