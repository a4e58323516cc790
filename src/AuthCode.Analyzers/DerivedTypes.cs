using Microsoft.CodeAnalysis;

namespace AuthCode.Analyzers;

/// <summary>The types of a project by the class and the interfaces that their declarations name as what they are derived from.</summary>
/// <param name="compilation">The project.</param>
internal sealed class DerivedTypes(Compilation compilation)
{
    private readonly Lazy<ILookup<INamedTypeSymbol, INamedTypeSymbol>> _byParent = new(() => AllOf(compilation)
        .SelectMany(static type => type.Interfaces.Concat(type.BaseType is { } parent ? [parent] : []).Select(parent => (Parent: parent.OriginalDefinition, Type: type)))
        .ToLookup(static pair => pair.Parent, static pair => pair.Type, (IEqualityComparer<INamedTypeSymbol>)SymbolEqualityComparer.Default));

    /// <summary>The definitions of the types that are derived from a definition, without those that are derived from them.</summary>
    internal IEnumerable<INamedTypeSymbol> From(INamedTypeSymbol definition) => _byParent.Value[definition];

    private static IEnumerable<INamedTypeSymbol> AllOf(Compilation compilation)
    {
        var next = new Stack<INamespaceOrTypeSymbol>([compilation.Assembly.GlobalNamespace]);
        while (next.Count > 0)
        {
            INamespaceOrTypeSymbol container = next.Pop();
            foreach (INamespaceOrTypeSymbol member in container.GetMembers().OfType<INamespaceOrTypeSymbol>())
            {
                next.Push(member);
            }

            if (container is INamedTypeSymbol type)
            {
                yield return type;
            }
        }
    }
}
