using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace AuthCode;

/// <summary>Which sessions in memory a sign-out of a session at the server (<c>sid</c>) is about. One that has none costs nothing here.</summary>
internal sealed class ServerSessionIndex
{
    private readonly SessionIndex _sessions = new();

    // Of users who have signed in again since their session began.
    private readonly ConcurrentDictionary<KnownSession, ImmutableHashSet<string>> _later = new();

    internal void Add(KnownSession known)
    {
        if (known.User.ServerSession is { } serverSession)
        {
            _sessions.Add(serverSession, known);
        }
    }

    /// <summary>Adds a further session at the server to a session.</summary>
    internal void Add(KnownSession known, string serverSession)
    {
        if (known.User.ServerSession == serverSession)
        {
            return;
        }

        // In this order: whoever removes the session meanwhile leaves what the next removal finds.
        _sessions.Add(serverSession, known);
        _later.AddOrUpdate(known, static (_, added) => [added], static (_, earlier, added) => earlier.Add(added), serverSession);
    }

    internal void Remove(KnownSession known)
    {
        if (known.User.ServerSession is { } serverSession)
        {
            _sessions.Remove(serverSession, known);
        }

        if (_later.TryRemove(known, out ImmutableHashSet<string>? later))
        {
            foreach (string further in later)
            {
                _sessions.Remove(further, known);
            }
        }
    }

    internal IReadOnlyList<KnownSession> Find(string serverSession) => _sessions.Find(serverSession);
}
