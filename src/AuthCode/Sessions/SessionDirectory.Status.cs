using System.Collections.Concurrent;

namespace AuthCode;

/// <content>What is known of a session that may not be there.</content>
internal sealed partial class SessionDirectory
{
    // Some minutes of cookies whose sessions are gone, at a rate that no service has.
    private const int MostAbsent = 10_000;

    // What a look into the store found of sessions that are not there: whoever repeats a cookie causes one look in RevalidateAfter.
    private readonly ConcurrentDictionary<string, (UserSessionStatus Status, long Timestamp)> _absent = new(StringComparer.Ordinal);

    /// <summary>What is known of a session. At most one look into the store in <see cref="UserSessionOptions.RevalidateAfter"/>, also if there is no session.</summary>
    internal async ValueTask<UserSessionStatus> StatusOfAsync(string key, CancellationToken cancellationToken)
    {
        bool wasKnown = _absent.TryGetValue(key, out (UserSessionStatus Status, long Timestamp) known);
        if (wasKnown && (_vault is null || _factory.Time.GetElapsedTime(known.Timestamp) < _settings.RevalidateAfter))
        {
            return known.Status;
        }

        UserSessionStatus status;
        try
        {
            status = await FindAsync(key, cancellationToken).ConfigureAwait(false) is not null ? UserSessionStatus.Alive
                : _absent.TryGetValue(key, out (UserSessionStatus Status, long Timestamp) found) && !(wasKnown && found == known) ? found.Status
                : await WhyAbsentAsync(key, cancellationToken).ConfigureAwait(false);
        }
        catch (AuthenticationFailedException e) when (e.IsTransient)
        {
            status = UserSessionStatus.Unavailable;
        }

        if (status == UserSessionStatus.Unavailable && wasKnown && known.Status == UserSessionStatus.Ended)
        {
            // What is known here is all that is known while the store does not respond.
            status = UserSessionStatus.Ended;
        }

        if (status == UserSessionStatus.Alive)
        {
            _absent.TryRemove(key, out _);
        }

        if (status is UserSessionStatus.Ended or UserSessionStatus.Lost)
        {
            NoteAbsent(key, status);
        }

        return status;
    }

    /// <summary>The user of a session, as far as can be found out.</summary>
    internal async ValueTask<SessionUser?> FindUserAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            return await FindAsync(key, cancellationToken).ConfigureAwait(false) is { } known ? known.Session?.User ?? known.User : null;
        }
        catch (AuthenticationFailedException e) when (e.IsTransient)
        {
            return null;
        }
    }

    // Without a store, this memory is all that knows that a session was ended and not lost.
    private void NoteAbsent(string key, UserSessionStatus status)
    {
        if (_absent.Count >= MostAbsent)
        {
            foreach ((string oldest, _) in _absent.ToArray().OrderBy(static entry => entry.Value.Timestamp).Take(MostAbsent / 8).ToArray())
            {
                _absent.TryRemove(oldest, out _);
            }
        }

        _absent[key] = (status, _factory.Time.GetTimestamp());
    }

    /// <summary>Notes that a session goes on, whatever was known of its end.</summary>
    internal void NoteReturn(KnownSession known) => _absent.TryRemove(known.Key, out _);

    private async ValueTask<UserSessionStatus> WhyAbsentAsync(string key, CancellationToken cancellationToken)
    {
        if (_vault is not { } vault || !IsKey(key))
        {
            return UserSessionStatus.Lost;
        }

        using StoreReading reading = await vault.ReadAsync(vault.KeyOf(SessionVault.SessionKind, key)).ConfigureAwait(false);
        return reading.Finding switch
        {
            StoreFinding.Ended => UserSessionStatus.Ended,

            // It may have been written back a moment ago. Otherwise it is of an account whose sessions were ended, or too old.
            StoreFinding.Live => await FindAsync(key, cancellationToken).ConfigureAwait(false) is null ? UserSessionStatus.Ended : UserSessionStatus.Alive,
            StoreFinding.Down => UserSessionStatus.Unavailable,
            _ => UserSessionStatus.Lost,
        };
    }
}
