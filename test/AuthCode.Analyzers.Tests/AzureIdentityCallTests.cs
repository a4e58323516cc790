using Microsoft.CodeAnalysis;

namespace AuthCode.Analyzers.Tests;

/// <summary>AUTHCODE001 at calls that do not name the class of <c>Azure.Identity</c> that they call.</summary>
internal sealed class AzureIdentityCallTests
{
    private const string Extensions = "using Azure.Identity;";

    [TestCase("builder.AddAzureClient<object, Settings>(\"Vault\")", "AddAzureClient", TestName = "A client of a builder")]
    [TestCase("builder.AddKeyedAzureClient<object, Settings>(\"first\", \"Vault\")", "AddKeyedAzureClient", TestName = "A keyed client of a builder")]
    [TestCase("builder.Configuration.GetAzureClientSettings<Settings>(\"Vault\")", "GetAzureClientSettings", TestName = "Settings of the configuration")]
    [TestCase("builder.Configuration.GetAzureCredentialSettings(\"Vault\")", "GetAzureCredentialSettings", TestName = "Settings of a credential")]
    [TestCase("builder?.Configuration.GetAzureCredentialSettings(\"Vault\")", "GetAzureCredentialSettings", TestName = "Settings of a credential of a builder that may be missing")]
    public async Task An_extension_method_is_reported_once(string call, string method)
    {
        string[] used = await AnalyzedProject.UsedByAsync(Calling(call), Extensions);

        Assert.That(used, Is.EqualTo(new[] { $"Azure.Identity.ConfigurationExtensions.{method}" }));
    }

    [Test]
    public async Task A_call_that_names_the_class_is_reported_by_the_class()
    {
        string[] used = await AnalyzedProject.UsedByAsync(Calling("Azure.Identity.ConfigurationExtensions.GetAzureCredentialSettings(builder.Configuration, \"Vault\")"));

        Assert.That(used, Is.EqualTo(new[] { "Azure.Identity.ConfigurationExtensions" }));
    }

    [Test]
    public async Task An_extension_method_of_another_class_is_not_reported()
    {
        string[] used = await AnalyzedProject.UsedByAsync(Calling("new object[] { settings }.ToList<object>()"), Extensions + "using System.Linq;");

        Assert.That(used, Is.Empty);
    }

    [TestCase("builder.AddSecretClient(\"Vault\")", TestName = "Called on the builder")]
    [TestCase("SecretClientHostExtensions.AddSecretClient(builder, \"Vault\")", TestName = "Called by its class")]
    public async Task A_client_of_the_Azure_SDK_that_is_added_to_a_host_is_reported_once(string call)
    {
        string[] used = await AnalyzedProject.UsedByAsync(Calling(call), "using Azure.Security.KeyVault.Secrets;", Client("Azure.Security.KeyVault.Secrets"));

        Assert.That(used, Is.EqualTo(new[] { "Azure.Security.KeyVault.Secrets.SecretClientHostExtensions.AddSecretClient" }));
    }

    [Test]
    public async Task A_client_of_another_library_that_is_added_to_a_host_is_not_reported()
    {
        string[] used = await AnalyzedProject.UsedByAsync(Calling("builder.AddSecretClient(\"Vault\")"), "using Azure.Security.KeyVault.Secrets;", Client("Contoso.Secrets"));

        Assert.That(used, Is.Empty);
    }

    [TestCase("IdentityModelFactory.AuthenticationRecord(\"u\", \"a\", \"h\", \"t\", \"c\")", ExpectedResult = new[] { "Azure.Identity.IdentityModelFactory.AuthenticationRecord" }, TestName = "A record, which contains an object of MSAL")]
    [TestCase("IdentityModelFactory.DeviceCodeInfo(\"u\", \"d\", new System.Uri(\"https://a.example\"), default, \"m\", \"c\", System.Array.Empty<string>())", ExpectedResult = new string[0], TestName = "A value")]
    public Task<string[]> A_method_of_the_factory_of_models_is_reported_if_it_needs_MSAL(string call) => AnalyzedProject.UsedByAsync(Calling(call), Extensions);

    // As the newest version of the package has it.
    private static PortableExecutableReference Client(string assembly) => Packages.Compile(assembly, """
        #pragma warning disable SCME0002
        namespace Azure.Security.KeyVault.Secrets;

        public static class SecretClientHostExtensions
        {
            public static System.ClientModel.Primitives.IClientBuilder AddSecretClient(this Microsoft.Extensions.Hosting.IHostApplicationBuilder host, string sectionName) => null!;
        }
        """);

    private static string Calling(string call) => $$"""
        internal sealed class Settings : System.ClientModel.Primitives.ClientSettings
        {
            protected override void BindCore(Microsoft.Extensions.Configuration.IConfigurationSection section) { }
        }

        internal object? Run(Microsoft.Extensions.Hosting.IHostApplicationBuilder builder, Settings settings) => {{call}};
        """;
}
