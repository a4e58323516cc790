using System.Net;

namespace AuthCode;

/// <summary>Whether one authority takes requests of one client for one tenant, as it told any session of this process.</summary>
/// <remarks>
/// <list type="table">
/// <listheader><term>the server said</term><description>who waits</description></listheader>
/// <item><term>503 with <c>Retry-After</c>, or <c>temporarily_unavailable</c></term><description>every session, at most 60 s</description></item>
/// <item><term>429, to fewer than three sessions within a minute</term><description>none but those (<see cref="SessionHold"/>)</description></item>
/// <item><term>429, to three sessions within a minute</term><description>every session, at most 60 s</description></item>
/// </list>
/// At the end of the wait one session tries, and the others go on when it has got through, at the latest ten seconds after the end,
/// although nobody has tried. While tries fail, another one follows each second.
/// </remarks>
internal sealed class ThrottleWindow(TimeProvider time)
{
    internal static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    private const int ManySessions = 3;

    private static readonly TimeSpan Recently = TimeSpan.FromMinutes(1);

    // After the end of the wait nobody waits for whoever tries for longer than this, and tries follow each other this often.
    private static readonly TimeSpan LongestTry = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan TryPause = TimeSpan.FromSeconds(1);

    // Guards all fields.
    private readonly object _gate = new();
    private readonly Dictionary<SessionHold, long> _refused = [];
    private HttpStatusCode _status;
    private string? _error;
    private TimeSpan _wait;
    private long _openedTimestamp;
    private bool _isOpen;
    private SessionHold? _trying;

    /// <summary>Whether nothing is noted that could hold anyone up.</summary>
    internal bool IsIdle
    {
        get
        {
            lock (_gate)
            {
                ForgetOld();
                CloseIfOver();
                return !_isOpen && _refused.Count == 0;
            }
        }
    }

    /// <summary>Whether everybody waits.</summary>
    internal bool IsHolding => Left > TimeSpan.Zero;

    /// <summary>How long everybody waits.</summary>
    internal TimeSpan Left
    {
        get
        {
            lock (_gate)
            {
                TimeSpan left = _isOpen ? _wait - time.GetElapsedTime(_openedTimestamp) : TimeSpan.Zero;
                return left > TimeSpan.Zero ? left : TimeSpan.Zero;
            }
        }
    }

    /// <summary>The server's refusal with what is left of its wait; <see langword="null"/> when the session may send.</summary>
    internal TokenErrorResponse? Find(SessionHold session)
    {
        lock (_gate)
        {
            CloseIfOver();
            if (!_isOpen)
            {
                return null;
            }

            TimeSpan left = _wait - time.GetElapsedTime(_openedTimestamp);
            if (left <= TimeSpan.Zero)
            {
                if (_trying is null)
                {
                    _trying = session;
                    return null;
                }

                left = TryPause;
            }

            // Another user's callers are told too: only the part of the response that concerns every user is kept.
            return new TokenErrorResponse(_status) { Error = _error, RetryAfter = left };
        }
    }

    /// <summary>Notes a refusal for now.</summary>
    internal void Note(SessionHold session, TokenErrorResponse refusal, TimeSpan wait)
    {
        lock (_gate)
        {
            // Of one user, also if it is the one who tries: the server may take the requests of others.
            if (refusal.StatusCode == HttpStatusCode.TooManyRequests && !IsRefusedToMany(session))
            {
                return;
            }

            _refused.Clear();
            _trying = null;
            TimeSpan capped = wait < Longest ? wait : Longest;
            if (!_isOpen || _wait - time.GetElapsedTime(_openedTimestamp) < capped)
            {
                (_status, _error, _wait, _openedTimestamp, _isOpen) = (refusal.StatusCode, refusal.Error, capped, time.GetTimestamp(), true);
            }
        }
    }

    /// <summary>Notes that a session's request is over. If it was the one that tried, everybody may send if it got through, another one tries soon if it did not, and at once if nothing was sent.</summary>
    internal void EndTry(SessionHold session, bool isSent, bool isThrough)
    {
        lock (_gate)
        {
            if (_trying != session)
            {
                return;
            }

            _trying = null;
            if (isSent)
            {
                _isOpen = !isThrough;
                (_wait, _openedTimestamp) = (TryPause, time.GetTimestamp());
            }
        }
    }

    private void CloseIfOver()
    {
        if (_isOpen && time.GetElapsedTime(_openedTimestamp) >= _wait + LongestTry)
        {
            (_isOpen, _trying) = (false, null);
        }
    }

    private bool IsRefusedToMany(SessionHold session)
    {
        ForgetOld();
        _refused[session] = time.GetTimestamp();
        return _refused.Count >= ManySessions;
    }

    private void ForgetOld()
    {
        foreach (SessionHold old in _refused.Where(refused => time.GetElapsedTime(refused.Value) >= Recently).Select(static refused => refused.Key).ToArray())
        {
            _refused.Remove(old);
        }
    }
}
