namespace AuthCode;

/// <content>Renewals before a caller needs them.</content>
internal sealed partial class SessionDirectory
{
    // A server that fails is not asked for the rest: what it has in common with the others is more than the user.
    private const int MostFailuresInARow = 3;

    /// <summary>Renews sessions in memory that were used since they were renewed last. None is looked up, so none lives longer for it.</summary>
    /// <returns>How many sessions were renewed.</returns>
    internal async Task<int> RenewAsync(RenewalPlan plan, CancellationToken cancellationToken)
    {
        int renewed = 0;
        int failures = 0;
        await Parallel.ForEachAsync(
            _memory.All().Where(IsInUse).TakeWhile(_ => Volatile.Read(ref failures) < MostFailuresInARow),
            new ParallelOptions { MaxDegreeOfParallelism = plan.MaxConcurrency, CancellationToken = cancellationToken },
            async (known, token) =>
            {
                bool? isRenewed = await TryRenewAsync(known, plan, token).ConfigureAwait(false);
                if (isRenewed == true)
                {
                    Interlocked.Increment(ref renewed);
                    Volatile.Write(ref failures, 0);
                }
                else if (isRenewed == false)
                {
                    Interlocked.Increment(ref failures);
                }
            }).ConfigureAwait(false);
        return renewed;
    }

    private bool IsInUse(KnownSession known)
    {
        long idle = _factory.Time.GetUtcNow().UtcTicks - known.LastUsedTicks;
        return known.IsHeld && known.LastUsedTicks > known.RenewedTicks && idle < (_settings.Store is null ? _settings.IdleTimeout : _settings.IdleInMemory).Ticks
            && _factory.Time.GetUtcNow() - known.SignedInOn < _settings.Lifetime;
    }

    private async Task<bool?> TryRenewAsync(KnownSession known, RenewalPlan plan, CancellationToken cancellationToken)
    {
        if (known.Session is not { } session)
        {
            return null;
        }

        long usedTicks = known.LastUsedTicks;
        bool? isRenewed;
        try
        {
            isRenewed = await session.RenewAsync(plan, new DateTimeOffset(usedTicks, TimeSpan.Zero), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            Log.Unexpected(_factory.Logger, e.GetType().Name);
            isRenewed = false;
        }

        if (isRenewed is not null)
        {
            // Not again before a caller comes, whatever came of it.
            known.RenewedTicks = usedTicks;
        }

        return isRenewed;
    }
}
