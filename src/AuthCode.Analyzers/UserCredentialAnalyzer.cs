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
/// Such code usually throws at run time, once it is reached in the wrong scope. The analyzer follows local variables, the fields and properties
/// of an instance, and the methods of the project that return a client. It does not look into other assemblies.
/// </remarks>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class UserCredentialAnalyzer : DiagnosticAnalyzer
{
    private const string Id = "AUTHCODE002";
    private const string Category = "AuthCode";
    private const string Title = "A UserCredential must not be shared by users";
    private const string Message = "{0}. {1}.";
    private const string Description = "A UserCredential follows the user of one request. It throws when it is used in the scope of another, or by a singleton. Azure SDK clients keep the tokens of their credential, and do not ask whose request it is.";

    private static readonly DiagnosticDescriptor AtOnce = new(Id, Title, Message, Category, DiagnosticSeverity.Warning, isEnabledByDefault: true, Description, HelpPage.Of(Id));

    // Of its own, since editors show what carries the tag only after a build.
    private static readonly DiagnosticDescriptor AtTheEnd = new(
        Id, Title, Message, Category, DiagnosticSeverity.Warning, isEnabledByDefault: true, Description, HelpPage.Of(Id), WellKnownDiagnosticTags.CompilationEnd);

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = ImmutableArray.Create(AtOnce, AtTheEnd);

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
                var holders = new HolderTypes(start.Compilation);
                var members = new ProjectMembers(sources, holders);
                var path = new CredentialPath(holders);
                start.RegisterOperationBlockAction(block => Check(block, sources, path, members));
                start.RegisterCompilationEndAction(end => members.Report(end, AtTheEnd));
            }
        });
    }

    private static void Check(OperationBlockAnalysisContext context, CredentialSources sources, CredentialPath path, ProjectMembers members)
    {
        // The variables that keep a credential, or an object that was created with one, and the member that it was read from; and those that keep a function that resolves one.
        var keepers = new Dictionary<ISymbol, ISymbol?>(SymbolEqualityComparer.Default);
        var functions = new HashSet<ISymbol>(SymbolEqualityComparer.Default);
        foreach (IOperation operation in context.OperationBlocks.SelectMany(static block => block.DescendantsAndSelf()))
        {
            bool isCredential = sources.Contains(operation);
            ISymbol? from = null;
            if (isCredential || (operation is ILocalReferenceOperation local && keepers.TryGetValue(local.Local, out from)) || (from = members.ReadBy(operation)) is not null)
            {
                CredentialEnd end = path.Follow(operation, isCredential, onlyKept: from is not null && !ProjectMembers.IsGivenServices(operation));
                Note(end, from);
                if (end.Shared is { } shared)
                {
                    Report(operation, from, shared);
                }
            }
            else if (operation is ILocalReferenceOperation function && functions.Contains(function.Local) && CredentialPath.IsFactory(operation) is { } shared)
            {
                Report(operation, null, shared);
            }

            if (isCredential)
            {
                members.Resolves(operation, context.OwningSymbol);
            }

            if (SharedClasses.CreatedBy(operation, sources) is { } created)
            {
                Report(operation, null, created);
            }
        }

        void Note(CredentialEnd end, ISymbol? from)
        {
            if (end.Keeper is ILocalSymbol keeper)
            {
                keepers[keeper] = keepers.TryGetValue(keeper, out ISymbol? known) && known is null ? null : from;
            }
            else
            {
                members.Keeps(end.Keeper, from);
            }

            if (end.Function is { } function)
            {
                functions.Add(function);
            }

            members.Keeps(end.IsReturned ? context.OwningSymbol : end.ReturnedBy, from);
        }

        void Report(IOperation operation, ISymbol? from, Sharing shared)
        {
            if (from is null)
            {
                context.ReportDiagnostic(Diagnostic.Create(AtOnce, operation.Syntax.GetLocation(), shared.Cause, shared.Remedy));
            }
            else
            {
                members.Shares(from, operation.Syntax.GetLocation(), shared);
            }
        }
    }
}
