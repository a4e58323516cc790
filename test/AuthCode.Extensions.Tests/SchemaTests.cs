using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using NJsonSchema;

namespace AuthCode.Extensions.Tests;

/// <summary>The JSON schema of the package and the documentation have the keys that are read, and no others.</summary>
internal sealed partial class SchemaTests
{
    private const string Folder = "src/AuthCode.Extensions";

    private static string Schema => File.ReadAllText(Path.Combine(RepositoryRoot.Path, Folder, "ConfigurationSchema.json"));

    private static string Page => File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docs/configuration.md"));

    [Test]
    public void The_schema_has_the_known_keys()
    {
        using JsonDocument schema = JsonDocument.Parse(Schema);
        JsonElement definitions = schema.RootElement.GetProperty("definitions");
        JsonElement section = definitions.GetProperty("authCodeSection").GetProperty("properties");

        Assert.Multiple(() =>
        {
            Assert.That(KeysOf(section), Is.EquivalentTo(KnownKeys.OfSection));
            Assert.That(KeysOf(section.GetProperty(KnownKeys.Sessions).GetProperty("properties")), Is.EquivalentTo(KnownKeys.OfSessions));
            Assert.That(KeysOf(definitions.GetProperty("authCodeCredential").GetProperty("properties")), Is.EquivalentTo(KnownKeys.OfCredential));
            Assert.That(KeysOf(schema.RootElement.GetProperty("properties")), Is.EquivalentTo(new[] { "AzureAd", "AuthCode" }));
        });
    }

    [Test]
    public void The_documentation_has_the_known_keys()
    {
        string[] documented = [.. Row().Matches(Page).SelectMany(static row => Code().Matches(row.Groups["keys"].Value)).Select(static key => key.Groups["key"].Value)];
        string[] kinds = [.. Page.Split('\n').Where(static line => line.StartsWith("| `", StringComparison.Ordinal) && line.Split('|').Length == 5)];

        Assert.Multiple(() =>
        {
            Assert.That(documented, Is.EquivalentTo(KnownKeys.OfSection.Except([KnownKeys.Sessions]).Concat(KnownKeys.OfSessions.Select(static key => $"Sessions:{key}"))));
            Assert.That(KnownKeys.OfCredential.Where(key => key != "SourceType" && !kinds.Any(line => line.Split('|')[2].Contains($"`{key}`", StringComparison.Ordinal))), Is.Empty);
        });
    }

    [TestCase("""{ "AzureAd": { "TenantId": "common", "ClientId": "c", "ClientCredentials": [ { "SourceType": "Path", "CertificateDiskPath": "/c.pfx" } ], "Sessions": { "IdleTimeout": "14.00:00:00", "MostInMemory": 5 } } }""")]
    [TestCase("""{ "AuthCode": { "Issuer": "https://op.example", "ClientId": "c", "ClientCredentials": { "SourceType": "Mine", "Own": 1 }, "Scopes": "a b", "UsePushedAuthorization": true } }""")]
    [TestCase("""{ "AzureAd": { "TenantId": "common", "ClientId": "c", "Scopes": [ "a" ], "ExtraQueryParameters": { "dc": "x" }, "CallbackPath": "/signin-oidc", "Own": 1 }, "Logging": {} }""")]
    public async Task What_is_right_is_valid(string settings) => Assert.That((await JsonSchema.FromJsonAsync(Schema)).Validate(settings), Is.Empty);

    [TestCase("""{ "AzureAd": { "TenantId": "common" } }""", "ClientId")]
    [TestCase("""{ "AzureAd": { "ClientId": "c", "ClientCredentials": "secret" } }""", "ClientCredentials")]
    [TestCase("""{ "AzureAd": { "ClientId": "c", "ClientCredentials": [ { "ClientSecret": "x" } ] } }""", "ClientCredentials")]
    [TestCase("""{ "AuthCode": { "ClientId": "c", "Sessions": { "Lifetime": "soon" } } }""", "Lifetime")]
    [TestCase("""{ "AuthCode": { "ClientId": "c", "Sessions": { "RefreshTokenUse": "Twice" } } }""", "RefreshTokenUse")]
    [TestCase("""{ "AuthCode": { "ClientId": "c", "Sessions": { "MostInMemory": 0 } } }""", "MostInMemory")]
    [TestCase("""{ "AuthCode": { "ClientId": "c", "CallbackPath": "https://app.example/x" } }""", "CallbackPath")]
    public async Task What_is_wrong_is_not(string settings, string key) =>
        Assert.That((await JsonSchema.FromJsonAsync(Schema)).Validate(settings).Select(static error => error.ToString()), Has.Some.Contains(key));

    [TestCase("00:00:01", true)]
    [TestCase("23:59:59.1234567", true)]
    [TestCase("1:05", true)]
    [TestCase("1.00:00:00", true)]
    [TestCase("24:00:00", false)]
    [TestCase("1.24:00:00", false)]
    [TestCase("00:60:00", false)]
    [TestCase("00:00:60", false)]
    [TestCase("00:00:01.12345678", false)]
    [TestCase("1:00:00:00", false)]
    [TestCase("-00:00:01", false)]
    [TestCase("90", false)]
    [TestCase("14 days", false)]
    public async Task A_period_is_valid_if_it_is_read(string period, bool isPeriod)
    {
        List<string> problems = [];
        var configuration = new Microsoft.Extensions.Configuration.ConfigurationManager { ["s:Lifetime"] = period };
        bool isRead = new SectionReader(configuration.GetSection("s"), problems).Period("Lifetime", "90.00:00:00") is not null;

        Assert.That((isRead, (await JsonSchema.FromJsonAsync(Schema)).Validate($$"""{ "AzureAd": { "ClientId": "c", "Sessions": { "Lifetime": "{{period}}" } } }""").Count == 0), Is.EqualTo((isPeriod, isPeriod)));
    }

    [Test]
    public async Task The_example_of_the_documentation_is_valid()
    {
        string example = Example().Match(Page).Groups["json"].Value;

        Assert.That((await JsonSchema.FromJsonAsync(Schema)).Validate(example), Is.Empty);
    }

    [Test]
    public void The_package_names_the_schema_to_editors()
    {
        XElement segment = XDocument.Load(Path.Combine(RepositoryRoot.Path, Folder, "buildTransitive/AuthCode.Extensions.targets")).Descendants("JsonSchemaSegment").Single();

        Assert.Multiple(() =>
        {
            Assert.That((string?)segment.Attribute("Include"), Is.EqualTo(@"$(MSBuildThisFileDirectory)..\ConfigurationSchema.json"));
            Assert.That(Regex.IsMatch("appsettings.Development.json", (string?)segment.Attribute("FilePathPattern") ?? "^$"), Is.True);
        });
    }

    private static IEnumerable<string> KeysOf(JsonElement properties) => properties.EnumerateObject().Select(static property => property.Name);

    // A table of two columns whose first one is keys.
    [GeneratedRegex(@"^\| (?<keys>(?:`[A-Za-z0-9:]+`(?:, )?)+) \| [^|]+ \|$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("`(?<key>[^`]+)`")]
    private static partial Regex Code();

    [GeneratedRegex(@"```json\n(?<json>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Example();
}
