using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace AuthCode.Analyzers;

/// <summary>The static fields and properties that an operation writes to.</summary>
internal static class StaticMembers
{
    /// <summary>The member that an assignment sets, or whose element it sets; <see langword="null"/> if it sets something else.</summary>
    internal static ISymbol? WrittenBy(IAssignmentOperation assignment) =>
        Of(assignment.Target) ?? (assignment.Target is IPropertyReferenceOperation { Property.IsIndexer: true, Instance: { } collection } ? CollectionOf(collection) : null);

    /// <summary>The member that a call is given by reference, as <c>Interlocked</c> and <c>LazyInitializer</c> are, or the collection that it adds to; <see langword="null"/> if there is none.</summary>
    internal static ISymbol? WrittenBy(IInvocationOperation call) => call.Arguments
        .Where(static argument => argument.Parameter?.RefKind is RefKind.Ref)
        .Select(static argument => Of(argument.Value))
        .FirstOrDefault(static member => member is not null)
        ?? (call is { Instance: { } collection, TargetMethod.Name: "Add" or "TryAdd" or "GetOrAdd" or "AddOrUpdate" or "TryUpdate" or "Enqueue" or "Push" or "Insert" } ? CollectionOf(collection) : null);

    private static ISymbol? Of(IOperation target) =>
        target is IMemberReferenceOperation { Member: { IsStatic: true } and (IFieldSymbol or IPropertySymbol) } reference ? reference.Member : null;

    // An AsyncLocal is no collection, and what is kept for a key of a ConditionalWeakTable leaves with the key.
    private static ISymbol? CollectionOf(IOperation operation) =>
        operation.Type is { Name: not "ConditionalWeakTable" } type && type.AllInterfaces.Any(static type => type.SpecialType == SpecialType.System_Collections_IEnumerable)
            ? Of(operation)
            : null;
}
