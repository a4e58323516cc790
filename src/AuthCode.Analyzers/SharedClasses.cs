using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace AuthCode.Analyzers;

/// <summary>The calls that let the container give a <c>UserCredential</c> to what all users share.</summary>
internal static class SharedClasses
{
    /// <summary>What an operation shares, as the beginning of a message; <see langword="null"/> if it shares nothing, or nothing with a credential.</summary>
    internal static string? CreatedBy(IOperation operation, CredentialSources sources)
    {
        if (SharedRegistrations.ImplementationOf(operation) is { } singleton && sources.IsTakenBy(singleton))
        {
            return $"'{singleton.Name}' is registered as a singleton, which all users share, and {(sources.IsCredential(singleton) ? "follows one user" : "its constructor takes a UserCredential")}";
        }

        return operation is IInvocationOperation call ? CreatedBy(call, call.TargetMethod, sources) : null;
    }

    private static string? CreatedBy(IInvocationOperation call, IMethodSymbol method, CredentialSources sources) => method.Name switch
    {
        "UseMiddleware" when IsIn(method, "Microsoft.AspNetCore.Builder") && ClassOf(call) is { } middleware && !IsCreatedForEachRequest(middleware) && sources.IsTakenBy(middleware) =>
            $"'{middleware.Name}' is a middleware, which is created once for all users, and its constructor takes a UserCredential",
        "AddHttpMessageHandler" or "ConfigurePrimaryHttpMessageHandler" when IsIn(method, "Microsoft.Extensions.DependencyInjection") && ClassOf(call) is { } handler && sources.IsTakenBy(handler) =>
            $"'{handler.Name}' is a handler of HTTP clients, which users share, and its constructor takes a UserCredential",
        "Configure" or "PostConfigure" or "Validate" when method.ContainingType is { Name: "OptionsBuilder" } options && method.TypeArguments.Any(sources.IsCredential) =>
            $"Options are shared by all users, and {method.Name} of {options.Name} is given a UserCredential",
        _ => null,
    };

    private static INamedTypeSymbol? ClassOf(IInvocationOperation call) =>
        (call.Arguments.Select(static argument => argument.Value).OfType<ITypeOfOperation>().FirstOrDefault()?.TypeOperand ?? call.TargetMethod.TypeArguments.FirstOrDefault())
            ?.OriginalDefinition as INamedTypeSymbol;

    private static bool IsCreatedForEachRequest(INamedTypeSymbol middleware) => middleware.AllInterfaces.Any(static type => type.Name == "IMiddleware");

    private static bool IsIn(IMethodSymbol method, string space) => method.ContainingNamespace?.ToDisplayString() == space;
}
