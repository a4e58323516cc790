using System.Runtime.CompilerServices;

namespace AuthCode;

/// <content>A session that instances share. The rules are in docs/architecture.md.</content>
internal sealed partial class SessionGrants
{
    // A refusal is looked at again once, and a lost lease taken again: more rounds would be a loop.
    private const int MostRounds = 16;

    // A lease whose holder took long is taken again this often; then slow is what the holder is, and not paused.
    private const int MostRoundsForTime = 2;

    private static readonly TimeSpan LongestPatience = TimeSpan.FromSeconds(100);

    // Set before the session is used; null where sessions stay in the memory of one process.
    private SharedSession? _shared;

    internal SharedSession? Shared => _shared;

    /// <summary>The session as others find it, which is told of what happens to it; <see langword="null"/> if nobody finds it. Set before the session is used.</summary>
    internal KnownSession? Known { get; set; }

    /// <summary>Begins to share the session, and stores it.</summary>
    /// <returns>What came of the write; <see langword="null"/> if the session has been disposed of.</returns>
    internal async ValueTask<StoreWrite?> ShareAsync(SharedSession shared, CancellationToken cancellationToken)
    {
        if (!await TryEnterAsync(cancellationToken).ConfigureAwait(false))
        {
            return null;
        }

        WorkScope scope = EnterWork();
        try
        {
            Attach(shared);
            shared.HasUnstoredToken = true;
            return await SaveAsync(shared, expectedVersion: 0).ConfigureAwait(false);
        }
        finally
        {
            scope.Leave();
            Turn.Leave();
        }
    }

    /// <summary>Goes on with an entry of the store.</summary>
    internal void Attach(SharedSession shared)
    {
        UsedOn = Factory.Time.GetUtcNow();
        _shared = shared;
    }

    /// <summary>Waits for the request that is under way, if there is one: what it brings is stored when it is over.</summary>
    internal async ValueTask FinishAsync(CancellationToken cancellationToken)
    {
        if (await TryEnterToLookAsync(cancellationToken).ConfigureAwait(false))
        {
            Turn.Leave();
        }
    }

    /// <summary>Whether there is anything left of the session, as far as is known here.</summary>
    internal bool IsAlive => Ended is null || Cache.ValidAt(Factory.Time.GetUtcNow()).Count > 0;

    // How long another instance may have the lease.
    private TimeSpan Patience => Factory.Retry.NetworkTimeout == Timeout.InfiniteTimeSpan ? LongestPatience : Factory.Retry.NetworkTimeout;

    // Where a refresh token works once, a lease that may be held is waited for until it expires.
    private TimeSpan PatienceWithoutStore => IsSingleUse ? TimeSpan.FromSeconds(10) : TimeSpan.Zero;

    /// <summary>Whether a refresh token must not be sent unless the store confirms that it is the newest.</summary>
    private bool IsSingleUse => !Factory.IsRefreshTokenReusable;

    private async ValueTask<AcquisitionResult> TakeSharedTurnAsync(TokenAcquisition acquisition, SharedSession shared, Func<TokenAcquisition, Grant, ValueTask<AttemptResult>> send)
    {
        for (int round = 0; round < MostRounds; round++)
        {
            // Of a session that has ended, only what is stored by now can be of use.
            SharedTurn? begun = await shared.BeginAsync(Ended is null ? Patience : TimeSpan.Zero, PatienceWithoutStore, Turn.Lifetime).ConfigureAwait(false);
            if (begun is null)
            {
                return AcquisitionResult.Fail(Ended ?? Failures.LeaseTaken());
            }

            SharedTurn turn = begun;
            await using ConfiguredAsyncDisposable release = turn.ConfigureAwait(false);
            if (Take(shared, turn.Reading) is { } ended)
            {
                return AcquisitionResult.Fail(ended);
            }

            if (shared.IsTooOld)
            {
                return AcquisitionResult.Fail(End(Failures.SessionTooOld(), SessionEnd.Expired));
            }

            if (IsUnconfirmed(shared, turn.Reading))
            {
                (Failure? lost, Failure? unknown) = await FindLossAsync(shared, Turn.Lifetime).ConfigureAwait(false);
                if ((lost ?? unknown) is { } unconfirmed)
                {
                    return lost is null && Cache.Find(acquisition.Request.Key, Factory.Time.GetUtcNow()) is { } left ? AcquisitionResult.Success(left) : AcquisitionResult.Fail(unconfirmed);
                }
            }

            if (!TryPrepare(acquisition, out Grant? grant, out AcquisitionResult? settled))
            {
                return settled;
            }

            if (turn.Reading.Finding == StoreFinding.Down && Cache.Find(acquisition.Request.Key, Factory.Time.GetUtcNow()) is { } valid)
            {
                // What could not be stored could not be shared: early renewals wait until the store is back.
                RefreshSchedule.Pause(valid, Factory.Time.GetUtcNow());
                acquisition.Source = null;
                return AcquisitionResult.Success(valid);
            }

            if (!turn.IsOwn)
            {
                continue;
            }

            bool isOvertaken = false;
            bool mindsTime = round < MostRoundsForTime;
            grant.MayBeSent = () => !(isOvertaken = turn.IsLost || (mindsTime && turn.MayBeLost(Factory.Time)));
            AttemptResult attempt = await send(acquisition, grant).ConfigureAwait(false);
            if (isOvertaken)
            {
                continue;
            }

            if (attempt is { Outcome: AttemptOutcome.Refused, Reason: RefusalReason.Grant or RefusalReason.Interaction })
            {
                bool? hasNewer = await HasNewerAsync(shared, isPatient: attempt.Reason == RefusalReason.Grant).ConfigureAwait(false);
                if (hasNewer is null && attempt.Reason == RefusalReason.Grant && IsSingleUse)
                {
                    // Another instance may have used the refresh token, and the store cannot say so.
                    Failure unknown = Failures.RefusedWithoutStore(attempt.Failure!.Response!);
                    Remember(acquisition.Request, unknown);
                    return AcquisitionResult.Fail(unknown);
                }

                if (hasNewer == true)
                {
                    // Another instance has done it, or the user has signed out: the refusal was of what is old.
                    if (Ended is { } reason)
                    {
                        return AcquisitionResult.Fail(reason);
                    }

                    continue;
                }
            }

            SessionFacts before = _state.Facts;
            AcquisitionResult? result = Commit(acquisition, grant, attempt);
            if (attempt.IsSuccess)
            {
                Factory.NoteRefreshTokenUse(attempt.Response, grant);
                shared.Used ??= !shared.HasUnstoredToken && attempt.Response.RefreshToken is not null ? before : null;
                shared.HasUnstoredToken |= attempt.Response.RefreshToken is not null;
                if (await StoreAsync(shared, turn).ConfigureAwait(false) is { } overtaken)
                {
                    return AcquisitionResult.Fail(overtaken);
                }
            }
            else if (Ended is { } dead)
            {
                if (shared.HasUnstoredToken && await TryReturnToStoredAsync(shared).ConfigureAwait(false))
                {
                    continue;
                }

                if (await MarkRefusedAsync(shared).ConfigureAwait(false))
                {
                    // Another instance has stored a newer one after the last look.
                    continue;
                }

                Known?.NoteEnd(SessionEnd.Refused, dead.Response);
            }

            if (result is not null)
            {
                return result;
            }
        }

        return AcquisitionResult.Fail(Failures.LeaseTaken());
    }
}
