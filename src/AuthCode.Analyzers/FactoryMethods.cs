using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace AuthCode.Analyzers;

/// <summary>The methods of a project that resolve a <c>UserCredential</c> from services that they are given, and the places where what all users share calls a method with its services.</summary>
/// <param name="sources">What a <c>UserCredential</c> is read from.</param>
internal sealed class FactoryMethods(CredentialSources sources)
{
    private readonly ConcurrentDictionary<ISymbol, bool> _resolving = new(SymbolEqualityComparer.Default);
    private readonly ConcurrentBag<(IMethodSymbol Method, Location Location, string Shared)> _called = [];

    /// <summary>Notes an operation that is either.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="owner">The method that contains it.</param>
    internal void Note(IOperation operation, ISymbol owner)
    {
        switch (operation)
        {
            case IInvocationOperation call when sources.Contains(call):
                if (FunctionOf(call, owner) is { } function && CredentialSources.Origin(call) is IParameterSymbol parameter
                    && SymbolEqualityComparer.Default.Equals(parameter.ContainingSymbol, function))
                {
                    _resolving.TryAdd(function, true);
                }

                break;
            case IInvocationOperation call when IsOfProject(call.TargetMethod) && call.Arguments.Any(static argument => argument.Parameter?.Type.Name == nameof(IServiceProvider)):
                if (CredentialPath.SharedBy(call, isCredential: false, out _) is { } sharedByCaller)
                {
                    _called.Add((call.TargetMethod, call.Syntax.GetLocation(), sharedByCaller));
                }

                break;
            case IMethodReferenceOperation reference when IsOfProject(reference.Method) && CredentialPath.IsFactory(reference) is { } shared:
                _called.Add((reference.Method, reference.Syntax.GetLocation(), shared));
                break;
        }
    }

    /// <summary>Reports each place that calls one of the methods.</summary>
    internal void Report(CompilationAnalysisContext context, DiagnosticDescriptor descriptor)
    {
        foreach ((IMethodSymbol method, Location location, string shared) in _called)
        {
            if (_resolving.ContainsKey(Definition(method)))
            {
                context.ReportDiagnostic(Diagnostic.Create(descriptor, location, shared));
            }
        }
    }

    private static bool IsOfProject(IMethodSymbol method) => !method.DeclaringSyntaxReferences.IsEmpty;

    private static IMethodSymbol Definition(IMethodSymbol method) => (method.ReducedFrom ?? method).OriginalDefinition;

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
