using System.Collections.Concurrent;

namespace AuthCode;

/// <content>The sessions of an account.</content>
internal sealed partial class SessionDirectory
{
    // What happened to accounts while the store did not respond: until it is told, another instance could still use sessions that were ended.
    private readonly ConcurrentDictionary<string, PostponedAccount> _untoldAccounts = new(StringComparer.Ordinal);

    // Without a store: sign-outs of all sessions that can concern a sign-in that is under way.
    private readonly RecentEnds _accountEnds = new();

    /// <summary>The session of an account that began last; <see langword="null"/> if there is none.</summary>
    internal async ValueTask<KnownSession?> FindNewestAsync(string accountKey, CancellationToken cancellationToken)
    {
        List<string> keys = [.. _memory.OfAccount(accountKey).OrderByDescending(static known => known.SignedInOn).Select(static known => known.Key)];
        if (_vault is { } vault)
        {
            using StoreReading reading = await vault.ReadAsync(vault.KeyOf(SessionVault.AccountKind, accountKey)).ConfigureAwait(false);
            if (reading.Finding == StoreFinding.Down && keys.Count == 0)
            {
                throw Failures.StoreUnavailable().ToException();
            }

            if (reading.Finding == StoreFinding.Live && AccountEntry.Read(reading.Data)?.NewestSession is { } newest)
            {
                keys.Insert(0, newest);
            }
        }

        foreach (string key in keys)
        {
            if (await FindAsync(key, cancellationToken).ConfigureAwait(false) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    /// <summary>Ends all sessions of an account, on this instance at once and on the others when they look next.</summary>
    /// <returns>Whether the store was told; otherwise it is as soon as it responds.</returns>
    internal async ValueTask<bool> EndAllAsync(string accountKey, SessionEnd reason, CancellationToken cancellationToken)
    {
        bool isRevoking = reason != SessionEnd.SignedOutAtServer;
        await TakeNewestAsync(isRevoking ? _memory.OfAccount(accountKey) : []).ConfigureAwait(false);
        DateTimeOffset now = _factory.Time.GetUtcNow();
        bool isTold = true;
        if (_vault is not { } vault)
        {
            _accountEnds.Note(accountKey, now);
        }
        else if (await UpdateAccountAsync(accountKey, entry => entry.WithoutSessions(now)).ConfigureAwait(false) is not null)
        {
            // A look-up that has read the entry before looks again.
            _memory.NoteChange(vault.KeyOf(SessionVault.AccountKind, accountKey));
        }
        else
        {
            // Sessions of an instance whose clock is ahead have ended too, as far as they are known here.
            DateTimeOffset latest = _memory.OfAccount(accountKey).Select(static known => known.SignedInOn).Append(now).Max();
            Postpone(accountKey, postponed => postponed.EndedAt(latest, now));
            isTold = false;
        }

        isTold &= await EndEachAsync([.. _memory.OfAccount(accountKey).Select(static known => known.Key)], reason, isRevoking, cancellationToken).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return isTold;
    }

    // The newest session of an account is found by its key, so a session that has ended makes place for another one that is known here.
    private async ValueTask ForgetAsync(KnownSession ended)
    {
        string? next = _memory.OfAccount(ended.User.AccountKey).MaxBy(static known => known.SignedInOn)?.Key;
        if (_vault is not null && await UpdateAccountAsync(ended.User.AccountKey, entry => entry.WithoutSession(ended.Key, next)).ConfigureAwait(false) is null)
        {
            Postpone(ended.User.AccountKey, postponed => postponed.WithoutSession(ended.Key, next));
        }
    }

    private async ValueTask TellOfAccountsAsync(CancellationToken cancellationToken)
    {
        foreach ((string accountKey, PostponedAccount postponed) in _untoldAccounts)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (await UpdateAccountAsync(accountKey, postponed.ApplyTo, postponed.BeginningOfLast).ConfigureAwait(false) is not null)
            {
                _untoldAccounts.TryRemove(KeyValuePair.Create(accountKey, postponed));
            }
        }
    }

    private void Postpone(string accountKey, Func<PostponedAccount, PostponedAccount> change)
    {
        if (_vault is not null)
        {
            _untoldAccounts.AddOrUpdate(accountKey, static (_, next) => next(PostponedAccount.None), static (_, earlier, next) => next(earlier), change);
        }
    }

    /// <param name="accountKey">The account.</param>
    /// <param name="change">What has happened.</param>
    /// <param name="goesOn">When a session began that goes on, if it is older than the change; <see langword="null"/> for none.</param>
    /// <returns>What is stored now; <see langword="null"/> if nothing could be stored.</returns>
    private async ValueTask<AccountEntry?> UpdateAccountAsync(string accountKey, Func<AccountEntry, AccountEntry> change, DateTimeOffset? goesOn = null)
    {
        const int MostTries = 5;
        if (_vault is not { } vault)
        {
            return null;
        }

        string key = vault.KeyOf(SessionVault.AccountKind, accountKey);
        for (int tries = 0; tries < MostTries; tries++)
        {
            using StoreReading reading = await vault.ReadAsync(key).ConfigureAwait(false);
            if (reading.Finding == StoreFinding.Down)
            {
                return null;
            }

            AccountEntry entry = (reading.Finding, AccountEntry.Read(reading.Data)) switch
            {
                (StoreFinding.Live, { } stored) => stored,
                (StoreFinding.Absent, _) => AccountEntry.None,

                // It may say that all sessions have ended, and what is written over it must not take that back.
                _ => AccountEntry.OfUnknown(goesOn ?? _factory.Time.GetUtcNow()),
            };

            AccountEntry changed = change(entry);
            if (changed == entry)
            {
                return entry;
            }

            // Never for less time than before: clients of one store can give their sessions different lifetimes.
            DateTimeOffset until = Later(changed.LatestOf(_factory.Time.GetUtcNow()).SaturatingAdd(_settings.Lifetime), reading.ExpiresOn);
            StoreWrite written = await vault.WriteAsync(key, changed.ToBytes(), reading.Version + 1, until, reading.Version).ConfigureAwait(false);
            if (written != StoreWrite.Conflict)
            {
                return written == StoreWrite.Written ? changed : null;
            }
        }

        return null;
    }

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
}
