using System.Collections.Concurrent;

namespace AuthCode;

/// <content>Which sessions began in a session at the server.</content>
internal sealed partial class SessionDirectory
{
    private const int MostLinkTries = 5;

    // The clocks of instances differ: in doubt, a session ends.
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(1);

    // Sign-ins whose session at the server could not be stored: until it is, a sign-out there reaches them on this instance only.
    private readonly ConcurrentDictionary<(string ServerSession, string Issuer, string Key), DateTimeOffset> _untoldLinks = new();

    // Without a store: sessions at the server that are over, for sign-ins that are under way.
    private readonly RecentEnds _serverEnds = new();

    /// <summary>Finds the sessions that a sign-out at the server ends, and notes for sign-ins that are under way that it is over, if the server itself said so.</summary>
    /// <param name="ended">The session at the server.</param>
    /// <param name="isLate">Whether the sign-out was a while ago: a session whose sign-in was started since is a new one, also where the server keeps the ID of the session of a browser.</param>
    /// <returns>The keys, as far as they are known, and <see cref="StoreFinding.Live"/> if they are all; otherwise <see cref="StoreFinding.Down"/>, or <see cref="StoreFinding.Unreadable"/> if the store has bytes that cannot be read.</returns>
    private async ValueTask<(HashSet<string> Keys, StoreFinding Finding)> FindLinkedAsync(EndedServerSession ended, bool isLate)
    {
        (string? issuer, string serverSession, DateTimeOffset on, bool isVerified) = ended;
        if (_vault is not { } vault)
        {
            if (isVerified)
            {
                // Before the search: a session that is added later finds it.
                _serverEnds.Note(EndOf(issuer!, serverSession), on);
            }

            return (FindHere(issuer, serverSession), StoreFinding.Live);
        }

        // Those here ended when the sign-out came.
        HashSet<string> keys = isLate ? [] : FindHere(issuer, serverSession);
        string storeKey = vault.KeyOf(SessionVault.ServerSessionKind, serverSession);
        for (int tries = 0; tries < MostLinkTries; tries++)
        {
            using StoreReading reading = await vault.ReadAsync(storeKey).ConfigureAwait(false);
            ServerSessionEntry? entry = reading.Finding switch
            {
                StoreFinding.Live => ServerSessionEntry.Read(reading.Data),
                StoreFinding.Absent => ServerSessionEntry.None,
                _ => null,
            };
            if (entry is null)
            {
                return (keys, reading.Finding == StoreFinding.Down ? StoreFinding.Down : StoreFinding.Unreadable);
            }

            keys.UnionWith(entry.Sessions
                .Where(session => (issuer is null || session.Issuer == issuer) && (!isLate || session.StartedOn - on < ClockSkew))
                .Select(static session => session.Key));
            DateTimeOffset now = _factory.Time.GetUtcNow();
            ServerSessionEntry changed = isVerified ? entry.WithEnd(issuer!, on, now) : entry;
            DateTimeOffset known = now.SaturatingAdd(ServerSessionEntry.EndIsKnownFor);
            StoreWrite written = changed == entry ? StoreWrite.Written
                : await vault.WriteAsync(storeKey, changed.ToBytes(), reading.Version + 1, Later(known, reading.ExpiresOn), reading.Version).ConfigureAwait(false);
            if (written != StoreWrite.Conflict)
            {
                return (keys, written == StoreWrite.Written ? StoreFinding.Live : StoreFinding.Down);
            }
        }

        return (keys, StoreFinding.Down);
    }

    private HashSet<string> FindHere(string? issuer, string serverSession) =>
        [.. _memory.OfServerSession(serverSession).Where(known => issuer is null || known.User.Issuer == issuer).Select(static known => known.Key)];

    /// <summary>Links a session to the one at the server in which its user has signed in again: the end of either ends it.</summary>
    /// <param name="known">The session.</param>
    /// <param name="user">The user, as the new sign-in says.</param>
    /// <param name="startedOn">When the new sign-in was started.</param>
    /// <exception cref="AuthenticationFailedException">The one at the server has ended since the sign-in was started.</exception>
    internal async ValueTask LinkAsync(KnownSession known, SessionUser user, DateTimeOffset startedOn)
    {
        if (user.ServerSession is not { } serverSession)
        {
            return;
        }

        _memory.Link(known, serverSession);
        bool mayGoOn = _vault is { } vault
            ? await LinkAsync(vault, user, known.Key, startedOn).ConfigureAwait(false)
            : !_serverEnds.HasEndedSince(EndOf(user.Issuer, serverSession), startedOn);
        if (!mayGoOn)
        {
            throw Failures.EndedElsewhere().ToException();
        }
    }

    // The session at the server is known by its ID alone: Entra ID does not name the issuer when it tells of a sign-out.
    /// <returns>Whether the session may begin: not if the one at the server has ended since the sign-in was started.</returns>
    private async ValueTask<bool> LinkAsync(SessionVault vault, SessionUser user, string key, DateTimeOffset startedOn)
    {
        if (user.ServerSession is not { } serverSession)
        {
            return true;
        }

        StoreFinding finding = await TryLinkAsync(vault, serverSession, user.Issuer, key, startedOn).ConfigureAwait(false);
        if (finding == StoreFinding.Down)
        {
            _untoldLinks[(serverSession, user.Issuer, key)] = startedOn;
        }

        return finding != StoreFinding.Ended;
    }

    private async ValueTask TellOfServerSessionsAsync(SessionVault vault, CancellationToken cancellationToken)
    {
        foreach (((string serverSession, string issuer, string key) link, DateTimeOffset startedOn) in _untoldLinks)
        {
            cancellationToken.ThrowIfCancellationRequested();
            StoreFinding finding = await TryLinkAsync(vault, link.serverSession, link.issuer, link.key, startedOn).ConfigureAwait(false);
            if (finding == StoreFinding.Ended)
            {
                await EndEachAsync([link.key], SessionEnd.SignedOutAtServer, isRevoking: false, CancellationToken.None).ConfigureAwait(false);
            }

            if (finding != StoreFinding.Down)
            {
                _untoldLinks.TryRemove(link, out _);
            }
        }
    }

    /// <returns><see cref="StoreFinding.Live"/> if the session is linked, <see cref="StoreFinding.Ended"/> if the one at the server is over, or <see cref="StoreFinding.Down"/>.</returns>
    private async ValueTask<StoreFinding> TryLinkAsync(SessionVault vault, string serverSession, string issuer, string key, DateTimeOffset startedOn)
    {
        string storeKey = vault.KeyOf(SessionVault.ServerSessionKind, serverSession);
        for (int tries = 0; tries < MostLinkTries; tries++)
        {
            using StoreReading reading = await vault.ReadAsync(storeKey).ConfigureAwait(false);
            if (reading.Finding == StoreFinding.Down)
            {
                return StoreFinding.Down;
            }

            ServerSessionEntry entry = reading.Finding == StoreFinding.Live ? ServerSessionEntry.Read(reading.Data) ?? ServerSessionEntry.None : ServerSessionEntry.None;
            if (entry.HasEndedSince(issuer, startedOn))
            {
                return StoreFinding.Ended;
            }

            ServerSessionEntry changed = entry.With(issuer, key, startedOn);
            DateTimeOffset until = Later(_factory.Time.GetUtcNow().SaturatingAdd(_settings.Lifetime), reading.ExpiresOn);
            StoreWrite written = changed == entry ? StoreWrite.Written
                : await vault.WriteAsync(storeKey, changed.ToBytes(), reading.Version + 1, until, reading.Version).ConfigureAwait(false);
            if (written != StoreWrite.Conflict)
            {
                return written == StoreWrite.Written ? StoreFinding.Live : StoreFinding.Down;
            }
        }

        return StoreFinding.Down;
    }

    private static string EndOf(string issuer, string serverSession) => $"{issuer}\n{serverSession}";
}
