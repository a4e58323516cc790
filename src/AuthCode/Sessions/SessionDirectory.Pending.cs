namespace AuthCode;

/// <content>What the store does not have yet.</content>
internal sealed partial class SessionDirectory
{
    // One pass at a time: what another one is about to tell would count as untold.
    private readonly SemaphoreSlim _passes = new(1, 1);

    // How many passes the store has asked for while one is under way.
    private int _recoveries;

    /// <summary>Stores what could not be stored before.</summary>
    /// <returns>How many sessions, and ends of sessions, could still not be stored.</returns>
    internal async Task<int> StorePendingAsync(CancellationToken cancellationToken)
    {
        if (_vault is not { } vault)
        {
            return 0;
        }

        await _passes.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await TellAllAsync(vault, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _passes.Release();
        }
    }

    private async Task<int> TellAllAsync(SessionVault vault, CancellationToken cancellationToken)
    {
        await vault.TellAsync(cancellationToken).ConfigureAwait(false);
        await TellOfAccountsAsync(cancellationToken).ConfigureAwait(false);
        await TellOfServerSessionsAsync(vault, cancellationToken).ConfigureAwait(false);
        await TellOfSignOutsAsync(cancellationToken).ConfigureAwait(false);
        int left = 0;
        foreach (KnownSession known in _memory.All())
        {
            if (known.Session is { IsPending: true } session)
            {
                await session.RevalidateAsync(cancellationToken).ConfigureAwait(false);
                left += session.IsPending ? 1 : 0;
            }
        }

        return left + UntoldCount;
    }

    /// <summary>How many sessions, and ends of sessions, the store does not have, including the sessions whose request is under way.</summary>
    internal int PendingCount => _vault is null ? 0 : UntoldCount + _memory.All().Count(static known => known.Session is { } session && (session.IsPending || session.IsInTurn));

    private int UntoldCount => (_vault?.Untold ?? 0) + _untoldAccounts.Count + _untoldLinks.Count + _untoldSignOuts.Count + _untoldHints.Count;

    /// <summary>Waits for the requests that are under way, and stores what could not be stored before.</summary>
    /// <inheritdoc cref="StorePendingAsync"/>
    internal async Task<int> FlushAsync(CancellationToken cancellationToken)
    {
        // Before the wait as well, which may take longer than the process has left.
        await StorePendingAsync(cancellationToken).ConfigureAwait(false);
        foreach (KnownSession known in _vault is null ? [] : _memory.All())
        {
            if (known.Session is { IsDisposed: false } session)
            {
                await session.FinishAsync(cancellationToken).ConfigureAwait(false);
            }
        }

        return await StorePendingAsync(cancellationToken).ConfigureAwait(false);
    }

    private void Recover() => ThreadPool.UnsafeQueueUserWorkItem(static directory => _ = directory.RecoverAsync(), this, preferLocal: false);

    // What could not be told for another reason than that the store was down is tried again now and then.
    private void RecoverIfNeeded()
    {
        if (UntoldCount > 0 || _memory.All().Any(static known => known.Session?.IsPending == true))
        {
            Recover();
        }
    }

    private async Task RecoverAsync()
    {
        // Whoever comes during a pass has another one follow: what the first one has passed may be new.
        if (Interlocked.Increment(ref _recoveries) > 1)
        {
            return;
        }

        int seen;
        do
        {
            seen = Volatile.Read(ref _recoveries);
            try
            {
                await StorePendingAsync(CancellationToken.None).ConfigureAwait(false);
            }
            catch (Exception e)
            {
                Log.Unexpected(_factory.Logger, e.GetType().Name);
            }
        }
        while (Interlocked.CompareExchange(ref _recoveries, 0, seen) != seen);
    }
}
