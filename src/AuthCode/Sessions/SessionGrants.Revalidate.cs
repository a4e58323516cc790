namespace AuthCode;

/// <content>How a session that nobody refreshes keeps up with the store.</content>
internal sealed partial class SessionGrants
{
    /// <summary>Reads the session again if that is due, and stores what could not be stored before.</summary>
    /// <returns>Whether the session is alive, as far as is known.</returns>
    internal async ValueTask<bool> RevalidateAsync(CancellationToken cancellationToken)
    {
        if (_shared is not { } shared || !(shared.IsOld || shared.IsPending))
        {
            return IsAlive || (Turn.TryEnter() ? LeaveAndTell() : IsAlive);
        }

        // A request that is under way looks into the store itself, and nobody waits for it here.
        if (!Turn.TryEnter())
        {
            return IsAlive;
        }

        WorkScope scope = EnterWork();
        try
        {
            if (Turn.IsDisposed)
            {
                return false;
            }

            if (shared.IsEndUntold)
            {
                return await MarkRefusedAsync(shared).ConfigureAwait(false) || IsAlive;
            }

            StoreReading reading = await Deadline.EnforceOwned(shared.ReadAsync(), cancellationToken).ConfigureAwait(false);
            bool isTouchDue = shared.IsTouchDue(reading, UsedOn);
            for (int tries = 0; tries < MostRounds; tries++)
            {
                if (Take(shared, reading) is not null)
                {
                    return false;
                }

                if (reading.Finding != StoreFinding.Later && IsUnconfirmed(shared, reading))
                {
                    // Another instance may be about to write it back, or has written it under a key that is not known here yet.
                    using var either = CancellationTokenSource.CreateLinkedTokenSource(Turn.Lifetime, cancellationToken);
                    return (await FindLossAsync(shared, either.Token).ConfigureAwait(false)).Lost is null && IsAlive;
                }

                if (!IsAlive)
                {
                    // Nothing of it is worth storing.
                    if (reading.Finding is not (StoreFinding.Down or StoreFinding.Later))
                    {
                        shared.NoteStored();
                        Known?.NoteEnd(SessionEnd.Expired, null);
                    }

                    return false;
                }

                // What another instance has written may be older than what is in memory: then that is written over it.
                bool isWritable = reading.Finding == StoreFinding.Absent || IsUnreadableAndOlder(shared, reading) || (reading.Finding == StoreFinding.Live && (shared.IsDirty || isTouchDue));
                isWritable &= !IsRefused;
                if (!isWritable && reading.Finding is StoreFinding.Absent or StoreFinding.Unreadable)
                {
                    // It is looked for again in RevalidateAfter, and not each time.
                    shared.Confirm(storedVersion: 0);
                }

                if (!isWritable || await SaveAsync(shared, reading.Version).ConfigureAwait(false) != StoreWrite.Conflict)
                {
                    break;
                }

                isTouchDue = false;
                reading = await shared.ReadAsync().ConfigureAwait(false);
            }

            return true;
        }
        catch (OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!Turn.IsDisposed)
            {
                throw;
            }

            return false;
        }
        finally
        {
            scope.Leave();
            Turn.Leave();
        }
    }

    /// <summary>Whether anything is left of the session once whoever has the turn has decided; the service is told if not.</summary>
    internal async ValueTask<bool> IsAliveAtLastAsync(CancellationToken cancellationToken) =>
        await TryEnterToLookAsync(cancellationToken).ConfigureAwait(false) ? LeaveAndTell() : IsAlive;

    // Within the turn: whoever has it may be about to tell of another end, or to return to what is stored.
    private bool LeaveAndTell()
    {
        WorkScope scope = EnterWork();
        bool isAlive = IsAlive;
        if (!isAlive && !Turn.IsDisposed)
        {
            Known?.NoteEnd(SessionEnd.Expired, null);
        }

        scope.Leave();
        Turn.Leave();
        return isAlive;
    }
}
