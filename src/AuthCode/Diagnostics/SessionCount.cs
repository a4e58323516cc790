using System.Runtime.CompilerServices;

namespace AuthCode;

/// <summary>Counts the sessions of one client in the memory of this process, when somebody wants to know.</summary>
/// <param name="active">How many there are.</param>
/// <param name="dirty">How many of them have something that could not be stored yet.</param>
internal sealed class SessionCount(Func<int> active, Func<int> dirty)
{
    // Weak: a client is not disposed of, and its sessions are gone once nobody has it.
    private static readonly ConditionalWeakTable<SessionCount, object> OfClients = [];

    private readonly Func<int> _active = active;
    private readonly Func<int> _dirty = dirty;

    /// <summary>Adds the sessions of a client to those that are counted.</summary>
    internal void Register()
    {
        OfClients.TryAdd(this, OfClients);

        // Somebody can read the counters from now on, whether or not a token is ever looked up.
        _ = SessionInstruments.Active;
    }

    internal static int Active() => OfClients.Sum(static entry => entry.Key._active());

    internal static int Dirty() => OfClients.Sum(static entry => entry.Key._dirty());
}
