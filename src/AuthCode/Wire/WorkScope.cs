using System.Diagnostics;

namespace AuthCode;

/// <summary>What the running code works for: sessions, and documents that are read. Such work calls loggers, handlers and callbacks, and one that asked for the same thing again would wait for itself.</summary>
internal sealed class WorkScope
{
    private static readonly AsyncLocal<WorkScope?> Innermost = new();

    private readonly WorkScope? _outer;
    private readonly WorkScope? _before = Innermost.Value;

    // Null once the work is over: what it left behind, such as a task that nobody waited for, may ask again.
    private volatile object? _owner;

    private WorkScope(object owner, WorkScope? outer, ActivityContext parent)
    {
        _owner = owner;
        _outer = outer;
        Parent = parent;
    }

    /// <summary>What the work is a part of in a trace.</summary>
    internal readonly ActivityContext Parent;

    internal static WorkScope? Current => Innermost.Value;

    /// <summary>Whether the running code is part of the work for an owner.</summary>
    internal static bool IsWithin(object owner)
    {
        WorkScope? scope = Innermost.Value;
        while (scope is not null && scope._owner != owner)
        {
            scope = scope._outer;
        }

        return scope is not null;
    }

    /// <summary>Begins work for an owner, in the flow of the caller.</summary>
    /// <param name="owner">What the work is for.</param>
    /// <param name="outer">The work that waits for it.</param>
    /// <param name="parent">What the work is a part of in a trace.</param>
    internal static WorkScope Enter(object owner, WorkScope? outer, ActivityContext parent)
    {
        var scope = new WorkScope(owner, outer, parent);
        Innermost.Value = scope;
        return scope;
    }

    /// <summary>Goes on with work in another flow, such as that of a thread of its own.</summary>
    internal static void GoOn(WorkScope? scope) => Innermost.Value = scope;

    /// <summary>Ends the work; called in the flow that began it.</summary>
    internal void Leave()
    {
        _owner = null;
        Innermost.Value = _before;
    }
}
