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
            holds = TypeShape.PartsOf(type).Any(part => part is INamedTypeSymbol definition ? _definitions.Hold(definition) : part.IsReferenceType);
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
        ITypeSymbol? value = TypeShape.Unwrapped(type);
        return value is not null && MayHold(value)
            && (TypeShape.IsNamed(value, "Client") || TypeShape.IsNamed(value, "Builder")
                || (value.DeclaringSyntaxReferences.IsEmpty && SymbolEqualityComparer.Default.Equals(value.ContainingAssembly, holder?.ContainingAssembly)));
    }
}
