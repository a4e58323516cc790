using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace AuthCode.Analyzers;

/// <summary>
/// Reports AUTHCODE001 for each use of an <c>Azure.Identity</c> type that needs MSAL in a project that sets <c>AuthCodeExcludeMsal</c>.
/// Without MSAL in the output, such a use compiles but fails at run time.
/// </summary>
/// <remarks>Exceptions, <c>AzureAuthorityHosts</c> and <c>IdentityModelFactory</c> do not need MSAL and are not reported.</remarks>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class AzureIdentityAnalyzer : DiagnosticAnalyzer
{
    private static readonly DiagnosticDescriptor Descriptor = new(
        "AUTHCODE001",
        "An Azure.Identity type needs MSAL, which AuthCodeExcludeMsal removes",
        "{0} needs MSAL, which AuthCodeExcludeMsal removes from the output, so it fails at run time. Use the types of AuthCode, or do not set AuthCodeExcludeMsal.",
        "AuthCode",
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description: "Azure.Core 1.53 and later contains the types of Azure.Identity. Their credentials call MSAL, which is not in the output of a project that sets AuthCodeExcludeMsal.");

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = ImmutableArray.Create(Descriptor);

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.Analyze | GeneratedCodeAnalysisFlags.ReportDiagnostics);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(static start =>
        {
            AnalyzerConfigOptions options = start.Options.AnalyzerConfigOptionsProvider.GlobalOptions;
            if (options.TryGetValue("build_property.AuthCodeExcludeMsal", out string? value)
                && string.Equals(value, "true", StringComparison.OrdinalIgnoreCase))
            {
                start.RegisterSyntaxNodeAction(Check, SyntaxKind.IdentifierName);
            }
        });
    }

    private static void Check(SyntaxNodeAnalysisContext context)
    {
        var name = (IdentifierNameSyntax)context.Node;
        if (context.SemanticModel.GetSymbolInfo(name, context.CancellationToken).Symbol is INamedTypeSymbol type && NeedsMsal(type))
        {
            context.ReportDiagnostic(Diagnostic.Create(Descriptor, name.GetLocation(), type.ToDisplayString()));
        }
    }

    private static bool NeedsMsal(INamedTypeSymbol type) =>
        type.TypeKind is TypeKind.Class
        && type.ContainingNamespace.ToDisplayString() == "Azure.Identity"
        && type.ContainingAssembly.Name is ("Azure.Core" or "Azure.Identity")
        && !WorksWithoutMsal(type);

    // Exceptions, constants and the factory of models do not call MSAL.
    private static bool WorksWithoutMsal(INamedTypeSymbol type)
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
