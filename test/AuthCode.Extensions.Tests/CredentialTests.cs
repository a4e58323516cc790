using AuthCode.Testing;
using Azure.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AuthCode.Extensions.Tests;

/// <summary>Which of several credentials a client authenticates with.</summary>
internal sealed class CredentialTests : IDisposable
{
    private const string Nowhere = "/no/such/folder/client.pfx";

    private readonly CollectedLog _log = new();

    public void Dispose() => _log.Dispose();

    [TestCase("Path", "CertificateDiskPath", Nowhere)]
    [TestCase("Base64Encoded", "Base64EncodedValue", "no certificate")]
    [TestCase("SignedAssertionFilePath", "SignedAssertionFileDiskPath", Nowhere)]
    [TestCase("SignedAssertionFromManagedIdentity", "x", "y")]
    [TestCase("StoreWithThumbprint", "CertificateThumbprint", "00112233445566778899AABBCCDDEEFF00112233")]
    [TestCase("KeyVault", "KeyVaultUrl", "https://v.example")]
    public async Task The_first_usable_one_wins_and_those_before_it_are_logged(string type, string key, string value)
    {
        using FakeAad aad = FakeAad.Start(static options => options.RedirectUris = [Hosts.RedirectUri]);
        using IHost host = HostOf(
            [
                ("Instance", aad.AuthorityHost.AbsoluteUri), ("TenantId", aad.TenantId), ("ClientId", aad.ClientId),
                ("ClientCredentials:0:SourceType", type), ($"ClientCredentials:0:{key}", value),
                ("ClientCredentials:1:SourceType", "clientsecret"), ("ClientCredentials:1:ClientSecret", aad.ClientSecret),
                ("ClientCredentials:2:SourceType", "ClientSecret"), ("ClientCredentials:2:ClientSecret", "another"),
            ]);
        AuthorizationCodeClient client = host.Services.GetRequiredService<AuthorizationCodeClient>();
        await using AuthorizationCodeCredential credential = client.CreateCredential(aad.IssueCode(The.Vault), Hosts.RedirectUri);

        await credential.GetTokenAsync(new TokenRequestContext([The.Vault]), CancellationToken.None);

        Assert.That(aad.TokenRequests.Single().Form["client_secret"], Is.EqualTo(aad.ClientSecret));
        Assert.That(_log.MessagesOf(102).Single(), Does.StartWith("AzureAd:ClientCredentials:0").And.EndsWith("The client authenticates by AzureAd:ClientCredentials:1 instead."));
    }

    [Test]
    public void If_none_is_usable_each_is_told()
    {
        using IHost host = HostOf(
            [
                ("ClientId", The.Client), ("TenantId", The.Tenant),
                ("ClientCredentials:0:SourceType", "Path"), ("ClientCredentials:0:CertificateDiskPath", Nowhere),
                ("ClientCertificates:0:SourceType", "Base64Encoded"), ("ClientCertificates:0:Base64EncodedValue", "c4n4ry!"),
            ]);

        OptionsValidationException? problem = Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());

        Assert.That(problem!.Failures, Has.Exactly(2).Items
            .And.Some.StartsWith("AzureAd:ClientCredentials:0 is not usable (DirectoryNotFoundException): check the file")
            .And.Some.StartsWith("AzureAd:ClientCertificates:0 is not usable (FormatException)")
            .And.None.Contains("c4n4ry"));
    }

    [Test]
    public void An_entry_that_is_written_wrong_is_told_although_another_one_is_usable()
    {
        using IHost host = HostOf(
            [
                ("ClientId", The.Client), ("TenantId", The.Tenant),
                ("ClientCredentials:0:SourceType", "ClientSecret"), ("ClientCredentials:0:ClientSecret", "s3cr3t"),
                ("ClientCredentials:1:SourceType", "Pfad"),
            ]);

        Assert.That(() => host.StartAsync(), Throws.TypeOf<OptionsValidationException>().With.Message.StartsWith("AzureAd:ClientCredentials:1:SourceType is missing or not known").And.Message.Not.Contains("s3cr3t"));
    }

    [TestCase(-1, 2048, "the certificate has expired")]
    [TestCase(30, 1024, "The certificate's RSA key must have 2048 bits or more")]
    public void A_certificate_that_cannot_sign_is_not_usable(int days, int bits, string reason)
    {
        string encoded = Certificates.Base64("CN=c", notAfter: The.Now.AddDays(days), bits: bits);
        using IHost host = HostOf(
            [
                ("ClientId", The.Client), ("TenantId", The.Tenant), ("ClientCredentials:0:SourceType", "Base64Encoded"), ("ClientCredentials:0:Base64EncodedValue", encoded),
            ],
            static services => services.AddSingleton<TimeProvider>(new Microsoft.Extensions.Time.Testing.FakeTimeProvider(The.Now)));

        Assert.That(() => host.StartAsync(), Throws.TypeOf<OptionsValidationException>().With.Message.Contains(reason));
    }

    [TestCase(null, false)]
    [TestCase("true", true)]
    public async Task A_certificate_signs_with_its_chain_if_that_is_asked_for(string? sendX5C, bool isSent)
    {
        using FakeAad aad = FakeAad.Start(static options => options.RedirectUris = [Hosts.RedirectUri]);
        using IHost host = HostOf(
            [
                ("Instance", aad.AuthorityHost.AbsoluteUri), ("TenantId", aad.TenantId), ("ClientId", aad.ClientId), ("SendX5C", sendX5C),
                ("ClientCredentials:0:SourceType", "Base64Encoded"), ("ClientCredentials:0:Base64EncodedValue", Certificates.Base64("CN=c", "p")),
                ("ClientCredentials:0:CertificatePassword", "p"),
            ]);
        AuthorizationCodeClient client = host.Services.GetRequiredService<AuthorizationCodeClient>();
        await using AuthorizationCodeCredential credential = client.CreateCredential("a-code", Hosts.RedirectUri);

        Assert.That(async () => await credential.GetTokenAsync(new TokenRequestContext([The.Vault]), CancellationToken.None), Throws.TypeOf<AuthenticationFailedException>());

        string header = aad.TokenRequests[0].Form["client_assertion"].Split('.')[0];
        Assert.That(System.Text.Encoding.UTF8.GetString(System.Buffers.Text.Base64Url.DecodeFromChars(header)).Contains("\"x5c\"", StringComparison.Ordinal), Is.EqualTo(isSent));
    }

    private IHost HostOf((string Key, string? Value)[] settings, Action<IServiceCollection>? services = null) => Hosts.Create(
        Hosts.AzureAd(settings),
        services: all =>
        {
            all.AddLogging(logging => logging.AddProvider(_log));
            services?.Invoke(all);
        });
}
