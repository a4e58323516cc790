using System.Collections.Concurrent;

namespace AuthCode;

/// <summary>The sign-ins of this process whose response has been taken, until they expire: a transaction that is read twice from one cookie is still one sign-in.</summary>
internal sealed class SpentSignIns
{
    /// <summary>A state has 256 random bits, so all clients of the process can share one memory.</summary>
    internal static readonly SpentSignIns Shared = new();

    // Some minutes of sign-ins at a rate that no service has.
    private const int Most = 100_000;

    private readonly ConcurrentDictionary<string, DateTimeOffset> _states = new(StringComparer.Ordinal);

    // Those that were given back, and whose mark by this process the store of sessions has.
    private readonly ConcurrentDictionary<string, DateTimeOffset> _marked = new(StringComparer.Ordinal);

    // Guarded by Interlocked: one caller sweeps.
    private int _isSweeping;
    private int _sinceSweep;

    internal bool Contains(string state) => _states.ContainsKey(state);

    /// <summary>Takes a sign-in; <see langword="false"/> if it has been taken.</summary>
    internal bool TryTake(string state, DateTimeOffset expiresOn, DateTimeOffset now)
    {
        if (!_states.TryAdd(state, expiresOn))
        {
            return false;
        }

        if (Interlocked.Increment(ref _sinceSweep) > 1_000 && Interlocked.Exchange(ref _isSweeping, 1) == 0)
        {
            Sweep(now);
            Volatile.Write(ref _sinceSweep, 0);
            Volatile.Write(ref _isSweeping, 0);
        }

        return true;
    }

    /// <summary>Gives a sign-in back whose code was not sent.</summary>
    /// <param name="state">Its state.</param>
    /// <param name="expiresOn">When it expires.</param>
    /// <param name="isMarked">Whether the store has the mark of this process.</param>
    internal void Release(string state, DateTimeOffset expiresOn, bool isMarked)
    {
        if (isMarked)
        {
            _marked[state] = expiresOn;
        }

        _states.TryRemove(state, out _);
    }

    /// <summary>Whether a sign-in was taken before by this process, marked in the store, and given back.</summary>
    internal bool IsMarked(string state) => _marked.ContainsKey(state);

    private void Sweep(DateTimeOffset now)
    {
        foreach (ConcurrentDictionary<string, DateTimeOffset> states in (ConcurrentDictionary<string, DateTimeOffset>[])[_states, _marked])
        {
            foreach ((string state, DateTimeOffset expiresOn) in states)
            {
                if (now >= expiresOn)
                {
                    states.TryRemove(state, out _);
                }
            }

            foreach ((string state, _) in states.ToArray().OrderBy(static entry => entry.Value).Take(states.Count - Most).ToArray())
            {
                states.TryRemove(state, out _);
            }
        }
    }
}
