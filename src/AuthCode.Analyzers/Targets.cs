using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace AuthCode.Analyzers;

/// <summary>The variable that the target of an assignment begins with.</summary>
internal static class Targets
{
    /// <summary>
    /// The static member or the local variable that is written to, or that leads to the object that is written to; or the field or property of
    /// the instance that is written to. <see langword="null"/> if it is something else, or belongs to one request or one flow of calls.
    /// </summary>
    internal static ISymbol? RootOf(IOperation target)
    {
        bool isMember = false, isElement = false;
        for (IOperation? part = target; part is not null;)
        {
            switch (part)
            {
                case IMemberReferenceOperation { Member: { IsStatic: true } and (IFieldSymbol or IPropertySymbol) } reference:
                    return !isMember || IsStored(reference.Member) ? reference.Member : null;
                case ILocalReferenceOperation local:
                    return local.Local;
                case IMemberReferenceOperation { Instance: IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ContainingTypeInstance } } reference:
                    return !isMember && !isElement && reference.Member is IFieldSymbol or IPropertySymbol ? reference.Member : null;
                case IPropertyReferenceOperation { Property.IsIndexer: true } element when !BelongsToOne(element.Instance?.Type):
                    isElement = true;
                    part = element.Instance;
                    break;
                case IFieldReferenceOperation or IPropertyReferenceOperation when part is IMemberReferenceOperation member && !BelongsToOne(member.Instance?.Type):
                    isMember = true;
                    part = member.Instance;
                    break;
                case IArrayElementReferenceOperation element:
                    isElement = true;
                    part = element.ArrayReference;
                    break;
                case IConversionOperation conversion:
                    part = conversion.Operand;
                    break;
                case IConditionalAccessInstanceOperation:
                    part = AccessedBy(part);
                    break;
                default:
                    return null;
            }
        }

        return null;
    }

    /// <summary>The static member that a local variable refers to; <see langword="null"/> if it refers to something else.</summary>
    internal static ISymbol? ReferredBy(ILocalSymbol reference, IOperation from)
    {
        IOperation root = from;
        while (root.Parent is { } parent)
        {
            root = parent;
        }

        return root.Descendants().OfType<IVariableDeclaratorOperation>()
            .FirstOrDefault(variable => SymbolEqualityComparer.Default.Equals(variable.Symbol, reference))
            ?.GetVariableInitializer()?.Value is { } value && RootOf(value) is { IsStatic: true } member ? member : null;
    }

    private static IOperation? AccessedBy(IOperation instance)
    {
        IOperation child = instance;
        while (child.Parent is { } parent)
        {
            if (parent is IConditionalAccessOperation access && access.WhenNotNull == child)
            {
                return access.Operation;
            }

            child = parent;
        }

        return null;
    }

    // A property that is computed may lead to the current request.
    private static bool IsStored(ISymbol member) =>
        member is IFieldSymbol
        || member.ContainingType.OriginalDefinition.GetMembers().Any(field => field is IFieldSymbol { AssociatedSymbol: { } property } && SymbolEqualityComparer.Default.Equals(property, member.OriginalDefinition));

    private static bool BelongsToOne(ITypeSymbol? type) =>
        type is null or { Name: "AsyncLocal" or "ThreadLocal" or "ConditionalWeakTable" or "HttpContext" or "IHttpContextAccessor" or "HttpContextAccessor" or "Activity" };
}
