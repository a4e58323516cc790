using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace AuthCode.Analyzers;

/// <summary>AUTHCODE001: with AuthCodeExcludeMsal on, MSAL is not in the output, so a type of Azure.Identity fails when it is used.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class AzureIdentityAnalyzer : DiagnosticAnalyzer
{
    private static readonly DiagnosticDescriptor NeedsMsal = new(
        "AUTHCODE001",
        "A type of Azure.Identity needs MSAL, which AuthCodeExcludeMsal takes out",
        "{0} needs MSAL, which AuthCodeExcludeMsal takes out of the output, and so fails when it runs: use AuthCode's types, or do not set AuthCodeExcludeMsal",
        "AuthCode",
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description: "Azure.Core from 1.53 on holds the types of Azure.Identity, which call MSAL.");

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = ImmutableArray.Create(NeedsMsal);

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.Analyze | GeneratedCodeAnalysisFlags.ReportDiagnostics);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(static start =>
        {
            AnalyzerConfigOptions options = start.Options.AnalyzerConfigOptionsProvider.GlobalOptions;
            if (options.TryGetValue("build_property.AuthCodeExcludeMsal", out string? excludes)
                && string.Equals(excludes, "true", StringComparison.OrdinalIgnoreCase))
            {
                start.RegisterSyntaxNodeAction(Check, SyntaxKind.IdentifierName);
            }
        });
    }

    private static void Check(SyntaxNodeAnalysisContext context)
    {
        var name = (IdentifierNameSyntax)context.Node;
        if (context.SemanticModel.GetSymbolInfo(name, context.CancellationToken).Symbol is INamedTypeSymbol type && CallsMsal(type))
        {
            context.ReportDiagnostic(Diagnostic.Create(NeedsMsal, name.GetLocation(), type.ToDisplayString()));
        }
    }

    private static bool CallsMsal(INamedTypeSymbol type) =>
        type.TypeKind is TypeKind.Class
        && type.ContainingNamespace.ToDisplayString() == "Azure.Identity"
        && type.ContainingAssembly.Name is ("Azure.Core" or "Azure.Identity")
        && !IsHarmless(type);

    // Exceptions and lists of constants, which call nothing.
    private static bool IsHarmless(INamedTypeSymbol type)
    {
        for (INamedTypeSymbol? parent = type; parent is not null; parent = parent.BaseType)
        {
            if (parent.ToDisplayString() is "System.Exception")
            {
                return true;
            }
        }

        return type.Name is "AzureAuthorityHosts" or "IdentityModelFactory";
    }
}
