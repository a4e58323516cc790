using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace AuthCode.Analyzers;

/// <summary>The calls that let the container give a <c>UserCredential</c> to what all users share.</summary>
internal static class SharedClasses
{
    /// <summary>What an operation shares; <see langword="null"/> if it shares nothing, or nothing with a credential.</summary>
    internal static Sharing? CreatedBy(IOperation operation, CredentialSources sources)
    {
        if (SharedRegistrations.ImplementationOf(operation) is { } singleton && sources.IsTakenBy(singleton))
        {
            return Sharing.ByClass(singleton, sources.IsCredential(singleton));
        }

        return operation is IInvocationOperation call ? CreatedBy(call, call.TargetMethod, sources) : null;
    }

    private static Sharing? CreatedBy(IInvocationOperation call, IMethodSymbol method, CredentialSources sources) => method.Name switch
    {
        "UseMiddleware" when IsIn(method, "Microsoft.AspNetCore.Builder") && ClassOf(call) is { } middleware && !IsCreatedForEachRequest(middleware) && sources.IsTakenBy(middleware) =>
            Sharing.ByMiddleware(middleware),
        "AddHttpMessageHandler" or "ConfigurePrimaryHttpMessageHandler" when IsIn(method, "Microsoft.Extensions.DependencyInjection") && ClassOf(call) is { } handler && sources.IsTakenBy(handler) =>
            Sharing.ByHandlerClass(handler),
        "Configure" or "PostConfigure" or "Validate" when method.ContainingType is { Name: "OptionsBuilder" } options && method.TypeArguments.Any(sources.IsCredential) =>
            Sharing.ByOptions(method, options),
        _ => null,
    };

    private static INamedTypeSymbol? ClassOf(IInvocationOperation call) =>
        (call.Arguments.Select(static argument => argument.Value).OfType<ITypeOfOperation>().FirstOrDefault()?.TypeOperand ?? call.TargetMethod.TypeArguments.FirstOrDefault())
            ?.OriginalDefinition as INamedTypeSymbol;

    private static bool IsCreatedForEachRequest(INamedTypeSymbol middleware) => middleware.AllInterfaces.Any(static type => type.Name == "IMiddleware");

    private static bool IsIn(IMethodSymbol method, string space) => method.ContainingNamespace?.ToDisplayString() == space;
}
