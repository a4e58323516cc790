using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace AuthCode.Analyzers;

/// <summary>The expressions whose value is a <c>UserCredential</c>, and what they read it from.</summary>
/// <param name="credential">The type <c>AuthCode.UserCredential</c>.</param>
internal sealed class CredentialSources(INamedTypeSymbol credential)
{
    /// <summary>Whether a type is <c>UserCredential</c>.</summary>
    internal bool IsCredential(ITypeSymbol? type) => SymbolEqualityComparer.Default.Equals(type, credential);

    /// <summary>
    /// Whether an expression reads, resolves or returns a <c>UserCredential</c>, lets the container create an object that takes one, or acquires a
    /// token of the user of a request.
    /// </summary>
    internal bool Contains(IOperation operation) => operation switch
    {
        ILocalReferenceOperation or IParameterReferenceOperation or IFieldReferenceOperation or IPropertyReferenceOperation => IsCredential(operation.Type),
        IInvocationOperation call => IsCredential(call.Type) || ResolvesByType(call) || Creates(call) || AcquiresToken(call.TargetMethod),
        IConversionOperation { IsImplicit: false, Operand: ILocalReferenceOperation or IParameterReferenceOperation or IMemberReferenceOperation } conversion =>
            IsCredential(conversion.Type) && !IsCredential(conversion.Operand.Type),
        _ => false,
    };

    /// <summary>Whether a singleton of a class would hold a <c>UserCredential</c>: the class is it, or a public constructor takes one.</summary>
    internal bool IsTakenBy(INamedTypeSymbol implementation) => IsCredential(implementation)
        || implementation.InstanceConstructors.Any(Takes);

    /// <summary>Whether an expression reads what was declared inside a function: a parameter or a local variable of it, or what one of them leads to.</summary>
    internal static bool BelongsTo(IOperation operation, IOperation function) =>
        Origin(operation) is { } symbol
        && symbol.DeclaringSyntaxReferences.Any(declaration => declaration.SyntaxTree == function.Syntax.SyntaxTree && function.Syntax.Span.Contains(declaration.Span));

    /// <summary>The variable or parameter that an expression begins with.</summary>
    internal static ISymbol? Origin(IOperation operation)
    {
        IOperation? origin = operation;
        while (origin is not null)
        {
            switch (origin)
            {
                case ILocalReferenceOperation local:
                    return local.Local;
                case IParameterReferenceOperation parameter:
                    return parameter.Parameter;
                default:
                    origin = Before(origin);
                    break;
            }
        }

        return null;
    }

    /// <summary>Whether an expression reads the services, or the context, of the current request.</summary>
    internal static bool ReadsTheRequest(IOperation operation)
    {
        for (IOperation? part = operation; part is not null; part = Before(part))
        {
            if (part is IPropertyReferenceOperation { Property: { Name: "RequestServices" } or { Name: "HttpContext", ContainingType.Name: "IHttpContextAccessor" or "HttpContextAccessor" } })
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>What a method is called on: the instance, what an extension method extends, or the services that <c>ActivatorUtilities</c> is given.</summary>
    internal static IOperation? ReceiverOf(IInvocationOperation call) =>
        call.Instance ?? (call.TargetMethod.IsExtensionMethod || IsActivator(call.TargetMethod) ? FirstOf(call) : null);

    private static IOperation? Before(IOperation operation) => operation switch
    {
        IMemberReferenceOperation member => member.Instance,
        IConversionOperation conversion => conversion.Operand,
        IInvocationOperation call => ReceiverOf(call),
        _ => null,
    };

    private static IOperation? FirstOf(IInvocationOperation call) => call.Arguments.FirstOrDefault(static argument => argument.Parameter?.Ordinal == 0)?.Value;

    private static bool IsActivator(IMethodSymbol method) =>
        method is { Name: "CreateInstance" or "GetServiceOrCreateInstance", ContainingType.Name: "ActivatorUtilities" };

    private static bool AcquiresToken(IMethodSymbol method) => method is { Name: "GetUserTokenAsync", ContainingType.Name: "AuthCodeUserExtensions" };

    private bool ResolvesByType(IInvocationOperation call) =>
        call.TargetMethod.Name is "GetService" or "GetRequiredService" or "GetKeyedService" or "GetRequiredKeyedService"
        && call.Arguments.Any(argument => argument.Value is ITypeOfOperation type && IsCredential(type.TypeOperand));

    private bool Creates(IInvocationOperation call) =>
        IsActivator(call.TargetMethod) && CreatedBy(call)?.OriginalDefinition is INamedTypeSymbol created && IsTakenBy(created)
        && !(HasArguments(call) && created.InstanceConstructors.Any(constructor => constructor.DeclaredAccessibility == Accessibility.Public && !Takes(constructor)));

    private static ITypeSymbol? CreatedBy(IInvocationOperation call) =>
        call.Arguments.Select(static argument => argument.Value).OfType<ITypeOfOperation>().FirstOrDefault()?.TypeOperand ?? call.Type;

    // They choose the constructor.
    private static bool HasArguments(IInvocationOperation call) => call.Arguments.Any(static argument =>
        argument.Parameter is { IsParams: true } && argument.Value is not IArrayCreationOperation { Initializer.ElementValues.IsEmpty: true });

    private bool Takes(IMethodSymbol constructor) =>
        constructor.DeclaredAccessibility == Accessibility.Public && constructor.Parameters.Any(parameter => IsCredential(parameter.Type) || IsCredential(Later(parameter.Type)));

    // Lazy<UserCredential> and IEnumerable<UserCredential>.
    private static ITypeSymbol? Later(ITypeSymbol type) =>
        type is INamedTypeSymbol { Name: "Lazy" or "IEnumerable", TypeArguments.Length: 1 } named ? named.TypeArguments[0] : null;
}
