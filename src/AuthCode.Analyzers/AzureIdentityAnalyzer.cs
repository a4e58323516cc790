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
/// <remarks>
/// The project's own code is looked at, and the assemblies that it references: <see cref="ReferencedAssemblies"/>. Whether the code of such
/// an assembly is reached is not known, so it has a message of its own, and the item <c>AuthCodeUsedWithoutMsal</c> says that it is not. A
/// name behind which no code runs is not reported: <see cref="OnlyNamed"/>.
/// </remarks>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class AzureIdentityAnalyzer : DiagnosticAnalyzer
{
    private const string Id = "AUTHCODE001";
    private const string Category = "AuthCode";
    private const string Title = "An Azure.Identity type needs MSAL, which AuthCodeExcludeMsal removes";
    private const string Message = "{0} needs MSAL, which AuthCodeExcludeMsal removes from the output, so it fails at run time. Use the types of AuthCode, or do not set AuthCodeExcludeMsal.";
    private const string MessageOfReferences = "{0} uses {1}, which needs MSAL. AuthCodeExcludeMsal removes MSAL from the output, so this code of {0} fails at run time if it is reached. If the program does not reach it, add <AuthCodeUsedWithoutMsal Include=\"{0}\" /> to the project, otherwise do not set AuthCodeExcludeMsal.";
    private const string Description = "Azure.Core 1.53 and later contains the types of Azure.Identity. Their credentials call MSAL, which is not in the output of a project that sets AuthCodeExcludeMsal.";

    private static readonly DiagnosticDescriptor InTheCode = new(Id, Title, Message, Category, DiagnosticSeverity.Warning, isEnabledByDefault: true, Description, HelpPage.Of(Id));

    // Of its own, since editors show what carries the tag only after a build.
    private static readonly DiagnosticDescriptor InReferences = new(
        Id, Title, MessageOfReferences, Category, DiagnosticSeverity.Warning, isEnabledByDefault: true, Description, HelpPage.Of(Id), WellKnownDiagnosticTags.CompilationEnd);

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = ImmutableArray.Create(InTheCode, InReferences);

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
                if (AzureIdentityTypes.AreIn(start.Compilation))
                {
                    start.RegisterSyntaxNodeAction(Check, SyntaxKind.IdentifierName, SyntaxKind.GenericName);
                }

                HashSet<string> usedWithout = AssembliesIn(options);
                start.RegisterCompilationEndAction(end =>
                {
                    foreach ((string assembly, string type) in ReferencedAssemblies.ThatNeedMsal(end.Compilation, end.CancellationToken).Where(found => !usedWithout.Contains(found.Assembly)))
                    {
                        end.ReportDiagnostic(Diagnostic.Create(InReferences, Location.None, assembly, type));
                    }
                });
            }
        });
    }

    // The targets of the package join the items by commas: a semicolon begins a comment in the file that the compiler reads.
    private static HashSet<string> AssembliesIn(AnalyzerConfigOptions options) =>
        options.TryGetValue("build_property.AuthCodeAssembliesUsedWithoutMsal", out string? names)
            ? new(names.Split(',').Select(static name => name.Trim()), StringComparer.OrdinalIgnoreCase)
            : [];

    private static void Check(SyntaxNodeAnalysisContext context)
    {
        // The type behind var is named where the value comes from.
        var name = (SimpleNameSyntax)context.Node;
        if (!name.IsVar && UsedBy(name, context) is { } used && !OnlyNamed.Contains(name, context.SemanticModel, context.CancellationToken))
        {
            context.ReportDiagnostic(Diagnostic.Create(InTheCode, name.GetLocation(), used));
        }
    }

    // What is called as an extension method, or is in scope by a using static directive, does not name the class that needs MSAL.
    private static string? UsedBy(SimpleNameSyntax name, SyntaxNodeAnalysisContext context) => context.SemanticModel.GetSymbolInfo(name, context.CancellationToken).Symbol switch
    {
        INamedTypeSymbol type when AzureIdentityTypes.NeedMsal(type) => type.ToDisplayString(),
        IMethodSymbol { ReducedFrom: { } extension } when AzureIdentityTypes.NeedMsal(extension.ContainingType) => NameOf(extension),
        IMethodSymbol method when AzureIdentityTypes.AddsClient(method.ReducedFrom ?? method) || AzureIdentityTypes.CreatesRecord(method) => NameOf(method),
        IFieldSymbol { IsConst: true } => null,
        { IsStatic: true, ContainingType: { } type } member when !IsQualified(name) && AzureIdentityTypes.NeedMsal(type) => NameOf(member),
        _ => null,
    };

    private static bool IsQualified(SimpleNameSyntax name) => name.Parent is MemberAccessExpressionSyntax access && access.Name == name;

    private static string NameOf(ISymbol member) => $"{member.ContainingType.ToDisplayString()}.{member.Name}";
}
