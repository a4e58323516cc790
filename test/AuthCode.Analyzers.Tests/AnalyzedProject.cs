using System.Diagnostics.CodeAnalysis;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace AuthCode.Analyzers.Tests;

/// <summary>A project that sets the properties of AuthCode's targets, and what AUTHCODE001 says of it.</summary>
internal static class AnalyzedProject
{
    /// <summary>What is reported, in the order of the code. An assembly that the project references has no place in the code.</summary>
    internal static async Task<Diagnostic[]> ReportedAsync(string types, string excludeMsal = "true", string usedWithoutMsal = "", params MetadataReference[] references)
    {
        CSharpCompilation compilation = AnalyzedCode.Compile(types, withAuthCode: false, references);
        var options = new AnalyzerOptions([], new Properties(new Dictionary<string, string>
        {
            ["build_property.AuthCodeExcludeMsal"] = excludeMsal,
            ["build_property.AuthCodeAssembliesUsedWithoutMsal"] = usedWithoutMsal,
        }));
        return [.. (await compilation.WithAnalyzers([new AzureIdentityAnalyzer()], options).GetAnalyzerDiagnosticsAsync()).OrderBy(static diagnostic => diagnostic.Location.SourceSpan.Start)];
    }

    /// <summary>What is reported at members of a class, by what the messages begin with. Assemblies are left out.</summary>
    internal static async Task<string[]> UsedByAsync(string members, string usings = "", params MetadataReference[] references)
    {
        Diagnostic[] reported = await ReportedAsync($$"""
            #pragma warning disable SCME0002
            {{usings}}
            internal sealed class Program
            {
                {{members}}
            }
            """, references: references);
        return [.. reported.Where(static diagnostic => diagnostic.Location != Location.None).Select(static diagnostic => diagnostic.GetMessage(null).Split(' ')[0])];
    }

    /// <summary>The properties of a project that the compiler sees.</summary>
    private sealed class Properties(Dictionary<string, string> properties) : AnalyzerConfigOptionsProvider
    {
        public override AnalyzerConfigOptions GlobalOptions { get; } = new Values(properties);

        public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) => GlobalOptions;

        public override AnalyzerConfigOptions GetOptions(AdditionalText textFile) => GlobalOptions;

        private sealed class Values(Dictionary<string, string> properties) : AnalyzerConfigOptions
        {
            public override bool TryGetValue(string key, [NotNullWhen(true)] out string? value) => properties.TryGetValue(key, out value);
        }
    }
}
