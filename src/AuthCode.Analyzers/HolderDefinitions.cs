using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace AuthCode.Analyzers;

/// <summary>Whether the objects of a class, a structure or an interface may hold a credential, apart from what its type arguments hold.</summary>
/// <param name="derived">The classes of the project by what they are derived from.</param>
/// <remarks>
/// Implementation note: a class of the project is known by its fields and constructors, and an abstract class or an interface by the classes
/// of the project that are derived from it. Where only the members are known, in another assembly or without such a class, what works
/// asynchronously is a client. Types refer to each other in chains and circles of any length, so nothing here recurses, and each is looked
/// into once: all that an answer depends on is collected, and then the answer is carried back.
/// </remarks>
internal sealed class HolderDefinitions(DerivedTypes derived)
{
    // Whether objects of a definition may hold a credential, and whether those of a class that is derived from it may.
    private readonly ConcurrentDictionary<(INamedTypeSymbol Definition, bool IsOfDerived), bool> _answers = new();

    /// <summary>Whether objects of the definition may hold a credential.</summary>
    internal bool Hold(INamedTypeSymbol definition)
    {
        if (!_answers.TryGetValue((definition, false), out bool holds))
        {
            Answer((definition, false));
            holds = _answers[(definition, false)];
        }

        return holds;
    }

    private void Answer((INamedTypeSymbol, bool) first)
    {
        var users = new Dictionary<(INamedTypeSymbol, bool), List<(INamedTypeSymbol, bool)>> { [first] = [] };
        var next = new Stack<(INamedTypeSymbol, bool)>([first]);
        var holders = new Stack<(INamedTypeSymbol, bool)>();
        while (next.Count > 0)
        {
            (INamedTypeSymbol Definition, bool IsOfDerived) user = next.Pop();

            // Asked once: another thread may answer meanwhile, and what it found to hold would be taken for one that is known not to.
            bool isKnown = _answers.TryGetValue(user, out bool isKnownToHold);
            if (isKnown ? isKnownToHold : !user.IsOfDerived && HoldsByItself(user.Definition))
            {
                holders.Push(user);
            }
            else if (!isKnown && IsOfProject(user.Definition))
            {
                foreach ((INamedTypeSymbol, bool) part in user.IsOfDerived ? DerivedFrom(user.Definition) : PartsOf(user.Definition))
                {
                    if (!users.TryGetValue(part, out List<(INamedTypeSymbol, bool)> usersOfPart))
                    {
                        users.Add(part, usersOfPart = []);
                        next.Push(part);
                    }

                    usersOfPart.Add(user);
                }
            }
        }

        while (holders.Count > 0)
        {
            (INamedTypeSymbol, bool) holder = holders.Pop();
            if (users.TryGetValue(holder, out List<(INamedTypeSymbol, bool)> usersOfHolder))
            {
                _answers.TryAdd(holder, true);
                users.Remove(holder);
                usersOfHolder.ForEach(holders.Push);
            }
        }

        foreach ((INamedTypeSymbol, bool) other in users.Keys)
        {
            _answers.TryAdd(other, false);
        }
    }

    private bool HoldsByItself(INamedTypeSymbol definition) =>
        TypeShape.IsOfSystem(definition) ? definition.Name is "HttpClient" or "HttpMessageHandler" or "DelegatingHandler"
        : !IsOfProject(definition) ? Works(definition) || TypeShape.IsToken(definition) || IsResponse(definition)
        : definition.TypeKind == TypeKind.Delegate || (IsOnlyDeclared(definition) && Works(definition));

    // The type parameters of a class do not count: what they stand for is among the parts of a type, beside the class.
    private IEnumerable<(INamedTypeSymbol, bool)> PartsOf(INamedTypeSymbol definition)
    {
        bool isOnlyDeclared = IsOnlyDeclared(definition);
        IEnumerable<(INamedTypeSymbol, bool)> parts = definition.GetMembers()
            .Where(static member => !member.IsStatic)
            .SelectMany(member => member switch
            {
                IFieldSymbol field => [field.Type],
                IPropertySymbol property when isOnlyDeclared => [property.Type],
                IMethodSymbol { MethodKind: MethodKind.Constructor } constructor => constructor.Parameters.Select(static parameter => parameter.Type),
                IMethodSymbol { MethodKind: MethodKind.Ordinary } method when isOnlyDeclared => [method.ReturnType],
                _ => ImmutableArray<ITypeSymbol>.Empty,
            })
            .Concat(definition.BaseType is { } parent ? [parent] : [])
            .SelectMany(TypeShape.PartsOf)
            .OfType<INamedTypeSymbol>()
            .Select(static part => (part, false));
        return definition.IsAbstract ? parts.Append((definition, true)) : parts;
    }

    private IEnumerable<(INamedTypeSymbol, bool)> DerivedFrom(INamedTypeSymbol definition) =>
        derived.From(definition).SelectMany(static type => new[] { (type, false), (type, true) });

    private bool IsOnlyDeclared(INamedTypeSymbol definition) => definition.IsAbstract && !derived.From(definition).Any();

    private static bool IsOfProject(INamedTypeSymbol definition) => !definition.DeclaringSyntaxReferences.IsEmpty;

    private static bool Works(INamedTypeSymbol definition)
    {
        for (INamedTypeSymbol? type = definition; type is not null && !TypeShape.IsOfSystem(type); type = type.BaseType)
        {
            if (type.TypeKind == TypeKind.Delegate || TypeShape.IsNamed(type, "Client") || TypeShape.IsNamed(type, "Builder") || TypeShape.IsNamed(type, "Credential")
                || IsAsynchronous(type) || type.AllInterfaces.Any(static parent => !TypeShape.IsOfSystem(parent) && IsAsynchronous(parent)))
            {
                return true;
            }
        }

        return false;
    }

    // The response to the request that creates a container has the container.
    private static bool IsResponse(INamedTypeSymbol type) => TypeShape.IsNamed(type, "Response") && type.GetMembers().Any(member =>
        member is IPropertySymbol { IsStatic: false, Type: INamedTypeSymbol part } && SymbolEqualityComparer.Default.Equals(part.ContainingAssembly, type.ContainingAssembly) && Works(part));

    private static bool IsAsynchronous(INamedTypeSymbol type) => type.GetMembers().Any(static member =>
        member is IMethodSymbol { IsStatic: false, MethodKind: MethodKind.Ordinary, ReturnType.Name: "Task" or "ValueTask" or "IAsyncEnumerable" or "AsyncPageable" });
}
