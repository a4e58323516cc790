using System.Collections.Concurrent;

namespace AuthCode;

/// <summary>Which sessions in memory a sign-out of a session at the server (<c>sid</c>) is about. One that has none costs nothing here.</summary>
internal sealed class ServerSessionIndex
{
    private readonly SessionIndex _sessions = new();

    // Of users who have signed in again since their session began.
    private readonly ConcurrentDictionary<(KnownSession Known, string ServerSession), bool> _later = new();

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

        _later[(known, serverSession)] = true;
        _sessions.Add(serverSession, known);
    }

    internal void Remove(KnownSession known)
    {
        if (known.User.ServerSession is { } serverSession)
        {
            _sessions.Remove(serverSession, known);
        }

        foreach ((KnownSession Known, string ServerSession) later in _later.IsEmpty ? [] : _later.Keys.Where(later => later.Known == known))
        {
            _later.TryRemove(later, out _);
            _sessions.Remove(later.ServerSession, known);
        }
    }

    internal IReadOnlyList<KnownSession> Find(string serverSession) => _sessions.Find(serverSession);
}
