using System.Collections.Concurrent;

namespace AuthCode;

/// <content>Sign-outs that the server tells of.</content>
internal sealed partial class SessionDirectory
{
    // Some hours of sign-outs at a rate that no server has.
    private const int MostSpentTokens = 10_000;

    // Sign-ins whose session at the server could not be stored: until it is, a sign-out there reaches them on this instance only.
    private readonly ConcurrentDictionary<(string ServerSession, string Issuer, string Key), bool> _untoldLinks = new();

    // The logout tokens that were taken, until they expire; with a store, all instances know them.
    private readonly ConcurrentDictionary<string, DateTimeOffset> _spentTokens = new(StringComparer.Ordinal);

    /// <summary>Ends the sessions that began in a session at the server.</summary>
    /// <param name="issuer">The issuer; <see langword="null"/> for any of this client's server.</param>
    /// <param name="serverSession">The session at the server.</param>
    /// <param name="cancellationToken">Cancels the revocation of tokens, and no end.</param>
    /// <exception cref="AuthenticationFailedException">The store does not respond; the sessions in memory have ended.</exception>
    internal async ValueTask EndAtServerAsync(string? issuer, string serverSession, CancellationToken cancellationToken)
    {
        (HashSet<string> keys, bool isComplete) = await FindLinkedAsync(issuer, serverSession).ConfigureAwait(false);
        await EndAtServerAsync(keys, isComplete, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Ends the sessions that a logout token is about, which is taken once.</summary>
    /// <exception cref="AuthenticationFailedException">The token was taken before, or the store does not respond; then the sessions in memory have ended.</exception>
    internal async ValueTask EndAtServerAsync(ServerSignOut signOut, CancellationToken cancellationToken)
    {
        (HashSet<string> keys, bool isComplete) = signOut.ServerSession is null ? ([], true) : await FindLinkedAsync(signOut.Issuer, signOut.ServerSession).ConfigureAwait(false);

        // Not before the sessions are known: the server may send a token again that could not be taken.
        StoreWrite spent = isComplete ? await SpendAsync(signOut).ConfigureAwait(false) : StoreWrite.Down;
        if (spent == StoreWrite.Conflict)
        {
            throw Failures.LogoutTokenTwice().ToException();
        }

        if (signOut is { ServerSession: null, AccountKey: { } accountKey })
        {
            await EndAllAsync(accountKey, SessionEnd.SignedOutAtServer, cancellationToken).ConfigureAwait(false);
        }

        await EndAtServerAsync(keys, spent == StoreWrite.Written, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask EndAtServerAsync(HashSet<string> keys, bool isComplete, CancellationToken cancellationToken)
    {
        bool isRevoked = true;
        foreach (string key in keys)
        {
            isRevoked &= await TryEndAsync(key, SessionEnd.SignedOutAtServer, cancellationToken).ConfigureAwait(false);
        }

        if (!isComplete)
        {
            throw Failures.StoreUnavailable().ToException();
        }

        if (!isRevoked)
        {
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private async ValueTask<StoreWrite> SpendAsync(ServerSignOut signOut)
    {
        string token = $"{signOut.Issuer}|{signOut.TokenId}";
        if (_vault is { } vault)
        {
            return await vault.EndVersionAsync(vault.KeyOf(SessionVault.LogoutTokenKind, token), signOut.ExpiresOn, expectedVersion: 0).ConfigureAwait(false);
        }

        if (_spentTokens.Count >= MostSpentTokens)
        {
            DateTimeOffset now = _factory.Time.GetUtcNow();
            foreach ((string spent, DateTimeOffset expiresOn) in _spentTokens.OrderBy(static entry => entry.Value).Take(MostSpentTokens / 8).Concat(_spentTokens.Where(entry => entry.Value <= now)).ToArray())
            {
                _spentTokens.TryRemove(spent, out _);
            }
        }

        return _spentTokens.TryAdd(token, signOut.ExpiresOn) ? StoreWrite.Written : StoreWrite.Conflict;
    }

    private async ValueTask<(HashSet<string> Keys, bool IsComplete)> FindLinkedAsync(string? issuer, string serverSession)
    {
        int hash = SessionUser.HashOf(serverSession);
        HashSet<string> keys = [.. _memory.All().Where(known => known.User.HasServerSession(serverSession, hash) && (issuer is null || known.User.Issuer == issuer)).Select(static known => known.Key)];
        if (_vault is not { } vault)
        {
            return (keys, true);
        }

        using StoreReading reading = await vault.ReadAsync(vault.KeyOf(SessionVault.ServerSessionKind, serverSession)).ConfigureAwait(false);
        if (reading.Finding == StoreFinding.Live && ServerSessionEntry.Read(reading.Data) is { } entry)
        {
            keys.UnionWith(entry.Sessions.Where(session => issuer is null || session.Issuer == issuer).Select(static session => session.Key));
        }

        return (keys, reading.Finding != StoreFinding.Down);
    }

    // The session at the server is known by its ID alone: Entra ID does not name the issuer when it tells of a sign-out.
    private async ValueTask LinkAsync(SessionVault vault, SessionUser user, string key)
    {
        if (user.ServerSession is { } serverSession && !await TryLinkAsync(vault, serverSession, user.Issuer, key).ConfigureAwait(false))
        {
            _untoldLinks[(serverSession, user.Issuer, key)] = true;
        }
    }

    private async ValueTask TellOfServerSessionsAsync(SessionVault vault)
    {
        foreach ((string serverSession, string issuer, string key) in _untoldLinks.Keys)
        {
            if (await TryLinkAsync(vault, serverSession, issuer, key).ConfigureAwait(false))
            {
                _untoldLinks.TryRemove((serverSession, issuer, key), out _);
            }
        }
    }

    private async ValueTask<bool> TryLinkAsync(SessionVault vault, string serverSession, string issuer, string key)
    {
        const int MostTries = 5;
        string storeKey = vault.KeyOf(SessionVault.ServerSessionKind, serverSession);
        for (int tries = 0; tries < MostTries; tries++)
        {
            using StoreReading reading = await vault.ReadAsync(storeKey).ConfigureAwait(false);
            if (reading.Finding == StoreFinding.Down)
            {
                return false;
            }

            ServerSessionEntry entry = reading.Finding == StoreFinding.Live ? ServerSessionEntry.Read(reading.Data) ?? ServerSessionEntry.None : ServerSessionEntry.None;
            ServerSessionEntry changed = entry.With(issuer, key);
            DateTimeOffset until = _factory.Time.GetUtcNow().SaturatingAdd(_settings.Lifetime);
            StoreWrite written = changed == entry ? StoreWrite.Written
                : await vault.WriteAsync(storeKey, changed.ToBytes(), reading.Version + 1, until, reading.Version).ConfigureAwait(false);
            if (written != StoreWrite.Conflict)
            {
                return written == StoreWrite.Written;
            }
        }

        return false;
    }
}
