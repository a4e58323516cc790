using System.Collections.Concurrent;

namespace AuthCode;

/// <content>Sign-outs that the server tells of.</content>
internal sealed partial class SessionDirectory
{
    // Some hours of sign-outs at a rate that no server has.
    private const int MostSpentTokens = 10_000;

    // The logout tokens that were taken, until they expire; with a store, all instances know them.
    private readonly ConcurrentDictionary<string, DateTimeOffset> _spentTokens = new(StringComparer.Ordinal);

    // Sign-outs at the server whose sessions could not be found while the store did not respond. Anyone can send those of a browser.
    private readonly UntoldSignOuts _untoldSignOuts = new(most: 100_000);
    private readonly UntoldSignOuts _untoldHints = new(most: 1_000);

    /// <summary>Ends the sessions that began in a session at the server.</summary>
    /// <param name="issuer">The issuer; <see langword="null"/> for any of this client's server.</param>
    /// <param name="serverSession">The session at the server.</param>
    /// <param name="cancellationToken">Cancels the search in the store, and no end.</param>
    /// <exception cref="AuthenticationFailedException">The store does not respond; the sessions in memory have ended.</exception>
    internal async ValueTask EndAtServerAsync(string? issuer, string serverSession, CancellationToken cancellationToken)
    {
        if (!await EndServerSessionAsync(new EndedServerSession(issuer, serverSession, _factory.Time.GetUtcNow(), IsVerified: false), cancellationToken).ConfigureAwait(false))
        {
            throw Failures.SignOutUnstored().ToException();
        }
    }

    /// <summary>Ends the sessions that a logout token is about, which is taken once.</summary>
    /// <exception cref="AuthenticationFailedException">The token was taken before, or the store does not respond; then the sessions in memory have ended.</exception>
    internal async ValueTask EndAtServerAsync(ServerSignOut signOut, CancellationToken cancellationToken)
    {
        bool isTold = await RequireUnspentAsync(signOut).ConfigureAwait(false);
        isTold &= signOut switch
        {
            { ServerSession: { } serverSession } => await EndServerSessionAsync(new EndedServerSession(signOut.Issuer, serverSession, _factory.Time.GetUtcNow(), IsVerified: true), cancellationToken).ConfigureAwait(false),
            { AccountKey: { } accountKey } => await EndAllAsync(accountKey, SessionEnd.SignedOutAtServer, cancellationToken).ConfigureAwait(false),
            _ => true,
        };

        // Last: the server may send a token again that could not be carried out. Of two that come at once, either has ended the sessions.
        if (!isTold || await SpendAsync(signOut).ConfigureAwait(false) == StoreWrite.Down)
        {
            throw Failures.SignOutUnstored().ToException();
        }
    }

    /// <returns>Whether all instances know, or will by the store.</returns>
    private async ValueTask<bool> EndServerSessionAsync(EndedServerSession ended, CancellationToken cancellationToken)
    {
        (HashSet<string> keys, StoreFinding finding) = await FindLinkedAsync(ended, isLate: false).ConfigureAwait(false);
        if (finding == StoreFinding.Down)
        {
            (ended.IsVerified ? _untoldSignOuts : _untoldHints).Add(ended);
        }

        // The server has ended its session itself, and may hold it while it waits for the response: no token is revoked there. It keeps the
        // refresh tokens for offline access, too (OpenID Connect Back-Channel Logout section 2.7).
        bool isTold = await EndEachAsync(keys, SessionEnd.SignedOutAtServer, isRevoking: false, cancellationToken).ConfigureAwait(false);
        return isTold && finding == StoreFinding.Live;
    }

    private async ValueTask TellOfSignOutsAsync(CancellationToken cancellationToken)
    {
        foreach (UntoldSignOuts untold in new[] { _untoldSignOuts, _untoldHints })
        {
            foreach (EndedServerSession ended in untold.All())
            {
                cancellationToken.ThrowIfCancellationRequested();
                (HashSet<string> keys, StoreFinding finding) = await FindLinkedAsync(ended, isLate: true).ConfigureAwait(false);
                if (finding == StoreFinding.Down)
                {
                    // It does not respond to the others either.
                    return;
                }

                await EndEachAsync(keys, SessionEnd.SignedOutAtServer, isRevoking: false, CancellationToken.None).ConfigureAwait(false);
                untold.Remove(ended);
            }
        }
    }

    /// <returns>Whether the store has responded.</returns>
    /// <exception cref="AuthenticationFailedException">The token was taken before.</exception>
    private async ValueTask<bool> RequireUnspentAsync(ServerSignOut signOut)
    {
        StoreFinding finding = _vault is { } vault
            ? (await vault.ReadAsync(vault.KeyOf(SessionVault.LogoutTokenKind, TokenOf(signOut))).ConfigureAwait(false)).Finding
            : _spentTokens.ContainsKey(TokenOf(signOut)) ? StoreFinding.Ended : StoreFinding.Absent;
        return finding == StoreFinding.Ended ? throw Failures.LogoutTokenTwice().ToException() : finding != StoreFinding.Down;
    }

    private async ValueTask<StoreWrite> SpendAsync(ServerSignOut signOut)
    {
        string token = TokenOf(signOut);
        if (_vault is { } vault)
        {
            return await vault.EndVersionAsync(vault.KeyOf(SessionVault.LogoutTokenKind, token), signOut.ExpiresOn, expectedVersion: 0).ConfigureAwait(false);
        }

        if (_spentTokens.Count >= MostSpentTokens)
        {
            DateTimeOffset now = _factory.Time.GetUtcNow();
            KeyValuePair<string, DateTimeOffset>[] tokens = _spentTokens.ToArray();
            foreach ((string spent, DateTimeOffset expiresOn) in tokens.OrderBy(static entry => entry.Value).Take(MostSpentTokens / 8).Concat(tokens.Where(entry => entry.Value <= now)))
            {
                _spentTokens.TryRemove(spent, out _);
            }
        }

        return _spentTokens.TryAdd(token, signOut.ExpiresOn) ? StoreWrite.Written : StoreWrite.Conflict;
    }

    private static string TokenOf(ServerSignOut signOut) => $"{signOut.Issuer}|{signOut.TokenId}";
}
