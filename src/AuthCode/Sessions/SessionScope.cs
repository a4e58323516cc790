using System.Diagnostics;

namespace AuthCode;

/// <summary>Which sessions the running code works for. An acquisition calls loggers, handlers and callbacks, and one that called the same session again would wait for itself.</summary>
internal sealed class SessionScope
{
    private static readonly AsyncLocal<SessionScope?> Innermost = new();

    private readonly SessionScope? _outer;

    // Null once the work is over: what it left behind, such as a task that nobody waited for, may call the session again.
    private volatile SessionGrants? _grants;

    private SessionScope(SessionGrants grants, SessionScope? outer, ActivityContext parent)
    {
        _grants = grants;
        _outer = outer;
        Parent = parent;
    }

    /// <summary>What the work is a part of in a trace.</summary>
    internal readonly ActivityContext Parent;

    internal static SessionScope? Current => Innermost.Value;

    /// <summary>Whether the running code is part of a session's own work.</summary>
    internal static bool IsWithin(SessionGrants grants)
    {
        SessionScope? scope = Innermost.Value;
        while (scope is not null && scope._grants != grants)
        {
            scope = scope._outer;
        }

        return scope is not null;
    }

    /// <summary>Begins work for a session, in the flow of the caller.</summary>
    internal static SessionScope Enter(SessionGrants grants, SessionScope? outer, ActivityContext parent)
    {
        var scope = new SessionScope(grants, outer, parent);
        Innermost.Value = scope;
        return scope;
    }

    internal void Leave() => _grants = null;
}
