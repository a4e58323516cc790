using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;

namespace AuthCode.Analyzers;

/// <summary>Whether a value that a method returns may hold the credential that the method was given: a client may, and data may not.</summary>
/// <param name="compilation">The project.</param>
internal sealed class HolderTypes(Compilation compilation)
{
    private readonly ConcurrentDictionary<ITypeSymbol, bool> _known = new(SymbolEqualityComparer.Default);
    private readonly HolderDefinitions _definitions = new(new DerivedTypes(compilation));

    /// <summary>Whether a value of the type may hold a credential.</summary>
    internal bool MayHold(ITypeSymbol? type)
    {
        if (type is null)
        {
            return false;
        }

        if (!_known.TryGetValue(type, out bool holds))
        {
            holds = PartsOf(type).Any(part => part is INamedTypeSymbol definition ? _definitions.Hold(definition) : part.IsReferenceType);
            _known.TryAdd(type, holds);
        }

        return holds;
    }

    /// <summary>
    /// Whether an object that holds a credential hands it out with a value of the type: a client or a builder of one, or an object of the holder's
    /// own assembly that works asynchronously, as a container of a client or a sender does. What a client returns is data otherwise.
    /// </summary>
    internal bool IsHandedOut(ITypeSymbol? type, ITypeSymbol? holder)
    {
        ITypeSymbol? value = Unwrapped(type);
        return value is not null && MayHold(value)
            && (IsNamed(value, "Client") || IsNamed(value, "Builder")
                || (value.DeclaringSyntaxReferences.IsEmpty && SymbolEqualityComparer.Default.Equals(value.ContainingAssembly, holder?.ContainingAssembly)));
    }

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

    // What a task, a Lazy or a list is of.
    private static ITypeSymbol? Unwrapped(ITypeSymbol? type)
    {
        ITypeSymbol? value = type;
        while (value is INamedTypeSymbol { TypeArguments.Length: 1 } named && IsOfSystem(named))
        {
            value = named.TypeArguments[0];
        }

        return value;
    }
}
