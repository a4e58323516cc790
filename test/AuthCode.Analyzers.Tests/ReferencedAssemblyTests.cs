using System.Buffers.Binary;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using Microsoft.CodeAnalysis;

namespace AuthCode.Analyzers.Tests;

/// <summary>AUTHCODE001 for referenced assemblies, by what their metadata name.</summary>
internal sealed class ReferencedAssemblyTests
{
    private const string Settings = "#pragma warning disable SCME0002\nusing System.ClientModel.Primitives; using Azure.Identity; using Microsoft.Extensions.Hosting;";

    [TestCase("public static object Read(IHostApplicationBuilder host) => host.Configuration.GetAzureCredentialSettings(\"Vault\");", "Azure.Identity.ConfigurationExtensions", TestName = "Settings with a credential")]
    [TestCase("public static object Read(System.IO.Stream stream) => AuthenticationRecord.Deserialize(stream);", "Azure.Identity.AuthenticationRecord", TestName = "A record of an account")]
    [TestCase("public static object Create() => IdentityModelFactory.AuthenticationRecord(\"u\", \"a\", \"h\", \"t\", \"c\");", "Azure.Identity.AuthenticationRecord", TestName = "A record of the factory")]
    [TestCase("public static object Create() => new DefaultAzureCredential();", "Azure.Identity.DefaultAzureCredential", TestName = "A credential")]
    public async Task An_assembly_that_uses_a_type_that_needs_MSAL_is_reported(string member, string type)
    {
        string[] reported = await ReportedAsync(Packages.Compile("Contoso.Secrets", Class(member)));

        Assert.That(reported, Is.EqualTo(new[] { $"Contoso.Secrets uses {type}, which needs MSAL" }));
    }

    [TestCase("public static object Create(System.Uri address) => IdentityModelFactory.DeviceCodeInfo(\"u\", \"d\", address, default, \"m\", \"c\", null);", TestName = "A structure")]
    [TestCase("public static object Create() => new TokenCacheData(default);", TestName = "Data of a cache")]
    [TestCase("public static object Create() => AzureAuthorityHosts.AzurePublicCloud;", TestName = "A constant")]
    [TestCase("public static object Create(Azure.Core.TokenCredential own) => new ChainedTokenCredential(own);", TestName = "A chain of others")]
    [TestCase("public static bool IsKnown(System.Exception error) => error is AuthenticationFailedException;", TestName = "An exception")]
    [TestCase("public static object Create() => new DefaultAzureCredentialOptions();", TestName = "Options")]
    public async Task An_assembly_that_uses_another_type_is_not_reported(string member)
    {
        string[] reported = await ReportedAsync(Packages.Compile("Contoso.Secrets", Class(member)));

        Assert.That(reported, Is.Empty);
    }

    [Test]
    public async Task A_client_of_the_Azure_SDK_that_can_be_added_to_a_host_is_not_reported()
    {
        string[] reported = await ReportedAsync(Packages.Compile("Azure.Contoso.Secrets", Class("public static object Read(IHostApplicationBuilder host) => host.Configuration.GetAzureCredentialSettings(\"Vault\");")));

        Assert.That(reported, Is.Empty);
    }

    [TestCase("Microsoft.Identity.Client")]
    [TestCase("Microsoft.Identity.Client.Extensions.Msal")]
    public async Task An_assembly_that_uses_a_type_of_MSAL_is_reported(string msal)
    {
        PortableExecutableReference library = Packages.Compile(msal, "namespace Microsoft.Identity.Client { public class Account; }");
        string[] reported = await ReportedAsync(Packages.Compile("Contoso.Accounts", "public class Accounts { public object Create() => new Microsoft.Identity.Client.Account(); }", library));

        Assert.That(reported, Is.EqualTo(new[] { "Contoso.Accounts uses Microsoft.Identity.Client.Account, which needs MSAL" }));
    }

    [Test]
    public async Task An_assembly_that_cannot_be_read_hides_no_other_one()
    {
        const string credential = "public static object Create() => new DefaultAzureCredential();";
        PortableExecutableReference broken = MetadataReference.CreateFromImage(WithoutNamesOfTypes(Packages.Emit("Contoso.Broken", Class(credential))), filePath: "Contoso.Broken");
        string[] reported = await ReportedAsync(broken, Packages.Compile("Contoso.Secrets", Class(credential).Replace("Library", "Other", StringComparison.Ordinal)));

        Assert.That(reported, Is.EqualTo(new[] { "Contoso.Secrets uses Azure.Identity.DefaultAzureCredential, which needs MSAL" }));
    }

    // The names of the types of Azure.Identity that the assembly refers to are where the metadata have nothing.
    private static byte[] WithoutNamesOfTypes(byte[] image)
    {
        using var file = new PEReader([.. image]);
        MetadataReader reader = file.GetMetadataReader();
        int table = file.PEHeaders.MetadataStartOffset + reader.GetTableMetadataOffset(TableIndex.TypeRef), row = reader.GetTableRowSize(TableIndex.TypeRef);
        foreach (TypeReferenceHandle handle in reader.TypeReferences.Where(handle => reader.GetString(reader.GetTypeReference(handle).Namespace) == "Azure.Identity"))
        {
            // Two bytes say where the type is, two where its name is, and two where its namespace is.
            Assert.That(row, Is.EqualTo(6));
            BinaryPrimitives.WriteUInt16LittleEndian(image.AsSpan(table + (row * (MetadataTokens.GetRowNumber(handle) - 1)) + 2), ushort.MaxValue);
        }

        return image;
    }

    private static string Class(string member) => $"{Settings}\npublic static class Library {{ {member} }}";

    private static async Task<string[]> ReportedAsync(params MetadataReference[] references)
    {
        Diagnostic[] reported = await AnalyzedProject.ReportedAsync("internal sealed class Program;", usedWithoutMsal: "Microsoft.Extensions.Azure", references: references);
        return [.. reported.Select(static diagnostic => diagnostic.GetMessage(null).Split(". ")[0])];
    }
}
