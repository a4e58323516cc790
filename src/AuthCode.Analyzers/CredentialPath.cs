using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace AuthCode.Analyzers;

/// <summary>Where the value of an expression goes: from the expression outwards, to what all users share or to a local variable.</summary>
/// <remarks>
/// Implementation note: whatever is inside the factory of a singleton is shared. What a static field gets is shared only as long as the
/// value is the credential, or an object that was created with it, and not, for example, a result that was computed with it.
/// A function inside a factory runs later, and may be called once for each request; so there only what comes from outside it counts.
/// </remarks>
internal static class CredentialPath
{
    /// <summary>Follows a value.</summary>
    /// <param name="source">The expression.</param>
    /// <param name="isCredential">Whether the value is the credential itself, and not an object that was created with it.</param>
    /// <param name="keeper">The local variable that keeps the value; <see langword="null"/> if there is none.</param>
    /// <returns>What shares the value, as the beginning of a message; <see langword="null"/> if nothing does.</returns>
    internal static string? SharedBy(IOperation source, bool isCredential, out ILocalSymbol? keeper)
    {
        keeper = null;
        bool isKept = isCredential || source is not IInvocationOperation made || MayReturnHolder(made);
        for (IOperation child = source, parent; child.Parent is not null; child = parent)
        {
            parent = child.Parent;
            switch (parent)
            {
                case INameOfOperation or ILocalFunctionOperation:
                    return null;
                case IAnonymousFunctionOperation function when IsFactory(function) is { } shared:
                    return IsReadFromInside(source, function) ? null : shared;
                case IAnonymousFunctionOperation function:
                    if (IsFromInside(source, function))
                    {
                        return null;
                    }

                    // The function holds the variable.
                    isKept |= source is ILocalReferenceOperation or IParameterReferenceOperation;
                    break;
                case IArgumentOperation argument when SharedRegistrations.SharedBy(argument) is { } shared:
                    return shared;
                case IArgumentOperation { Parent: IInvocationOperation call } when isKept && StaticMembers.WrittenBy(call) is { } written:
                    return Static(written);
                case IInvocationOperation call:
                    isKept &= MayReturnHolder(call) && (call.Instance != child || (!isCredential && IsClient(call.Type)));
                    isCredential = false;
                    break;
                case IObjectCreationOperation:
                    isCredential = false;
                    break;
                case IAssignmentOperation assignment when isKept && assignment.Value == child && StaticMembers.WrittenBy(assignment) is { } member:
                    return Static(member);
                case IFieldInitializerOperation field when isKept && field.InitializedFields.FirstOrDefault(static field => field.IsStatic) is { } member:
                    return Static(member);
                case IPropertyInitializerOperation property when isKept && property.InitializedProperties.FirstOrDefault(static property => property.IsStatic) is { } member:
                    return Static(member);
                case IAssignmentOperation { Target: ILocalReferenceOperation local } assignment when isKept && assignment.Value == child:
                    keeper ??= local.Local;
                    break;
                case IVariableDeclaratorOperation variable when isKept:
                    keeper ??= variable.Symbol;
                    isKept = false;
                    break;
                default:
                    isKept &= Passes(parent, child);
                    break;
            }
        }

        return null;
    }

    /// <summary>What a registration shares whose factory is this function, or this method; <see langword="null"/> if it is none.</summary>
    internal static string? IsFactory(IOperation function)
    {
        IOperation? parent = function.Parent;
        while (parent is IDelegateCreationOperation or IConversionOperation)
        {
            parent = parent.Parent;
        }

        // A function that is the singleton itself runs later.
        return parent is IArgumentOperation { Parameter.OriginalDefinition.Type.TypeKind: TypeKind.Delegate } argument ? SharedRegistrations.SharedBy(argument) : null;
    }

    private static bool IsReadFromInside(IOperation source, IOperation function) =>
        source is ILocalReferenceOperation or IParameterReferenceOperation && CredentialSources.BelongsTo(source, function);

    private static bool IsFromInside(IOperation source, IOperation function) =>
        CredentialSources.BelongsTo(source, function) || CredentialSources.ReadsTheRequest(source);

    private static string Static(ISymbol member) =>
        $"The static {(member is IFieldSymbol ? "field" : "property")} '{member.Name}' is shared by all users, and keeps a UserCredential or an object that was created with one";

    // A client or a credential, and not data: text, a list, a task.
    private static bool MayReturnHolder(IInvocationOperation call) =>
        call.Type is { IsReferenceType: true, ContainingNamespace: { } space } && space.ToDisplayString() is var name
        && name != "System" && !name.StartsWith("System.", StringComparison.Ordinal);

    // What a client returns is data, unless it is a client as well: of a container, or from a builder.
    private static bool IsClient(ITypeSymbol? type) =>
        type is not null && (type.Name.EndsWith("Client", StringComparison.Ordinal) || type.Name.EndsWith("Builder", StringComparison.Ordinal));

    private static bool Passes(IOperation parent, IOperation child) => parent switch
    {
        IConditionalOperation choice => choice.Condition != child,
        ISwitchExpressionOperation choice => choice.Value != child,
        ISwitchExpressionArmOperation arm => arm.Value == child,
        IAssignmentOperation assignment => assignment.Value == child,
        IConversionOperation or ICoalesceOperation or IParenthesizedOperation or IArgumentOperation or IDelegateCreationOperation
            or ITupleOperation or IArrayInitializerOperation or IArrayCreationOperation or IAnonymousObjectCreationOperation
            or IObjectOrCollectionInitializerOperation or IMemberInitializerOperation or IVariableInitializerOperation
            or IReturnOperation or IBlockOperation => true,
        _ => false,
    };
}
