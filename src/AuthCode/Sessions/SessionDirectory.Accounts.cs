using System.Collections.Concurrent;

namespace AuthCode;

/// <content>The sessions of an account.</content>
internal sealed partial class SessionDirectory
{
    // What happened to accounts while the store did not respond: until it is told, another instance could still use sessions that were ended.
    private readonly ConcurrentDictionary<string, Func<AccountEntry, AccountEntry>> _untoldAccounts = new(StringComparer.Ordinal);

    /// <summary>The session of an account that began last; <see langword="null"/> if there is none.</summary>
    internal async ValueTask<KnownSession?> FindNewestAsync(string accountKey, CancellationToken cancellationToken)
    {
        string? key = _memory.OfAccount(accountKey).MaxBy(static known => known.SignedInOn)?.Key;
        if (_vault is { } vault)
        {
            StoreReading reading = await vault.ReadAsync(vault.KeyOf(SessionVault.AccountKind, accountKey)).ConfigureAwait(false);
            key = reading.Finding == StoreFinding.Live ? AccountEntry.Read(reading.Data)?.NewestSession
                : reading.Finding == StoreFinding.Down && key is null ? throw Failures.StoreUnavailable().ToException()
                : key;
        }

        return key is null ? null : await FindAsync(key, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Ends all sessions of an account, on this instance at once and on the others when they look next.</summary>
    internal async ValueTask EndAllAsync(string accountKey, CancellationToken cancellationToken)
    {
        DateTimeOffset now = _factory.Time.GetUtcNow();
        if (await UpdateAccountAsync(accountKey, entry => entry.WithoutSessions(now)).ConfigureAwait(false) is null)
        {
            Postpone(accountKey, entry => entry.EndedAt(now));
        }

        foreach (KnownSession known in _memory.OfAccount(accountKey))
        {
            await TryEndAsync(known.Key, SessionEnd.SignedOutEverywhere, cancellationToken).ConfigureAwait(false);
        }

        cancellationToken.ThrowIfCancellationRequested();
    }

    private async ValueTask TellOfAccountsAsync()
    {
        foreach ((string accountKey, Func<AccountEntry, AccountEntry> change) in _untoldAccounts)
        {
            if (await UpdateAccountAsync(accountKey, change).ConfigureAwait(false) is not null)
            {
                _untoldAccounts.TryRemove(KeyValuePair.Create(accountKey, change));
            }
        }
    }

    private void Postpone(string accountKey, Func<AccountEntry, AccountEntry> change)
    {
        if (_vault is not null)
        {
            _untoldAccounts.AddOrUpdate(accountKey, change, (_, earlier) => entry => change(earlier(entry)));
        }
    }

    /// <returns>What is stored now; <see langword="null"/> if nothing could be stored.</returns>
    private async ValueTask<AccountEntry?> UpdateAccountAsync(string accountKey, Func<AccountEntry, AccountEntry> change)
    {
        const int MostTries = 5;
        if (_vault is not { } vault)
        {
            return null;
        }

        string key = vault.KeyOf(SessionVault.AccountKind, accountKey);
        for (int tries = 0; tries < MostTries; tries++)
        {
            StoreReading reading = await vault.ReadAsync(key).ConfigureAwait(false);
            AccountEntry entry = reading.Finding == StoreFinding.Live ? AccountEntry.Read(reading.Data) ?? AccountEntry.None : AccountEntry.None;
            if (reading.Finding == StoreFinding.Down)
            {
                return null;
            }

            AccountEntry changed = change(entry);
            DateTimeOffset until = changed.LatestOf(_factory.Time.GetUtcNow()).SaturatingAdd(_settings.Lifetime);
            StoreWrite written = await vault.WriteAsync(key, changed.ToBytes(), reading.Version + 1, until, reading.Version).ConfigureAwait(false);
            if (written != StoreWrite.Conflict)
            {
                return written == StoreWrite.Written ? changed : null;
            }
        }

        return null;
    }
}
