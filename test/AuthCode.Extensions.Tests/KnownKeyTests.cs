using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AuthCode.Extensions.Tests;

/// <summary>Keys that nothing reads are told, and the list of known keys is that of the keys that are read.</summary>
internal sealed class KnownKeyTests
{
    // They are understood as Microsoft.Identity.Web's, and nothing has to be done about them.
    private static readonly string[] AcceptedOnly = ["ClientCapabilities"];

    [Test]
    public void The_known_keys_are_those_that_are_read()
    {
        var read = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach ((string Key, string? Value)[] settings in Sections())
        {
            read.UnionWith(RecordingConfiguration.KeysReadBy(Hosts.AzureAd(settings)));
        }

        string[] known =
        [
            .. KnownKeys.OfSection.Except(AcceptedOnly).Select(static key => $"AzureAd:{key}"),
            .. KnownKeys.OfSessions.Select(static key => $"AzureAd:Sessions:{key}"),
            .. KnownKeys.OfCredential.Select(static key => $"AzureAd:ClientCredentials:0:{key}"),
        ];
        Assert.That(read.Where(static key => !key.EndsWith(":SourceType", StringComparison.Ordinal) || key.Contains(":0:", StringComparison.Ordinal)), Is.EquivalentTo(known));
    }

    [TestCase("ClientID2", " Is AzureAd:ClientId meant?")]
    [TestCase("CalbackPath", " Is AzureAd:CallbackPath meant?")]
    [TestCase("Lifetime", " Is AzureAd:Sessions:Lifetime meant?")]
    [TestCase("Sessions:LifeTimes", " Is AzureAd:Sessions:Lifetime meant?")]
    [TestCase("ClientCredentials:0:ClientSecrets", " Is AzureAd:ClientCredentials:0:ClientSecret meant?")]
    [TestCase("ShowPII", "")]
    public void An_unknown_key_is_a_warning_that_names_the_nearest_one(string key, string hint)
    {
        using var log = new CollectedLog();
        using IHost host = HostOf(log, [("ClientId", The.Client), ("TenantId", The.Tenant), ("ClientCredentials:0:SourceType", "ClientSecret"), ("ClientCredentials:0:ClientSecret", "x"), (key, "value")]);

        _ = host.Services.GetRequiredService<AuthorizationCodeClient>();

        Assert.That(log.MessagesOf(101), Is.EqualTo(new[] { $"The configuration key AzureAd:{key} is not known and has no effect.{hint}" }));
    }

    [Test]
    public void Known_keys_in_any_case_and_those_of_the_service_are_not_told()
    {
        using var log = new CollectedLog();
        using IHost host = HostOf(
            log,
            [
                ("clientid", The.Client), ("TENANTID", The.Tenant), ("Domain", "contoso.example"), ("ClientCapabilities:0", "cp1"), ("Own", "x"),
                ("ClientCredentials:0:SourceType", "Mine"), ("ClientCredentials:0:Whatever", "x"), ("ExtraQueryParameters:dc", "x"),
            ],
            static client => client.AddConfigurationKeys("own").AddClientCredentialSource("Mine", static (_, _) => ClientAuthentication.None));

        _ = host.Services.GetRequiredService<AuthorizationCodeClient>();

        Assert.That(log.MessagesOf(101), Is.Empty);
    }

    [Test]
    public void A_key_without_a_name_is_refused() => Assert.That(
        () => Hosts.Create([], static client => client.AddConfigurationKeys("a", " ")), Refusal.Of("keys", "A key must have a name"));

    /// <summary>Sections that between them make the code read everything.</summary>
    private static IEnumerable<(string Key, string? Value)[]> Sections()
    {
        string[] types = ["ClientSecret", "Path", "Base64Encoded", "StoreWithThumbprint", "StoreWithDistinguishedName", "SignedAssertionFilePath", "SignedAssertionFromManagedIdentity"];
        yield return [("ClientId", The.Client), ("TenantId", The.Tenant), ("SignUpSignInPolicyId", "B2C_1_in")];
        yield return [("ClientId", The.Client), ("Authority", "https://login.microsoftonline.com/common")];
        yield return [("ClientId", The.Client), ("Issuer", "https://op.example")];
        foreach (string type in types)
        {
            yield return
            [
                ("ClientId", The.Client), ("TenantId", The.Tenant), ("ClientCredentials:0:SourceType", type), ("ClientCredentials:0:ClientSecret", "x"),
                ("ClientCredentials:0:CertificateDiskPath", "/x"), ("ClientCredentials:0:Base64EncodedValue", "x"), ("ClientCredentials:0:CertificateThumbprint", "x"),
                ("ClientCredentials:0:CertificateDistinguishedName", "x"),
            ];
        }
    }

    private static IHost HostOf(CollectedLog log, (string Key, string? Value)[] settings, Action<AuthCodeBuilder>? configure = null) =>
        Hosts.Create(Hosts.AzureAd(settings), configure, services => services.AddLogging(logging => logging.AddProvider(log)));
}
