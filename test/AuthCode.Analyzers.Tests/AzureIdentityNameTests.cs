namespace AuthCode.Analyzers.Tests;

/// <summary>AUTHCODE001 at names: those behind which code of <c>Azure.Identity</c> runs are reported, once each, and others are not.</summary>
internal sealed class AzureIdentityNameTests
{
    private const string Usings = "using Azure.Identity; using System.Collections.Generic; using Microsoft.Extensions.DependencyInjection;";

    [TestCase("object Value => nameof(DefaultAzureCredential);", TestName = "A name as text")]
    [TestCase("object Value => nameof(Azure.Identity.DefaultAzureCredential);", TestName = "A whole name as text")]
    [TestCase("object Value => nameof(DefaultAzureCredential.GetToken);", TestName = "A name of a member as text")]
    [TestCase("object Value => typeof(DefaultAzureCredential).Name;", TestName = "The name of a type")]
    [TestCase("object Value => typeof(Azure.Identity.DefaultAzureCredential).FullName!;", TestName = "The whole name of a type")]
    [TestCase("/// <summary>Instead of <see cref=\"DefaultAzureCredential\"/>.</summary>\nint Value => 0;", TestName = "A comment")]
    [TestCase("/// <summary>Instead of <see cref=\"DefaultAzureCredential(bool)\"/>.</summary>\nint Value => 0;", TestName = "A constructor in a comment")]
    [TestCase("object Value => DefaultAzureCredential.DefaultEnvironmentVariableName;", TestName = "A constant")]
    [TestCase("object Value => Azure.Identity.DefaultAzureCredential.DefaultEnvironmentVariableName;", TestName = "A constant by its whole name")]
    [TestCase("object Value => global::Azure.Identity.DefaultAzureCredential.DefaultEnvironmentVariableName;", TestName = "A constant by its global name")]
    [TestCase("ManagedIdentityId Value => ManagedIdentityId.SystemAssigned;", TestName = "The ID of an identity")]
    [TestCase("object Value => AzureAuthorityHosts.AzurePublicCloud;", TestName = "An address")]
    [TestCase("object Value => new ChainedTokenCredential(Azure.Core.DelegatedTokenCredential.Create((_, _) => default));", TestName = "A chain of a credential that needs no MSAL")]
    [TestCase("[System.ComponentModel.Description(nameof(DefaultAzureCredential))] object Value => 0;", TestName = "A name in an attribute")]
    public async Task A_name_behind_which_nothing_needs_MSAL_is_not_reported(string member)
    {
        Assert.That(await AnalyzedProject.UsedByAsync(member, Usings), Is.Empty);
    }

    [TestCase("object Value => new ChainedTokenCredential(new AzureCliCredential());", "AzureCliCredential", TestName = "A chain of a credential that needs MSAL")]
    [TestCase("object Value => new List<DefaultAzureCredential>();", "DefaultAzureCredential", TestName = "An argument of a type")]
    [TestCase("object Run(IServiceCollection services) => services.AddSingleton<Azure.Core.TokenCredential, DefaultAzureCredential>();", "DefaultAzureCredential", TestName = "An argument of a method")]
    [TestCase("object Value => typeof(DefaultAzureCredential);", "DefaultAzureCredential", TestName = "A type")]
    [TestCase("object Value => System.Activator.CreateInstance(typeof(DefaultAzureCredential))!;", "DefaultAzureCredential", TestName = "A type that is created")]
    [TestCase("[System.ComponentModel.TypeConverter(typeof(DefaultAzureCredential))] object Value => 0;", "DefaultAzureCredential", TestName = "A type in an attribute")]
    [TestCase("sealed class Own : DefaultAzureCredential;", "DefaultAzureCredential", TestName = "A parent")]
    public async Task A_name_behind_which_code_that_needs_MSAL_runs_is_reported_once(string member, string type)
    {
        Assert.That(await AnalyzedProject.UsedByAsync(member, Usings), Is.EqualTo(new[] { $"Azure.Identity.{type}" }));
    }

    [Test]
    public async Task An_alias_that_is_only_named_is_not_reported()
    {
        Assert.That(await AnalyzedProject.UsedByAsync("/// <summary>Instead of <see cref=\"Other\"/>.</summary>\nobject Value => nameof(Other);", "using Other = Azure.Identity.DefaultAzureCredential;"), Is.Empty);
    }

    [Test]
    public async Task An_alias_is_reported_where_it_is_used()
    {
        Assert.That(await AnalyzedProject.UsedByAsync("object Value => new Other();", "using Other = Azure.Identity.DefaultAzureCredential;"), Is.EqualTo(new[] { "Azure.Identity.DefaultAzureCredential" }));
    }

    [TestCase("object Value => new Creds { new() };", "using Creds = System.Collections.Generic.List<Azure.Identity.DefaultAzureCredential>;", TestName = "An argument of a type")]
    [TestCase("object Value => (Pair)(new(), 1);", "using Pair = (Azure.Identity.DefaultAzureCredential, int);", TestName = "A part of a tuple")]
    public async Task A_part_of_an_alias_is_reported_where_the_alias_is_made(string member, string alias)
    {
        Assert.That(await AnalyzedProject.UsedByAsync(member, alias), Is.EqualTo(new[] { "Azure.Identity.DefaultAzureCredential" }));
    }

    [TestCase("object Value => Default;", "using static Azure.Identity.AzureCredentialResolver;", "AzureCredentialResolver.Default", TestName = "A property")]
    [TestCase("object Run(System.IO.Stream stream) => Deserialize(stream);", "using static Azure.Identity.AuthenticationRecord;", "AuthenticationRecord.Deserialize", TestName = "A method")]
    public async Task A_member_that_is_in_scope_by_its_class_is_reported_where_it_is_used(string member, string usings, string used)
    {
        Assert.That(await AnalyzedProject.UsedByAsync(member, usings), Is.EqualTo(new[] { $"Azure.Identity.{used}" }));
    }

    [Test]
    public async Task A_constant_that_is_in_scope_by_its_class_is_not_reported()
    {
        Assert.That(await AnalyzedProject.UsedByAsync("object Value => DefaultEnvironmentVariableName;", "using static Azure.Identity.DefaultAzureCredential;"), Is.Empty);
    }
}
