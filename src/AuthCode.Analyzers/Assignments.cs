using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace AuthCode.Analyzers;

/// <summary>What an operation writes a value to: a static member, which all users share, or a variable, which is followed.</summary>
/// <param name="holders">Which types may hold a credential.</param>
internal sealed class Assignments(HolderTypes holders)
{
    /// <summary>What shares the value that an operation writes; <see langword="null"/> if nothing does.</summary>
    /// <param name="operation">The operation, for example an assignment.</param>
    /// <param name="value">The part of it that is the value.</param>
    /// <param name="source">The expression that the value comes from.</param>
    /// <param name="keeper">The variable that the value is written to, if none is known yet.</param>
    internal Sharing? To(IOperation operation, IOperation value, IOperation source, ref ISymbol? keeper)
    {
        switch (operation)
        {
            case IDeconstructionAssignmentOperation:
                return null;
            case IAssignmentOperation assignment when assignment.Value == value:
                return Into(assignment.Target, source, ref keeper);
            case ITupleOperation { Parent: IDeconstructionAssignmentOperation { Target: var target } all } tuple when all.Value == tuple:
                return Inside(target) is ITupleOperation { Elements: var targets } && tuple.Elements.IndexOf(value) is var index and >= 0 && index < targets.Length
                    ? Into(Inside(targets[index]), source, ref keeper)
                    : null;
            case IEventAssignmentOperation { Adds: true, EventReference: IEventReferenceOperation { Event: { IsStatic: true } member } } handler when handler.HandlerValue == value:
                return Sharing.ByStatic(member);
            case IFieldInitializerOperation field:
                return field.InitializedFields.FirstOrDefault() is { } first ? IntoMember(first, ref keeper) : null;
            case IPropertyInitializerOperation property:
                return property.InitializedProperties.FirstOrDefault() is { } only ? IntoMember(only, ref keeper) : null;
            case IIsPatternOperation pattern when pattern.Value == value:
                keeper ??= VariableOf(pattern.Pattern);
                return null;
            case IForEachLoopOperation { LoopControlVariable: IVariableDeclaratorOperation variable } loop when loop.Collection == value && holders.MayHold(variable.Symbol.Type):
                keeper ??= variable.Symbol;
                return null;
            default:
                return null;
        }
    }

    /// <summary>
    /// What shares the argument of a call: a member that is given by reference, as to <c>Interlocked</c> and <c>LazyInitializer</c>,
    /// a collection that the call adds to, or a memory cache; <see langword="null"/> if nothing does.
    /// </summary>
    internal Sharing? To(IInvocationOperation call, IOperation source, ref ISymbol? keeper)
    {
        foreach (IArgumentOperation argument in call.Arguments)
        {
            if (argument.Parameter?.RefKind is RefKind.Ref or RefKind.Out && holders.MayHold(argument.Parameter.Type)
                && Into(Inside(argument.Value), source, ref keeper) is { } written)
            {
                return written;
            }
        }

        if (call.TargetMethod is { Name: "Set" or "GetOrCreate" or "GetOrCreateAsync" } method && method.ContainingNamespace?.ToDisplayString() == "Microsoft.Extensions.Caching.Memory")
        {
            return Sharing.ByMemoryCache(method);
        }

        return call.TargetMethod.Name is "Add" or "TryAdd" or "GetOrAdd" or "AddOrUpdate" or "TryUpdate" or "Enqueue" or "Push" or "Insert" or "AddRange" or "InsertRange" or "AddFirst" or "AddLast"
            && CredentialSources.ReceiverOf(call) is { } collection && IsCollection(collection.Type)
            ? Into(collection, source, ref keeper)
            : null;
    }

    private static Sharing? Into(IOperation target, IOperation source, ref ISymbol? keeper)
    {
        ISymbol? root = Targets.RootOf(target);
        if (root is ILocalSymbol { RefKind: RefKind.Ref } reference)
        {
            root = Targets.ReferredBy(reference, target) ?? root;
        }

        switch (root)
        {
            case null:
                return null;
            case ILocalSymbol local when IsSharedByCalls(local, target, source):
                return Sharing.ByVariable(local);
            case ILocalSymbol local:
                keeper ??= local;
                return null;
            default:
                return IntoMember(root, ref keeper);
        }
    }

    private static Sharing? IntoMember(ISymbol member, ref ISymbol? keeper)
    {
        if (member.IsStatic)
        {
            return Sharing.ByStatic(member);
        }

        keeper ??= member.OriginalDefinition;
        return null;
    }

    // Microsoft's builders keep the function and call it for each request, with the credential or the services of the request. Others call
    // it for the request, or in the job, that they are called in: the events of a response, for example, or a strategy that repeats.
    private static bool IsSharedByCalls(ILocalSymbol local, IOperation target, IOperation source)
    {
        for (IOperation? parent = target.Parent; parent is not null && !IsDeclaredIn(local, parent); parent = parent.Parent)
        {
            if (parent is IAnonymousFunctionOperation { Parent: IDelegateCreationOperation { Parent: var around } } function
                && (around is IConversionOperation conversion ? conversion.Parent : around) is IArgumentOperation { Parent: IInvocationOperation call }
                && IsOfABuilder(call)
                && CredentialSources.BelongsTo(source, function))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsOfABuilder(IInvocationOperation call) =>
        call.TargetMethod.ContainingNamespace?.ToDisplayString().StartsWith("Microsoft.", StringComparison.Ordinal) == true
        && CredentialSources.ReceiverOf(call)?.Type is { } receiver
        && (IsBuilder(receiver) || receiver.AllInterfaces.Any(IsBuilder));

    private static bool IsBuilder(ITypeSymbol type) =>
        TypeShape.IsNamed(type, "Builder") || TypeShape.IsNamed(type, "Options") || type.Name is "IServiceCollection";

    private static bool IsDeclaredIn(ILocalSymbol local, IOperation operation) =>
        operation is IAnonymousFunctionOperation or ILocalFunctionOperation
        && local.DeclaringSyntaxReferences.Any(declaration => declaration.SyntaxTree == operation.Syntax.SyntaxTree && operation.Syntax.Span.Contains(declaration.Span));

    private static ISymbol? VariableOf(IPatternOperation pattern) => pattern switch
    {
        IDeclarationPatternOperation declaration => declaration.DeclaredSymbol,
        IRecursivePatternOperation recursive => recursive.DeclaredSymbol,
        INegatedPatternOperation negated => VariableOf(negated.Pattern),
        _ => null,
    };

    private static IOperation Inside(IOperation target) => target is IDeclarationExpressionOperation declaration ? declaration.Expression : target;

    // An AsyncLocal is no collection, and what is kept for a key of a ConditionalWeakTable leaves with the key.
    private static bool IsCollection(ITypeSymbol? type) =>
        type is { Name: not "ConditionalWeakTable" } && type.AllInterfaces.Any(static type => type.SpecialType == SpecialType.System_Collections_IEnumerable);
}
