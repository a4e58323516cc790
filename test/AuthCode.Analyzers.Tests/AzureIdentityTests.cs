using Microsoft.CodeAnalysis;

namespace AuthCode.Analyzers.Tests;

/// <summary>AUTHCODE001 for the assemblies that a project references. These tests reference <c>Microsoft.Extensions.Azure</c>, as a project that calls <c>AddAzureClients</c> does.</summary>
internal sealed class AzureIdentityTests
{
    [Test]
    public async Task A_referenced_assembly_is_reported_with_a_message_of_its_own()
    {
        Diagnostic[] reported = await AnalyzedProject.ReportedAsync("internal sealed class Program;");

        Assert.That(
            reported.Select(static diagnostic => diagnostic.GetMessage(null)).Where(static message => message.Contains("Microsoft.Extensions.Azure", StringComparison.Ordinal)),
            Is.EqualTo(new[]
            {
                "Microsoft.Extensions.Azure uses Azure.Identity.ManagedIdentityCredential, which needs MSAL. AuthCodeExcludeMsal removes MSAL from the output, so this code of Microsoft.Extensions.Azure fails at run time if it is reached. "
                + "If the program does not reach it, add <AuthCodeUsedWithoutMsal Include=\"Microsoft.Extensions.Azure\" /> to the project, otherwise do not set AuthCodeExcludeMsal.",
            }));
    }

    [TestCase("Microsoft.Extensions.Azure")]
    [TestCase("Another, microsoft.extensions.azure ,Third", TestName = "One of several")]
    public async Task An_assembly_that_is_used_without_MSAL_is_not_reported(string assemblies)
    {
        Diagnostic[] reported = await AnalyzedProject.ReportedAsync("internal sealed class Program;", usedWithoutMsal: assemblies);

        Assert.That(reported, Is.Empty);
    }

    [Test]
    public async Task Another_assembly_is_reported_still()
    {
        Diagnostic[] reported = await AnalyzedProject.ReportedAsync("internal sealed class Program;", usedWithoutMsal: "Microsoft.Extensions");

        Assert.That(reported, Has.Length.EqualTo(1));
    }

    [Test]
    public async Task Code_of_the_project_is_reported_where_it_is()
    {
        Diagnostic[] reported = await AnalyzedProject.ReportedAsync("internal sealed class Program { internal object Create() => new Azure.Identity.DefaultAzureCredential(); }", usedWithoutMsal: "Microsoft.Extensions.Azure");

        Assert.That(
            reported.Select(static diagnostic => diagnostic.GetMessage(null)),
            Is.EqualTo(new[] { "Azure.Identity.DefaultAzureCredential needs MSAL, which AuthCodeExcludeMsal removes from the output, so it fails at run time. Use the types of AuthCode, or do not set AuthCodeExcludeMsal." }));
    }

    [TestCase("var credential = new Azure.Identity.DefaultAzureCredential(); return credential;", TestName = "A variable of var is reported once")]
    [TestCase("Azure.Identity.DefaultAzureCredential credential = new(); return credential;", TestName = "A variable of the type")]
    [TestCase("foreach (var credential in new Azure.Identity.DefaultAzureCredential[1]) { return credential; } return new();", TestName = "The variable of a loop")]
    [TestCase("object all = new(); return all is Azure.Identity.DefaultAzureCredential credential ? credential : all;", TestName = "The variable of a pattern")]
    public async Task Each_use_is_reported_once(string statements)
    {
        Diagnostic[] reported = await AnalyzedProject.ReportedAsync($"internal sealed class Program {{ internal object Create() {{ {statements} }} }}", usedWithoutMsal: "Microsoft.Extensions.Azure");

        Assert.That(reported, Has.Length.EqualTo(1));
    }

    [Test]
    public async Task Nothing_is_reported_with_MSAL_in_the_output()
    {
        Diagnostic[] reported = await AnalyzedProject.ReportedAsync("internal sealed class Program { internal object Create() => new Azure.Identity.DefaultAzureCredential(); }", excludeMsal: "false");

        Assert.That(reported, Is.Empty);
    }
}
