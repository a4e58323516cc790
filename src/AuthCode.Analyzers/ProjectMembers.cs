using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace AuthCode.Analyzers;

/// <summary>
/// The methods, fields and properties of a project that lead to a <c>UserCredential</c> which is not among the arguments, and the places where
/// all users share what one of them returns or keeps. The two are joined when the whole project is known.
/// </summary>
/// <param name="sources">What a <c>UserCredential</c> is read from.</param>
/// <param name="holders">Which types may hold a credential.</param>
internal sealed class ProjectMembers(CredentialSources sources, HolderTypes holders)
{
    private readonly ConcurrentDictionary<ISymbol, bool> _resolving = new(SymbolEqualityComparer.Default);
    private readonly ConcurrentBag<(ISymbol Member, ISymbol? From)> _keeping = [];
    private readonly ConcurrentBag<(ISymbol Member, Location Location, Sharing Shared)> _shared = [];

    /// <summary>The member that an expression calls or reads, if it may lead to a credential; <see langword="null"/> if it is something else.</summary>
    internal ISymbol? ReadBy(IOperation operation) => operation switch
    {
        IInvocationOperation call when IsOfProject(call.TargetMethod) && (IsGivenServices(call) || IsGivenData(call.TargetMethod)) => Definition(call.TargetMethod),
        IMethodReferenceOperation reference when IsOfProject(reference.Method) && (CredentialPath.IsFactory(reference) is not null || (CredentialPath.ReturnsWhatIsKept(reference) && IsGivenData(reference.Method))) =>
            Definition(reference.Method),
        IFieldReferenceOperation or IPropertyReferenceOperation when IsOfInstance((IMemberReferenceOperation)operation) && holders.MayHold(operation.Type) =>
            ((IMemberReferenceOperation)operation).Member.OriginalDefinition,
        _ => null,
    };

    /// <summary>Whether a call is given the services, so that whatever it does with them inside the factory of a singleton is shared.</summary>
    internal static bool IsGivenServices(IOperation operation) =>
        operation is IMethodReferenceOperation
        || (operation is IInvocationOperation call && call.Arguments.Any(static argument => argument.Parameter?.Type.Name == nameof(IServiceProvider)));

    /// <summary>Notes a method that resolves a credential from services that it is given.</summary>
    /// <param name="operation">An expression that is a credential.</param>
    /// <param name="owner">The method that contains it.</param>
    internal void Resolves(IOperation operation, ISymbol owner)
    {
        if (operation is IInvocationOperation && FunctionOf(operation, owner) is { } function && CredentialSources.Origin(operation) is IParameterSymbol parameter
            && SymbolEqualityComparer.Default.Equals(parameter.ContainingSymbol, function))
        {
            _resolving.TryAdd(function, true);
        }
    }

    /// <summary>Notes a member that keeps or returns a credential, an object that was created with one, or what another member keeps or returns.</summary>
    internal void Keeps(ISymbol? member, ISymbol? from)
    {
        switch (member)
        {
            case IFieldSymbol or IPropertySymbol:
                _keeping.Add((member, from));
                break;
            case IMethodSymbol { AssociatedSymbol: IPropertySymbol property }:
                _keeping.Add((property.OriginalDefinition, from));
                break;
            case IMethodSymbol method when IsGivenData(method):
                _keeping.Add((Definition(method), from));
                break;
        }
    }

    /// <summary>Notes a place where all users share what a member returns or keeps.</summary>
    internal void Shares(ISymbol member, Location location, Sharing shared) => _shared.Add((member, location, shared));

    /// <summary>Reports each place where all users share what leads to a credential.</summary>
    internal void Report(CompilationAnalysisContext context, DiagnosticDescriptor descriptor)
    {
        HashSet<ISymbol> keeping = AllThatKeep();
        foreach ((ISymbol member, Location location, Sharing shared) in _shared)
        {
            if (_resolving.ContainsKey(member) || keeping.Contains(member))
            {
                context.ReportDiagnostic(Diagnostic.Create(descriptor, location, shared.Cause, shared.Remedy));
            }
        }
    }

    private HashSet<ISymbol> AllThatKeep()
    {
        var all = new HashSet<ISymbol>(SymbolEqualityComparer.Default);
        ILookup<ISymbol, ISymbol> byOrigin = _keeping.Where(static pair => pair.From is not null).ToLookup(static pair => pair.From!, static pair => pair.Member, SymbolEqualityComparer.Default);
        var next = new Queue<ISymbol>(_keeping.Where(static pair => pair.From is null).Select(static pair => pair.Member));
        while (next.Count > 0)
        {
            ISymbol member = next.Dequeue();
            if (all.Add(member))
            {
                foreach (ISymbol follower in byOrigin[member])
                {
                    next.Enqueue(follower);
                }
            }
        }

        return all;
    }

    private static bool IsOfProject(ISymbol member) => !member.DeclaringSyntaxReferences.IsEmpty;

    private static IMethodSymbol Definition(IMethodSymbol method) => (method.ReducedFrom ?? method).OriginalDefinition;

    // What a method is given is followed where it is called.
    private bool IsGivenData(IMethodSymbol method) =>
        method.MethodKind is MethodKind.Ordinary or MethodKind.LocalFunction or MethodKind.ReducedExtension
        && holders.MayHold(method.OriginalDefinition.ReturnType) && !method.Parameters.Any(parameter => sources.IsCredential(parameter.Type) || holders.MayHold(parameter.Type));

    // Another object may belong to another request, or to none.
    private static bool IsOfInstance(IMemberReferenceOperation reference) =>
        reference.Instance is IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ContainingTypeInstance } && IsOfProject(reference.Member);

    // A lambda is none: it runs when it is called, with the services that it is given then.
    private static ISymbol? FunctionOf(IOperation operation, ISymbol owner)
    {
        for (IOperation? parent = operation.Parent; parent is not null; parent = parent.Parent)
        {
            switch (parent)
            {
                case IAnonymousFunctionOperation:
                    return null;
                case ILocalFunctionOperation function:
                    return function.Symbol;
            }
        }

        return owner;
    }
}
