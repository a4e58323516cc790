using Microsoft.CodeAnalysis;

namespace AuthCode.Analyzers;

/// <summary>Which types of <c>Azure.Identity</c> call MSAL.</summary>
internal static class AzureIdentityTypes
{
    internal const string Namespace = "Azure.Identity";

    /// <summary>Whether the project can name the types: Azure.Core 1.50 does not contain them.</summary>
    internal static bool AreIn(Compilation compilation) =>
        compilation.GetTypesByMetadataName(Namespace + ".DefaultAzureCredential").Any(static type => IsHome(type.ContainingAssembly.Name));

    /// <summary>Whether the type calls MSAL.</summary>
    internal static bool NeedMsal(INamedTypeSymbol type) =>
        type is { TypeKind: TypeKind.Class, ContainingAssembly.Name: { } assembly }
        && IsHome(assembly)
        && type.ContainingNamespace.ToDisplayString() == Namespace
        && NeedsMsal(type.Name)
        && !IsException(type);

    /// <summary>Whether an assembly contains the types.</summary>
    internal static bool IsHome(string assembly) => assembly is "Azure.Core" or "Azure.Identity";

    // Constants, the factory of models, values, options, and a chain, which calls what it is made of.
    internal static bool NeedsMsal(string name) =>
        name is not ("AzureAuthorityHosts" or "IdentityModelFactory" or "ChainedTokenCredential" or "ManagedIdentityId" or "DeviceCodeInfo" or "TokenCacheData")
        && !name.EndsWith("Exception", StringComparison.Ordinal)
        && !name.EndsWith("Options", StringComparison.Ordinal);

    /// <summary>
    /// Whether an assembly that refers to a type of the namespace needs MSAL. An Azure SDK client also refers to types that read configuration,
    /// for its extension methods of a host: what calls these is warned of, and not each program that references the client.
    /// </summary>
    internal static bool NeedsMsalIn(string assembly, string name) =>
        NeedsMsal(name) && (name.EndsWith("Credential", StringComparison.Ordinal) || !IsOfAzureSdk(assembly));

    /// <summary>Whether a method of an Azure SDK client adds the client to a host, with a credential that its configuration describes.</summary>
    internal static bool AddsClient(IMethodSymbol method) =>
        method.IsExtensionMethod
        && IsOfAzureSdk(method.ContainingAssembly.Name)
        && method.ReturnType is { Name: "IClientBuilder", ContainingAssembly.Name: "System.ClientModel" }
        && method.Parameters[0].Type.Name == "IHostApplicationBuilder";

    /// <summary>Whether a method is the one of the factory of models that creates an object of MSAL.</summary>
    internal static bool CreatesRecord(IMethodSymbol method) =>
        method is { Name: "AuthenticationRecord", ContainingType.Name: "IdentityModelFactory" }
        && method.ContainingNamespace.ToDisplayString() == Namespace
        && IsHome(method.ContainingAssembly.Name);

    private static bool IsOfAzureSdk(string assembly) => assembly.StartsWith("Azure.", StringComparison.Ordinal);

    private static bool IsException(INamedTypeSymbol type)
    {
        INamedTypeSymbol? parent = type;
        while (parent is not null && parent.ToDisplayString() is not "System.Exception")
        {
            parent = parent.BaseType;
        }

        return parent is not null;
    }
}
