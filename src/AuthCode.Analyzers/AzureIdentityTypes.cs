using Microsoft.CodeAnalysis;

namespace AuthCode.Analyzers;

/// <summary>Which types of <c>Azure.Identity</c> call MSAL.</summary>
internal static class AzureIdentityTypes
{
    internal const string Namespace = "Azure.Identity";

    /// <summary>Whether the type calls MSAL.</summary>
    internal static bool NeedMsal(INamedTypeSymbol type) =>
        type.TypeKind is TypeKind.Class
        && type.ContainingNamespace.ToDisplayString() == Namespace
        && IsHome(type.ContainingAssembly.Name)
        && !IsException(type)
        && NeedsMsal(type.Name);

    /// <summary>Whether an assembly contains the types.</summary>
    internal static bool IsHome(string assembly) => assembly is "Azure.Core" or "Azure.Identity";

    // Constants, the factory of models, options, and a chain, which calls what it is made of.
    internal static bool NeedsMsal(string name) =>
        name is not ("AzureAuthorityHosts" or "IdentityModelFactory" or "ChainedTokenCredential")
        && !name.EndsWith("Exception", StringComparison.Ordinal)
        && !name.EndsWith("Options", StringComparison.Ordinal);

    /// <summary>Whether a type is a credential that calls MSAL. Azure SDK clients use other types of the namespace, which read configuration.</summary>
    internal static bool IsCredential(string name) => NeedsMsal(name) && name.EndsWith("Credential", StringComparison.Ordinal);

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
