using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace AuthCode.Analyzers;

/// <summary>The calls that register what all users share: singletons and hosted services, and the clients of <c>AddAzureClients</c>.</summary>
internal static class SharedRegistrations
{
    private const string DependencyInjection = "Microsoft.Extensions.DependencyInjection";
    private const string Azure = "Microsoft.Extensions.Azure";

    /// <summary>What a call would share, if the operation is one of its arguments; else <see langword="null"/>.</summary>
    internal static Sharing? SharedBy(IArgumentOperation argument) => argument.Parent switch
    {
        // The first argument of an extension method is what was registered before it.
        IInvocationOperation call when !(call.TargetMethod.IsExtensionMethod && argument.Parameter?.Ordinal == 0) => SharedBy(call),
        IObjectCreationOperation creation when IsDescriptor(creation.Type) && (IsSingleton(creation.Arguments) || argument.Parameter?.Name == "instance") => Sharing.BySingleton,
        _ => null,
    };

    /// <summary>The class that a call or a new descriptor registers as a singleton, whose constructor the container calls; <see langword="null"/> if there is none.</summary>
    internal static INamedTypeSymbol? ImplementationOf(IOperation operation) => operation switch
    {
        IInvocationOperation call when RegistersSingleton(call) => ImplementationOf(call.Arguments, call.TargetMethod),
        IObjectCreationOperation creation when IsDescriptor(creation.Type) && IsSingleton(creation.Arguments) => ImplementationOf(creation.Arguments, null),
        _ => null,
    };

    private static INamedTypeSymbol? ImplementationOf(ImmutableArray<IArgumentOperation> arguments, IMethodSymbol? method)
    {
        if (arguments.Any(static argument => argument.Parameter is { } parameter && IsFactoryOrInstance(parameter)))
        {
            return null;
        }

        return (TypeOf(arguments, "implementationType") ?? TypeOf(arguments, "serviceType") ?? TypeOf(arguments, "service") ?? method?.TypeArguments.LastOrDefault())
            ?.OriginalDefinition as INamedTypeSymbol;
    }

    private static ITypeSymbol? TypeOf(ImmutableArray<IArgumentOperation> arguments, string parameter) =>
        arguments.FirstOrDefault(argument => argument.Parameter?.Name == parameter)?.Value is ITypeOfOperation type ? type.TypeOperand : null;

    private static Sharing? SharedBy(IInvocationOperation call)
    {
        if (RegistersSingleton(call))
        {
            return call.TargetMethod.Name == "AddHostedService" ? Sharing.ByHostedService : Sharing.BySingleton;
        }

        if (call.TargetMethod.Name is "AddHttpMessageHandler" or "ConfigurePrimaryHttpMessageHandler" && IsIn(call.TargetMethod, DependencyInjection))
        {
            return Sharing.ByHandlers(call.TargetMethod);
        }

        return ConfiguresAzureClient(call.TargetMethod) ? Sharing.ByAzureClients(call.TargetMethod) : null;
    }

    // AddBlobServiceClient and its like belong to the packages of the clients.
    private static bool ConfiguresAzureClient(IMethodSymbol method) =>
        (IsIn(method, Azure) && (method.Name is "UseCredential" or "WithCredential" || method.Name.StartsWith("Add", StringComparison.Ordinal)) && !method.Name.StartsWith("AddAzureClients", StringComparison.Ordinal))
        || (method.Name == "RegisterClientFactory" && IsIn(method, "Azure.Core.Extensions"));

    private static bool RegistersSingleton(IInvocationOperation call) => call.TargetMethod.Name switch
    {
        "AddSingleton" or "TryAddSingleton" or "AddKeyedSingleton" or "TryAddKeyedSingleton" or "AddActivatedSingleton" or "TryAddActivatedSingleton"
            or "AddActivatedKeyedSingleton" or "TryAddActivatedKeyedSingleton" or "AddHostedService" => IsIn(call.TargetMethod, DependencyInjection),
        "Singleton" or "KeyedSingleton" => IsDescriptor(call.TargetMethod.ContainingType),
        "Describe" or "DescribeKeyed" => IsDescriptor(call.TargetMethod.ContainingType) && IsSingleton(call.Arguments),
        _ => false,
    };

    private static bool IsFactoryOrInstance(IParameterSymbol parameter) =>
        parameter.Type.TypeKind == TypeKind.Delegate || parameter.Name is "implementationInstance" or "instance";

    // ServiceLifetime.Singleton is 0.
    private static bool IsSingleton(IEnumerable<IArgumentOperation> arguments) => arguments.Any(static argument =>
        argument.Value.Type is { Name: "ServiceLifetime" } && argument.Value.ConstantValue is { HasValue: true, Value: 0 });

    private static bool IsDescriptor(ITypeSymbol? type) => type is { Name: "ServiceDescriptor" } && type.ContainingNamespace.ToDisplayString() == DependencyInjection;

    private static bool IsIn(IMethodSymbol method, string name)
    {
        string space = method.ContainingNamespace?.ToDisplayString() ?? "";
        return space == name || space.StartsWith(name + ".", StringComparison.Ordinal);
    }
}
