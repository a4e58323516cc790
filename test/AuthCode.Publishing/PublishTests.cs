using AuthCode.Testing;

namespace AuthCode.Publishing;

/// <summary>Programs published in every way, without MSAL, that get their tokens.</summary>
internal sealed class PublishTests
{
    private const string Vault = "https://vault.azure.net/.default";

    private static readonly string[] Aot = ["-p:PublishAot=true"];

    [TestCase("framework-dependent")]
    [TestCase("trimmed", "-p:PublishTrimmed=true", "--self-contained")]
    [TestCase("single-file", "-p:PublishSingleFile=true", "--self-contained")]
    [TestCase("Native AOT", "-p:PublishAot=true")]
    public void Azure_clients_on_the_newest_Azure_Core_run_without_MSAL(string way, params string[] properties)
    {
        string folder = Workshop.Publish("AzureClients", out string log, properties);

        Assert.Multiple(() =>
        {
            Assert.That(Directory.EnumerateFiles(folder, "*Microsoft.Identity.Client*"), Is.Empty, way);
            Assert.That(Directory.EnumerateFiles(folder, "*.deps.json").Where(static file => File.ReadAllText(file).Contains("Microsoft.Identity.Client", StringComparison.OrdinalIgnoreCase)), Is.Empty, way);
            Assert.That(log, Does.Not.Contain("AUTHCODE001"));
            Assert.That(RunAgainstFake(folder, "AzureClients"), Is.EqualTo("forty-two True"));
        });
    }

    [Test]
    public void A_small_program_compiles_ahead_of_time_without_a_warning_and_gets_its_tokens()
    {
        string folder = Workshop.Publish("Small", out string log, Aot);

        // Its warnings are errors: the program would not be there.
        Assert.That(log, Does.Not.Match("warning (IL|CS|NU)[0-9]+"));
        Assert.That(RunAgainstFake(folder, "Small"), Is.EqualTo("two tokens"));
        TestContext.Out.WriteLine($"Native AOT: {new FileInfo(Path.Combine(folder, "Small")).Length / 1e6:F2} MB");
    }

    [Test]
    public void A_small_program_ships_what_it_needs_and_no_more()
    {
        string folder = Workshop.Publish("Small", out _);
        FileInfo[] files = [.. Directory.EnumerateFiles(folder, "*.dll").Select(static file => new FileInfo(file))];
        TestContext.Out.WriteLine($"framework-dependent: {files.Sum(static file => file.Length) / 1e6:F2} MB in {files.Length} assemblies: {string.Join(", ", files.Select(static file => file.Name))}");

        Assert.That(files.Select(static file => file.Name), Has.None.StartsWith("Microsoft.Identity.Client"));
        Assert.That(RunAgainstFake(folder, "Small"), Is.EqualTo("two tokens"));
    }

    [Test]
    public void A_program_that_uses_Azure_Identity_with_MSAL_taken_out_is_warned() => Assert.Multiple(() =>
    {
        Assert.That(Workshop.Build("AzureIdentity"), Does.Not.Contain("AUTHCODE001"));
        Assert.That(
            Workshop.Build("AzureIdentity", "-p:AuthCodeExcludeMsal=true"),
            Does.Match(@"Program\.cs\(2,[0-9]+\): warning AUTHCODE001: Azure\.Identity\.ClientSecretCredential needs MSAL")
                .And.Not.Contain("AzureAuthorityHosts").And.Not.Contain("DefaultAzureCredential").And.Not.Contain("ChainedTokenCredential").And.Not.Contain("InteractiveBrowserCredential"));
    });

    [Test]
    public void A_program_that_references_a_project_that_needs_MSAL_is_warned_by_assembly_and_type() => Assert.Multiple(() =>
    {
        Assert.That(Workshop.Build("Reference"), Does.Not.Contain("AUTHCODE001"));
        Assert.That(
            Workshop.Build("Reference", "-p:AuthCodeExcludeMsal=true"),
            Does.Contain("warning AUTHCODE001: Library uses Azure.Identity.DefaultAzureCredential, which needs MSAL").And.Not.Contain("AuthCode uses"));
        Assert.That(Workshop.Build("Reference", "-p:AuthCodeExcludeMsal=true", "-p:UsedWithoutMsal=Library"), Does.Not.Contain("AUTHCODE001"));
    });

    [Test]
    public void The_property_may_be_set_after_the_targets_of_the_package_are_imported() =>
        Assert.That(Workshop.Build("Reference", "-p:ExcludeMsalLate=true"), Does.Contain("warning AUTHCODE001: Library uses Azure.Identity.DefaultAzureCredential, which needs MSAL"));

    private static string RunAgainstFake(string folder, string program)
    {
        using var aad = FakeAad.Start();
        string output = Workshop.Run(
            Path.Combine(folder, program), aad.AuthorityHost.AbsoluteUri, aad.TenantId, aad.ClientId, aad.ClientSecret!, aad.RedirectUri.OriginalString, aad.IssueCode(Vault));
        Assert.That(aad.TokenRequests.Select(static request => request.StatusCode), Is.EqualTo(new[] { 200, 200 }));
        return output.Trim();
    }
}
