using AuthCode.Tests.House;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace AuthCode.Analyzers.Tests;

/// <summary>Each warning leads to its row of the page on troubleshooting, which the package contains.</summary>
internal sealed class HelpPageTests
{
    [TestCase(typeof(AzureIdentityAnalyzer), "AUTHCODE001", "docs/troubleshooting.md#authcode001")]
    [TestCase(typeof(UserCredentialAnalyzer), "AUTHCODE002", "docs/troubleshooting.md#authcode002")]
    public void A_warning_links_to_its_row(Type analyzer, string id, string link)
    {
        IEnumerable<DiagnosticDescriptor> descriptors = ((DiagnosticAnalyzer)Activator.CreateInstance(analyzer)!).SupportedDiagnostics;

        Assert.Multiple(() =>
        {
            Assert.That(descriptors.Select(static descriptor => (descriptor.Id, descriptor.HelpLinkUri)).Distinct(), Is.EqualTo(new[] { (id, link) }));
            Assert.That(File.ReadAllText(Path.Combine(RepositoryRoot.Path, link.Split('#')[0])), Does.Contain($"| <a id=\"{link.Split('#')[1]}\"></a>{id} |"));
        });
    }
}
