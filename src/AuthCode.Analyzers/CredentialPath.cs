using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace AuthCode.Analyzers;

/// <summary>Where the value of an expression goes: from the expression outwards, to what all users share, to a variable, or to the caller.</summary>
/// <param name="holders">Which types may hold a credential.</param>
/// <remarks>
/// Implementation note: whatever is inside the factory of a singleton is shared. What a static field gets is shared only as long as the
/// value is the credential, or an object that was created with it, and not, for example, a result that was computed with it.
/// A function inside a factory runs later, and may be called once for each request; so there only what comes from outside it counts.
/// </remarks>
internal sealed class CredentialPath(HolderTypes holders)
{
    private readonly Assignments _assignments = new(holders);

    /// <summary>Follows a value.</summary>
    /// <param name="source">The expression.</param>
    /// <param name="isCredential">Whether the value is the credential itself, and not an object that was created with it.</param>
    /// <param name="onlyKept">Whether to stop where the value is no longer kept, and so not to report what a factory merely reads.</param>
    internal CredentialEnd Follow(IOperation source, bool isCredential, bool onlyKept = false)
    {
        ISymbol? keeper = null;
        bool isKept = isCredential || source is not IInvocationOperation made || holders.MayHold(made.Type);
        bool isReturned = false;
        for (IOperation child = source, parent; child.Parent is not null && (isKept || isReturned || !onlyKept); child = parent)
        {
            parent = child.Parent;
            switch (parent)
            {
                case INameOfOperation:
                    return default;
                case ILocalFunctionOperation function:
                    return new(keeper: keeper, returnedBy: isReturned ? function.Symbol : null);
                case IAnonymousFunctionOperation function when IsFactory(function) is { } shared:
                    return new(IsReadFromInside(source, function) ? null : shared, keeper);
                case IAnonymousFunctionOperation function:
                    bool isFromInside = IsFromInside(source, function);
                    if (isFromInside && !(isReturned && ReturnsWhatIsKept(function) && CredentialSources.Origin(source) is not IParameterSymbol))
                    {
                        return new(keeper: keeper, function: VariableOf(function));
                    }

                    // Another function holds the variables that it reads.
                    isKept = isReturned || (source is ILocalReferenceOperation or IParameterReferenceOperation && !ReturnsWhatIsKept(function));
                    isReturned = false;
                    break;
                case IArgumentOperation argument when SharedRegistrations.SharedBy(argument) is { } shared:
                    return new(isKept ? shared : null, keeper);
                case IArgumentOperation { Parent: IInvocationOperation call } argument:
                    isKept &= !IsForFunction(argument, call) || holders.MayHold(call.Type);
                    if (isKept && _assignments.To(call, source, ref keeper) is { } written)
                    {
                        return new(written, keeper);
                    }

                    break;
                case IInvocationOperation { Instance: IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ImplicitReceiver } }:
                    // The call of Add in a collection initializer.
                    isCredential = false;
                    break;
                case IInvocationOperation call:
                    isKept &= holders.MayHold(call.Type) && (call.Instance != child || HandsOut(child, call.Type, isCredential));
                    isCredential = false;
                    break;
                case IPropertyReferenceOperation { Property.Name: "Token" } token when TypeShape.IsToken(token.Instance?.Type):
                    isCredential = false;
                    break;
                case IPropertyReferenceOperation or IFieldReferenceOperation or IArrayElementReferenceOperation or IConditionalAccessOperation:
                    isKept &= holders.MayHold(parent.Type) && (parent is IConditionalAccessOperation { WhenNotNull: var then } && then == child || HandsOut(child, parent.Type, isCredential));
                    isCredential = false;
                    break;
                case IObjectCreationOperation:
                    isCredential = false;
                    break;
                case IVariableDeclaratorOperation variable when isKept:
                    keeper ??= variable.Symbol;
                    isKept = false;
                    break;
                case IReturnOperation:
                    isReturned |= isKept;
                    break;
                default:
                    if (isKept && _assignments.To(parent, child, source, ref keeper) is { } kept)
                    {
                        return new(kept, keeper);
                    }

                    isKept &= Passes(parent, child);
                    break;
            }
        }

        return new(keeper: keeper, isReturned: isReturned);
    }

    /// <summary>What a registration shares whose factory is this function, this method or this variable; <see langword="null"/> if it is none.</summary>
    // A function that is the singleton itself runs later.
    internal static Sharing? IsFactory(IOperation function) =>
        AroundOf(function) is IArgumentOperation { Parameter.OriginalDefinition.Type.TypeKind: TypeKind.Delegate } argument ? SharedRegistrations.SharedBy(argument) : null;

    private static IOperation? AroundOf(IOperation function)
    {
        IOperation? parent = function.Parent;
        while (parent is IDelegateCreationOperation or IConversionOperation)
        {
            parent = parent.Parent;
        }

        return parent;
    }

    private static ILocalSymbol? VariableOf(IOperation function) =>
        AroundOf(function) is IVariableInitializerOperation { Parent: IVariableDeclaratorOperation variable } ? variable.Symbol : null;

    /// <summary>Whether a function is given to a call that keeps only what the function returns.</summary>
    internal static bool ReturnsWhatIsKept(IOperation function) =>
        AroundOf(function) is IArgumentOperation { Parent: var parent } && parent switch
        {
            IInvocationOperation call => KeepsAResult(call),
            IObjectCreationOperation { Type.Name: "Lazy" } => true,
            _ => false,
        };

    private static bool KeepsAResult(IInvocationOperation call) =>
        call.TargetMethod.Name is "GetOrAdd" or "AddOrUpdate" or "EnsureInitialized" or "GetOrCreate" or "GetOrCreateAsync";

    private static bool IsForFunction(IArgumentOperation argument, IInvocationOperation call) =>
        KeepsAResult(call) && (argument.Parameter is { Name: "factoryArgument" } or { OriginalDefinition.Type.TypeKind: TypeKind.Delegate });

    private static bool IsReadFromInside(IOperation source, IOperation function) =>
        source is ILocalReferenceOperation or IParameterReferenceOperation && CredentialSources.BelongsTo(source, function);

    private static bool IsFromInside(IOperation source, IOperation function) =>
        CredentialSources.BelongsTo(source, function) || CredentialSources.ReadsTheRequest(source)
        || (source is IInvocationOperation call && call.Arguments.Any(argument => CredentialSources.BelongsTo(argument.Value, function) || CredentialSources.ReadsTheRequest(argument.Value)));

    private bool HandsOut(IOperation holder, ITypeSymbol? type, bool isCredential) =>
        TypeShape.IsToken(type) || (!isCredential && (TypeShape.IsOfSystem(holder.Type) || holders.IsHandedOut(type, holder.Type)));

    // The compiler that this is built with has no operation for a collection expression.
    private static bool Passes(IOperation parent, IOperation child) => parent switch
    {
        IConditionalOperation choice => choice.Condition != child,
        ISwitchExpressionOperation choice => choice.Value != child,
        ISwitchExpressionArmOperation arm => arm.Value == child,
        IAssignmentOperation assignment => assignment.Value == child,
        IConversionOperation or ICoalesceOperation or IParenthesizedOperation or IArgumentOperation or IDelegateCreationOperation
            or ITupleOperation or IArrayInitializerOperation or IArrayCreationOperation or IAnonymousObjectCreationOperation
            or IObjectOrCollectionInitializerOperation or IMemberInitializerOperation or IVariableInitializerOperation
            or IBlockOperation or IAwaitOperation or IWithOperation => true,
        _ => parent.Syntax is CollectionExpressionSyntax or SpreadElementSyntax,
    };
}
