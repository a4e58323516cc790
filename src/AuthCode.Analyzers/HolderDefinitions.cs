using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace AuthCode.Analyzers;

/// <summary>Whether the objects of a class, a structure or an interface may hold a credential, apart from what its type arguments hold.</summary>
/// <remarks>
/// Implementation note: a class of the project is known by its fields and constructors. Of a class of another assembly only the public
/// members are known; there, one that works asynchronously is a client. Classes refer to each other in chains and circles of any length, so
/// nothing here recurses, and each is looked into once: all that an answer depends on is collected, and then the answer is carried back.
/// </remarks>
internal sealed class HolderDefinitions
{
    private readonly ConcurrentDictionary<INamedTypeSymbol, bool> _answers = new(SymbolEqualityComparer.Default);

    /// <summary>Whether objects of the definition may hold a credential.</summary>
    internal bool Hold(INamedTypeSymbol definition)
    {
        if (!_answers.TryGetValue(definition, out bool holds))
        {
            Answer(definition);
            holds = _answers[definition];
        }

        return holds;
    }

    private void Answer(INamedTypeSymbol first)
    {
        var users = new Dictionary<INamedTypeSymbol, List<INamedTypeSymbol>>(SymbolEqualityComparer.Default) { [first] = [] };
        var next = new Stack<INamedTypeSymbol>([first]);
        var holders = new Stack<INamedTypeSymbol>();
        while (next.Count > 0)
        {
            INamedTypeSymbol user = next.Pop();
            if (_answers.TryGetValue(user, out bool holds) ? holds : HoldsByItself(user))
            {
                holders.Push(user);
            }
            else if (!_answers.ContainsKey(user) && IsOfProject(user))
            {
                foreach (INamedTypeSymbol part in PartsOf(user))
                {
                    if (!users.TryGetValue(part, out List<INamedTypeSymbol> usersOfPart))
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
            INamedTypeSymbol holder = holders.Pop();
            if (users.TryGetValue(holder, out List<INamedTypeSymbol> usersOfHolder))
            {
                _answers[holder] = true;
                users.Remove(holder);
                usersOfHolder.ForEach(holders.Push);
            }
        }

        foreach (INamedTypeSymbol other in users.Keys)
        {
            _answers[other] = false;
        }
    }

    private static bool HoldsByItself(INamedTypeSymbol definition) =>
        HolderTypes.IsOfSystem(definition) ? definition.Name is "HttpClient" or "HttpMessageHandler" or "DelegatingHandler"
        : !IsOfProject(definition) ? Works(definition)
        : definition.IsAbstract || definition.TypeKind == TypeKind.Delegate;

    // The type parameters of a class do not count: what they stand for is among the parts of a type, beside the class.
    private static IEnumerable<INamedTypeSymbol> PartsOf(INamedTypeSymbol definition) =>
        definition.GetMembers()
            .Where(static member => !member.IsStatic)
            .SelectMany(static member => member switch
            {
                IFieldSymbol field => [field.Type],
                IMethodSymbol { MethodKind: MethodKind.Constructor } constructor => constructor.Parameters.Select(static parameter => parameter.Type),
                _ => ImmutableArray<ITypeSymbol>.Empty,
            })
            .Concat(definition.BaseType is { } parent ? [parent] : [])
            .SelectMany(HolderTypes.PartsOf)
            .OfType<INamedTypeSymbol>();

    private static bool IsOfProject(INamedTypeSymbol definition) => !definition.DeclaringSyntaxReferences.IsEmpty;

    private static bool Works(INamedTypeSymbol definition)
    {
        for (INamedTypeSymbol? type = definition; type is not null && !HolderTypes.IsOfSystem(type); type = type.BaseType)
        {
            if (type.TypeKind == TypeKind.Delegate || HolderTypes.IsNamed(type, "Client") || HolderTypes.IsNamed(type, "Builder") || HolderTypes.IsNamed(type, "Credential")
                || IsAsynchronous(type) || type.AllInterfaces.Any(static parent => !HolderTypes.IsOfSystem(parent) && IsAsynchronous(parent)))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsAsynchronous(INamedTypeSymbol type) => type.GetMembers().Any(static member =>
        member is IMethodSymbol { IsStatic: false, MethodKind: MethodKind.Ordinary, ReturnType.Name: "Task" or "ValueTask" or "IAsyncEnumerable" or "AsyncPageable" });
}
