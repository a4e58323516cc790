using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;

namespace AuthCode.Analyzers;

/// <summary>Whether a value that a method returns may hold the credential that the method was given: a client may, and data may not.</summary>
/// <remarks>
/// Implementation note: a class of the project is known by its fields and constructors. Of a class of another assembly only the public
/// members are known; there, one that works asynchronously is a client. Each definition is looked into once, since a generic class may have a
/// field of itself with ever more type arguments.
/// </remarks>
internal sealed class HolderTypes
{
    private readonly ConcurrentDictionary<ITypeSymbol, bool> _known = new(SymbolEqualityComparer.Default);

    /// <summary>Whether a value of the type may hold a credential.</summary>
    internal bool MayHold(ITypeSymbol? type)
    {
        if (type is null)
        {
            return false;
        }

        if (!_known.TryGetValue(type, out bool holds))
        {
            holds = MayHold(type, new HashSet<ITypeSymbol>(SymbolEqualityComparer.Default));
            _known.TryAdd(type, holds);
        }

        return holds;
    }

    /// <summary>Whether the type is a client or a builder of one. What a client returns is data, unless it is a client as well: of a container, for example.</summary>
    internal bool IsClient(ITypeSymbol? type) => type switch
    {
        INamedTypeSymbol { TypeArguments.Length: 1 } named when IsOfSystem(named) => IsClient(named.TypeArguments[0]),
        null => false,
        _ => (IsNamed(type, "Client") || IsNamed(type, "Builder")) && MayHold(type),
    };

    /// <summary>Whether the type is one of .NET, such as a task, a list or a function, which hands out what it holds.</summary>
    internal static bool IsOfSystem(ITypeSymbol? type) =>
        type is IArrayTypeSymbol
        || (type?.ContainingNamespace?.ToDisplayString() is { } name && (name == "System" || name.StartsWith("System.", StringComparison.Ordinal)));

    private static bool MayHold(ITypeSymbol type, HashSet<ITypeSymbol> visited)
    {
        switch (type)
        {
            case IArrayTypeSymbol array:
                return MayHold(array.ElementType, visited);
            case ITypeParameterSymbol parameter:
                return parameter.IsReferenceType;
            case INamedTypeSymbol named when named.TypeKind is not (TypeKind.Enum or TypeKind.Error):
                return named.TypeArguments.Any(argument => MayHold(argument, visited))
                    || (IsOfSystem(named) ? named.Name is "HttpClient" or "HttpMessageHandler" or "DelegatingHandler"
                        : named.DeclaringSyntaxReferences.IsEmpty ? Works(named)
                        : named.IsAbstract || named.TypeKind == TypeKind.Delegate || (visited.Add(named.OriginalDefinition) && HasHolder(named, visited)));
            default:
                return false;
        }
    }

    private static bool HasHolder(INamedTypeSymbol type, HashSet<ITypeSymbol> visited) =>
        (type.BaseType is { } parent && MayHold(parent, visited))
        || type.GetMembers().Any(member => !member.IsStatic && member switch
        {
            IFieldSymbol field => MayHold(field.Type, visited),
            IMethodSymbol { MethodKind: MethodKind.Constructor } constructor => constructor.Parameters.Any(parameter => MayHold(parameter.Type, visited)),
            _ => false,
        });

    private static bool Works(INamedTypeSymbol type) =>
        type.TypeKind == TypeKind.Delegate || IsNamed(type, "Client") || IsNamed(type, "Builder") || IsNamed(type, "Credential")
        || IsAsynchronous(type) || type.AllInterfaces.Any(static parent => !IsOfSystem(parent) && IsAsynchronous(parent))
        || (type.BaseType is { } parent && !IsOfSystem(parent) && Works(parent));

    private static bool IsAsynchronous(INamedTypeSymbol type) => type.GetMembers().Any(static member =>
        member is IMethodSymbol { IsStatic: false, MethodKind: MethodKind.Ordinary, ReturnType.Name: "Task" or "ValueTask" or "IAsyncEnumerable" or "AsyncPageable" });

    private static bool IsNamed(ITypeSymbol type, string end) => type.Name.EndsWith(end, StringComparison.Ordinal);
}
