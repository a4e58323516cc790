using Microsoft.CodeAnalysis;

namespace AuthCode.Analyzers;

/// <summary>What the name, the namespace and the parts of a type say about it.</summary>
internal static class TypeShape
{
    /// <summary>Whether the type is an access token, or a task of one.</summary>
    internal static bool IsToken(ITypeSymbol? type) => Unwrapped(type) is { Name: "AccessToken" } value && value.ContainingNamespace?.ToDisplayString() == "Azure.Core";

    /// <summary>Whether the type is one of .NET, such as a task, a list or a function, which hands out what it holds.</summary>
    internal static bool IsOfSystem(ITypeSymbol? type) =>
        type is IArrayTypeSymbol
        || (type?.ContainingNamespace?.ToDisplayString() is { } name && (name == "System" || name.StartsWith("System.", StringComparison.Ordinal)));

    /// <summary>Whether the name of a type ends with a word.</summary>
    internal static bool IsNamed(ITypeSymbol type, string end) => type.Name.EndsWith(end, StringComparison.Ordinal);

    /// <summary>The definitions of types and the type parameters that a type consists of: itself, its elements and its type arguments.</summary>
    internal static IEnumerable<ITypeSymbol> PartsOf(ITypeSymbol type)
    {
        var next = new Stack<ITypeSymbol>();
        next.Push(type);
        while (next.Count > 0)
        {
            switch (next.Pop())
            {
                case IArrayTypeSymbol array:
                    next.Push(array.ElementType);
                    break;
                case ITypeParameterSymbol parameter:
                    yield return parameter;
                    break;
                case INamedTypeSymbol named when named.TypeKind is not (TypeKind.Enum or TypeKind.Error):
                    for (INamedTypeSymbol? around = named; around is not null; around = around.ContainingType)
                    {
                        foreach (ITypeSymbol argument in around.TypeArguments)
                        {
                            next.Push(argument);
                        }
                    }

                    yield return named.OriginalDefinition;
                    break;
            }
        }
    }

    /// <summary>What a task, a <c>Lazy</c> or a list is of; another type itself.</summary>
    internal static ITypeSymbol? Unwrapped(ITypeSymbol? type)
    {
        ITypeSymbol? value = type;
        while (value is INamedTypeSymbol { TypeArguments.Length: 1 } named && IsOfSystem(named))
        {
            value = named.TypeArguments[0];
        }

        return value;
    }
}
