using AuthCode.Testing;
using Azure.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace AuthCode.Extensions.Tests;

/// <summary>Clients by configuration: what is read, and what is told when the host starts.</summary>
internal sealed class ConfigurationTests
{
    private const string TenantId = "8f4c1d2e-5a6b-4c7d-8e9f-0a1b2c3d4e5f";

    [TestCase("ClientSecret")]
    [TestCase("ClientCredentials:0:ClientSecret")]
    [TestCase("ClientCredentials:ClientSecret", Description = "an object in place of an array")]
    public async Task A_client_is_configured_by_the_keys_of_Microsoft_Identity_Web(string secretKey)
    {
        using FakeAad aad = FakeAad.Start(static options => options.RedirectUris = [Hosts.RedirectUri]);
        Dictionary<string, string?> settings = Hosts.AzureAd(
            ("Instance", aad.AuthorityHost.AbsoluteUri.TrimEnd('/')), ("TenantId", aad.TenantId), ("ClientId", aad.ClientId), (secretKey, aad.ClientSecret));
        if (secretKey.Contains(':', StringComparison.Ordinal))
        {
            settings[$"AzureAd:{secretKey[..secretKey.LastIndexOf(':')]}:SourceType"] = "ClientSecret";
        }

        using IHost host = Hosts.Create(settings);
        await host.StartAsync();
        AuthorizationCodeClient client = host.Services.GetRequiredKeyedService<AuthorizationCodeClient>("entra");

        await using AuthorizationCodeCredential credential = client.CreateCredential(aad.IssueCode("https://vault.azure.net/.default"), Hosts.RedirectUri);
        AccessToken token = await credential.GetTokenAsync(new TokenRequestContext(["https://vault.azure.net/.default"]), CancellationToken.None);

        Assert.That((token.Token.Length > 0, host.Services.GetRequiredService<AuthorizationCodeClient>()), Is.EqualTo((true, client)));
    }

    [Test]
    public void All_problems_are_told_at_once_by_the_paths_of_their_keys()
    {
        using IHost host = Hosts.Create(Hosts.AzureAd(
            ("Instance", "https://login.microsoftonline.com"), ("AzureRegion", "westeurope"), ("Sessions:Lifetime", "soon"), ("Sessions:MostInMemory", "-1"),
            ("Sessions:RefreshTokenUse", "Twice"), ("ClientCredentials:0:SourceType", "KeyVault"), ("ClientCredentials:1:SourceType", "Typo")));

        OptionsValidationException? problem = Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());

        Assert.That(problem!.Failures, Has.Some.StartsWith("AzureAd:TenantId is missing")
            .And.Some.StartsWith("AzureAd:ClientId is missing")
            .And.Some.StartsWith("AzureAd:AzureRegion has no effect here")
            .And.Some.StartsWith("AzureAd:Sessions:Lifetime is no period")
            .And.Some.StartsWith("AzureAd:Sessions:MostInMemory is no number")
            .And.Some.StartsWith("AzureAd:Sessions:RefreshTokenUse is not known")
            .And.Some.Contains("AddClientCredentialSource(\"KeyVault\"")
            .And.Some.StartsWith("AzureAd:ClientCredentials:1:SourceType is missing or not known"));
    }

    [Test]
    public void Services_that_are_missing_are_told_with_the_problems_of_the_section()
    {
        using IHost host = Hosts.Create(
            Hosts.AzureAd(("TenantId", "common"), ("Sessions:Lifetime", "soon")),
            static builder => builder.UseDistributedCache().ConfigureClient(static (_, _) => throw new IOException("s3cr3t")),
            static services => services.RemoveAll<Microsoft.AspNetCore.DataProtection.IDataProtectionProvider>());

        OptionsValidationException? problem = Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());

        Assert.That(problem!.Failures, Has.Some.StartsWith("AzureAd:ClientId is missing")
            .And.Some.StartsWith("AzureAd:Sessions:Lifetime is no period")
            .And.Some.StartsWith("UseDistributedCache needs a distributed cache")
            .And.Some.StartsWith("A shared session store needs Data Protection")
            .And.Some.EqualTo("The code that configures the client failed (IOException).")
            .And.Exactly(5).Items);
    }

    [Test]
    public void An_exception_of_code_that_is_all_that_is_wrong_is_thrown_as_it_is()
    {
        var failure = new IOException();
        using IHost host = Hosts.Create(Hosts.AzureAd(("ClientId", The.Client), ("TenantId", "common")), builder => builder.ConfigureClient((_, _) => throw failure));

        Assert.That(() => host.StartAsync(), Throws.Exception.SameAs(failure));
    }

    [Test]
    public void An_empty_section_is_told_by_its_name()
    {
        using IHost host = Hosts.Create([]);

        Assert.That(() => host.StartAsync(), Throws.TypeOf<OptionsValidationException>().With.Message.Contains("The section 'AzureAd' is empty or absent: is its name right?"));
    }

    [TestCase("Authority", "https://login.microsoftonline.com/common/v2.0", "Instance", "https://login.microsoftonline.com/", "Authority stands beside Instance")]
    [TestCase("Issuer", "https://op.example", "TenantId", TenantId, "TenantId is for Entra ID")]
    [TestCase("ClientSecret", "s3cr3t", "ClientCredentials:0:SourceType", "ClientSecret", "ClientSecret stands beside ClientCredentials")]
    [TestCase("Authority", "https://login.microsoftonline.com", "x", "y", "Authority has no tenant")]
    [TestCase("Authority", "no address", "x", "y", "names no usable authorization server")]
    [TestCase("MetadataAddress", "https://op.example/m", "x", "y", "Issuer is missing")]
    [TestCase("ClientCredentials", "s3cr3t", "TenantId", TenantId, "AzureAd:ClientCredentials is text: write an array of objects")]
    [TestCase("ClientCredentials:0", "s3cr3t", "TenantId", TenantId, "AzureAd:ClientCredentials:0 is text: write an object with a SourceType")]
    [TestCase("ClientCredentials:ClientSecret", "s3cr3t", "TenantId", TenantId, "AzureAd:ClientCredentials:SourceType is missing or not known")]
    [TestCase("ClientCredentials:0:ClientSecret", "s3cr3t", "ClientCredentials:0:SourceType", "Path", "AzureAd:ClientCredentials:0:CertificateDiskPath is missing, and SourceType Path needs it")]
    [TestCase("ClientCredentials:0:SourceType", "SignedAssertionFilePath", "ClientCredentials:0:SignedAssertionFileDiskPath", "relative", "SignedAssertionFileDiskPath is relative")]
    [TestCase("ClientCredentials:0:SourceType", "StoreWithThumbprint", "ClientCredentials:0:CertificateStorePath", "My", "CertificateStorePath is no certificate store")]
    [TestCase("Issuer", "https://op.example", "Instance", "https://login.microsoftonline.com/", "AzureAd:Instance is for Entra ID")]
    [TestCase("Issuer", "https://op.example", "SignUpSignInPolicyId", "B2C_1_in", "AzureAd:SignUpSignInPolicyId is for Entra ID")]
    [TestCase("Issuer", "https://op.example", "AllowedSignInTenants:0", TenantId, "AzureAd:AllowedSignInTenants is for Entra ID")]
    [TestCase("Issuer", "op.example", "x", "y", "AzureAd:Issuer names no usable authorization server")]
    [TestCase("Issuer", "http://op.example", "x", "y", "AzureAd names no usable authorization server: The issuer must be")]
    [TestCase("Authority", "https://login.microsoftonline.com/a/b/c/d", "x", "y", "Authority is longer than an authority")]
    [TestCase("Authority", "https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_in", "SignUpSignInPolicyId", "B2C_1_other", "SignUpSignInPolicyId is another policy")]
    [TestCase("TenantId", TenantId, "UsePushedAuthorization", "true", "UsePushedAuthorization is not offered by Entra ID")]
    [TestCase("TenantId", TenantId, "UsePushedAuthorization", "maybe", "UsePushedAuthorization is neither true nor false")]
    [TestCase("TenantId", TenantId, "RequestOfflineAccess", "false", "RequestOfflineAccess has no effect at Entra ID")]
    [TestCase("TenantId", TenantId, "ResetPasswordPolicyId", "B2C_1_reset", "ResetPasswordPolicyId needs AzureAd:SignUpSignInPolicyId")]
    [TestCase("TenantId", TenantId, "SendX5C", "si", "SendX5C is neither true nor false")]
    [TestCase("Scope", "a", "Scopes", "b", "Scope stands beside Scopes")]
    [TestCase("TenantId", TenantId, "Scopes:0", "a b", "Scopes has an entry that is no scope")]
    [TestCase("TenantId", TenantId, "CallbackPath", "https://app.example/signin-oidc", "CallbackPath is no path of this application")]
    [TestCase("TenantId", TenantId, "RemoteSignOutPath", "//signout", "RemoteSignOutPath is no path of this application")]
    [TestCase("TenantId", TenantId, "ExtraQueryParameters", "a=b", "ExtraQueryParameters is text")]
    [TestCase("TenantId", TenantId, "ExtraQueryParameters:state", "b", "AuthorizationParameters must not hold 'state'")]
    [TestCase("TenantId", TenantId, "AllowedSignInTenants:0", "contoso.example", "AllowedSignInTenants has an entry that is no tenant ID")]
    [TestCase("TenantId", TenantId, "WithSpaAuthCode", "true", "WithSpaAuthCode has no effect here")]
    [TestCase("TenantId", TenantId, "TokenDecryptionCertificates:0:SourceType", "Path", "TokenDecryptionCertificates has no effect here")]
    [TestCase("TenantId", TenantId, "TokenDecryptionCredentials:0:SourceType", "Path", "TokenDecryptionCredentials has no effect here")]
    [TestCase("TenantId", TenantId, "AllowWebApiToBeAuthorizedByACL", "true", "AllowWebApiToBeAuthorizedByACL has no effect here")]
    [TestCase("AllowedSignInTenants", TenantId, "AllowedSignInTenants:0", TenantId, "AzureAd:AllowedSignInTenants is text and an array")]
    [TestCase("AdditionallyAllowedTenants", "*", "AdditionallyAllowedTenants:0", TenantId, "AzureAd:AdditionallyAllowedTenants is text and an array")]
    [TestCase("Scopes", "a", "Scopes:0", "b", "AzureAd:Scopes is text and an array")]
    [TestCase("AllowedSignInTenants:0", TenantId, "AllowedSignInTenants:1", "", "AzureAd:AllowedSignInTenants:1 has no value")]
    [TestCase("AdditionallyAllowedTenants:0", TenantId, "AdditionallyAllowedTenants:1:Id", TenantId, "AzureAd:AdditionallyAllowedTenants:1 has no value")]
    [TestCase("Scopes:0", " ", "TenantId", TenantId, "AzureAd:Scopes:0 has no value")]
    [TestCase("Scopes", "", "Scopes:0", "a b", "Scopes has an entry that is no scope", Description = "an empty array hides nothing")]
    [TestCase("TenantId", TenantId, "ExtraQueryParameters:resource:0", "a", "AzureAd:ExtraQueryParameters:resource is an array or an object")]
    [TestCase("TenantId", TenantId, "Sessions:IdleTimeout", "90", "IdleTimeout is no period above zero")]
    [TestCase("TenantId", TenantId, "Sessions:Lifetime", "24:00:00", "Lifetime is no period above zero: write days.hours:minutes:seconds with at most 23 hours (a day is 1.00:00:00)")]
    [TestCase("TenantId", TenantId, "Sessions:IdleInMemory", "00:00:00", "IdleInMemory is no period above zero")]
    [TestCase("TenantId", TenantId, "Sessions:KeepAccessTokens", "yes", "KeepAccessTokens is neither true nor false")]
    public void Settings_that_contradict_each_other_are_told(string one, string oneValue, string other, string otherValue, string problem)
    {
        using IHost host = Hosts.Create(Hosts.AzureAd(("ClientId", The.Client), (one, oneValue), (other, otherValue)));

        Assert.That(() => host.StartAsync(), Throws.TypeOf<OptionsValidationException>().With.Message.Contains(problem).And.Message.Not.Contains("s3cr3t"));
    }

    [TestCase("")]
    [TestCase(null)]
    [TestCase(" ")]
    public void Entries_that_another_provider_adds_to_an_empty_array_are_read(string? empty)
    {
        AuthorizationCodeClientOptions? read = null;
        using IHost host = Hosts.Create(
            Hosts.AzureAd(
                ("ClientId", The.Client), ("TenantId", "organizations"), ("AllowedSignInTenants", empty), ("AllowedSignInTenants:0", TenantId),
                ("AdditionallyAllowedTenants", empty), ("AdditionallyAllowedTenants:0", "contoso.example")),
            builder => builder.ConfigureClient((_, options) => read = options));

        _ = host.Services.GetRequiredService<AuthorizationCodeClient>();

        Assert.That((read!.AllowedSignInTenants, read.AdditionallyAllowedTenants), Is.EqualTo(((string[])[TenantId], (string[])["contoso.example"])));
    }

    [TestCase("Authority", "https://login.microsoftonline.com/common/v2.0", "https://login.microsoftonline.com/common/oauth2/v2.0/authorize")]
    [TestCase("Authority", "https://contoso.ciamlogin.com/", "https://contoso.ciamlogin.com/contoso.onmicrosoft.com/oauth2/v2.0/authorize")]
    [TestCase("Authority", "https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_in/v2.0", "https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_in/oauth2/v2.0/authorize")]
    [TestCase("Authority", "https://contoso.b2clogin.com/tfp/contoso.onmicrosoft.com/B2C_1_in/v2.0", "https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_in/oauth2/v2.0/authorize")]
    [TestCase("Authority", "https://adfs.contoso.example/adfs", "https://adfs.contoso.example/adfs/oauth2/authorize")]
    [TestCase("TenantId", TenantId, $"https://login.microsoftonline.com/{TenantId}/oauth2/v2.0/authorize")]
    public async Task The_authority_is_read(string key, string value, string authorize)
    {
        using IHost host = Hosts.Create(Hosts.AzureAd(("ClientId", The.Client), (key, value)));

        AuthorizationRequest request = await host.Services.GetRequiredService<AuthorizationCodeClient>().CreateAuthorizationRequestAsync(Hosts.RedirectUri, ["openid"]);

        Assert.That(request.Uri.GetLeftPart(UriPartial.Path), Is.EqualTo(authorize));
    }

    [TestCase("contoso.onmicrosoft.com", TenantId, "contoso.onmicrosoft.com")]
    [TestCase("contoso.onmicrosoft.com", null, "contoso.onmicrosoft.com")]
    [TestCase(null, TenantId, TenantId)]
    public async Task B2C_is_read_by_its_policy(string? domain, string? tenantId, string path)
    {
        using IHost host = Hosts.Create(Hosts.AzureAd(
            ("ClientId", The.Client), ("Instance", "https://contoso.b2clogin.com"), ("Domain", domain), ("TenantId", tenantId), ("SignUpSignInPolicyId", "B2C_1_in")));

        AuthorizationRequest request = await host.Services.GetRequiredService<AuthorizationCodeClient>().CreateAuthorizationRequestAsync(Hosts.RedirectUri, [The.Client]);

        Assert.That(request.Uri.AbsolutePath, Is.EqualTo($"/{path}/B2C_1_in/oauth2/v2.0/authorize"));
    }

    [TestCase("SignUpSignInPolicyId", "B2C_1_in", "AzureAd:Domain is missing, and so is TenantId")]
    [TestCase("Domain", "contoso.onmicrosoft.com", "AzureAd:TenantId is missing")]
    public void A_section_without_a_tenant_names_what_would_be_right(string key, string value, string problem)
    {
        using IHost host = Hosts.Create(Hosts.AzureAd(("ClientId", The.Client), ("Instance", "https://contoso.b2clogin.com"), (key, value)));

        Assert.That(() => host.StartAsync(), Throws.TypeOf<OptionsValidationException>().With.Message.Contains(problem));
    }

    [Test]
    public void A_client_of_the_same_name_is_refused_and_two_clients_are_keyed()
    {
        var services = new ServiceCollection();
        IConfigurationSection section = new ConfigurationBuilder().AddInMemoryCollection(Hosts.AzureAd(("ClientId", The.Client), ("TenantId", TenantId))).Build().GetSection("AzureAd");
        services.AddAuthorizationCodeClient("one", section);
        services.AddAuthorizationCodeClient("two", section);
        using ServiceProvider provider = services.BuildServiceProvider();

        Assert.Multiple(() =>
        {
            Assert.That(() => services.AddAuthorizationCodeClient("one", section), Refusal.Of("name", "There is a client of the name 'one' already"));
            Assert.That(provider.GetKeyedService<AuthorizationCodeClient>("one"), Is.Not.Null.And.Not.SameAs(provider.GetKeyedService<AuthorizationCodeClient>("two")));
            Assert.That(provider.GetService<AuthorizationCodeClient>(), Is.Null, "which of the two is not known");
        });
    }

    [Test]
    public void A_credential_source_of_the_service_is_used()
    {
        bool isUsed = false;
        using IHost host = Hosts.Create(
            Hosts.AzureAd(("ClientId", The.Client), ("TenantId", TenantId), ("ClientCredentials:0:SourceType", "KeyVault"), ("ClientCredentials:0:KeyVaultUrl", "https://v.example")),
            builder => builder.AddClientCredentialSource("KeyVault", (_, entry) =>
            {
                isUsed = entry["KeyVaultUrl"] == "https://v.example";
                return ClientAuthentication.Secret(The.Secret);
            }));

        _ = host.Services.GetRequiredService<AuthorizationCodeClient>();

        Assert.That(isUsed, Is.True);
    }

    [TestCase(null, "api://AzureADTokenExchange/.default")]
    [TestCase("api://exchange.of.another.cloud", "api://exchange.of.another.cloud/.default")]
    public async Task A_token_of_a_managed_identity_authenticates_the_client(string? audience, string scope)
    {
        using FakeAad aad = FakeAad.Start(static options => options.RedirectUris = [Hosts.RedirectUri]);
        var identity = new ManagedIdentity();
        using IHost host = Hosts.Create(
            Hosts.AzureAd(
                ("Instance", aad.AuthorityHost.AbsoluteUri), ("TenantId", aad.TenantId), ("ClientId", aad.ClientId),
                ("ClientCredentials:0:SourceType", "SignedAssertionFromManagedIdentity"), ("ClientCredentials:0:TokenExchangeUrl", audience)),
            services: services => services.AddKeyedSingleton<TokenCredential>("entra", identity));
        AuthorizationCodeCredential credential = host.Services.GetRequiredService<AuthorizationCodeClient>().CreateCredential("a-code", Hosts.RedirectUri);

        Assert.That(async () => await credential.GetTokenAsync(new TokenRequestContext(["https://vault.azure.net/.default"]), default), Throws.TypeOf<AuthenticationFailedException>());

        Assert.That(
            (identity.Scopes, aad.TokenRequests.Select(static request => request.Form["client_assertion"]).Distinct().Single()),
            Is.EqualTo((scope, ManagedIdentity.Token)));
    }

    [TestCase(null, "AzureAd:ClientCredentials:0:SourceType is SignedAssertionFromManagedIdentity, which needs a credential of the managed identity: register one under the name of the client, as services.AddKeyedSingleton<TokenCredential>(\"entra\", …).")]
    [TestCase("00000000-0000-0000-0000-000000000001", "AzureAd:ClientCredentials:0:ManagedIdentityClientId has no effect")]
    public void A_managed_identity_that_cannot_be_used_is_told_when_the_host_starts(string? clientId, string message)
    {
        using IHost host = Hosts.Create(Hosts.AzureAd(
            ("ClientId", The.Client), ("TenantId", TenantId),
            ("ClientCredentials:0:SourceType", "SignedAssertionFromManagedIdentity"), ("ClientCredentials:0:ManagedIdentityClientId", clientId)));

        Assert.That(() => host.StartAsync(), Throws.TypeOf<OptionsValidationException>().With.Message.StartsWith(message));
    }

    private sealed class ManagedIdentity : TokenCredential
    {
        internal const string Token = "eyJhbGciOiJSUzI1NiJ9.e30.c2lnbmF0dXJl";

        internal string? Scopes { get; private set; }

        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) => throw new NotSupportedException();

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken)
        {
            Scopes = string.Join(' ', requestContext.Scopes);
            return ValueTask.FromResult(new AccessToken(Token, The.Now.AddHours(1)));
        }
    }
}
