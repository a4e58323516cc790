using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace AuthCode.Analyzers;

/// <summary>
/// Reports AUTHCODE002 where an <c>AuthCode.UserCredential</c>, or an object that was created with one, would be shared by users: in a client of
/// <c>AddAzureClients</c>, a singleton, a hosted service, or a static field or property.
/// </summary>
/// <remarks>
/// Such code throws at run time, once it is reached in the wrong scope. The analyzer follows local variables, and one call to a method of the
/// project that is given the services. It does not look into other assemblies.
/// </remarks>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class UserCredentialAnalyzer : DiagnosticAnalyzer
{
    private static readonly DiagnosticDescriptor Descriptor = new(
        "AUTHCODE002",
        "A UserCredential must not be shared by users",
        "{0}. Azure SDK clients keep the tokens of their credential, so one user would get the token of another. Register the client with AddUserClient<T>, or call AddUserToken for an HTTP client.",
        "AuthCode",
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        customTags: WellKnownDiagnosticTags.CompilationEnd,
        description: "A UserCredential follows the user of one request. It throws when it is used in the scope of another, or by a singleton.");

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = ImmutableArray.Create(Descriptor);

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.Analyze | GeneratedCodeAnalysisFlags.ReportDiagnostics);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(static start =>
        {
            if (start.Compilation.GetTypeByMetadataName("AuthCode.UserCredential") is { } credential)
            {
                var sources = new CredentialSources(credential);
                var factories = new FactoryMethods(sources);
                start.RegisterOperationBlockAction(block => Check(block, sources, factories));
                start.RegisterCompilationEndAction(end => factories.Report(end, Descriptor));
            }
        });
    }

    private static void Check(OperationBlockAnalysisContext context, CredentialSources sources, FactoryMethods factories)
    {
        // The variables that keep a credential as another type, or an object that was created with one.
        var keepers = new HashSet<ILocalSymbol>(SymbolEqualityComparer.Default);
        foreach (IOperation operation in context.OperationBlocks.SelectMany(static block => block.DescendantsAndSelf()))
        {
            bool isCredential = sources.Contains(operation);
            if (isCredential || (operation is ILocalReferenceOperation local && keepers.Contains(local.Local)))
            {
                string? shared = CredentialPath.SharedBy(operation, isCredential, out ILocalSymbol? keeper);
                if (keeper is not null)
                {
                    keepers.Add(keeper);
                }

                if (shared is not null)
                {
                    context.ReportDiagnostic(Diagnostic.Create(Descriptor, operation.Syntax.GetLocation(), shared));
                }
            }

            if (operation is IInvocationOperation call && SharedRegistrations.ImplementationOf(call) is { } implementation && sources.IsTakenBy(implementation))
            {
                context.ReportDiagnostic(Diagnostic.Create(
                    Descriptor, call.Syntax.GetLocation(), $"'{implementation.Name}' is registered as a singleton, which all users share, and {(sources.IsCredential(implementation) ? "follows one user" : "its constructor takes a UserCredential")}"));
            }

            factories.Note(operation, context.OwningSymbol);
        }
    }
}
