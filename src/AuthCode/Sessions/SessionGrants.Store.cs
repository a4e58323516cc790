namespace AuthCode;

/// <content>What is taken from the store, and what is kept there.</content>
internal sealed partial class SessionGrants
{
    /// <summary>Takes over what the store has, if it is newer; the reason if the session has ended.</summary>
    private Failure? Take(SharedSession shared, StoreReading reading)
    {
        if (reading.Finding == StoreFinding.Ended)
        {
            return End(Failures.EndedElsewhere(), SessionEnd.SignedOut);
        }

        if (reading.Finding == StoreFinding.Later)
        {
            // It cannot be read today, and is not read each time.
            shared.Confirm(storedVersion: 0);
        }

        if (reading.Finding != StoreFinding.Live)
        {
            return null;
        }

        bool isSession = reading.Version <= shared.Version || TryAdopt(shared, reading);
        reading.Dispose();
        if (isSession)
        {
            shared.Confirm(reading.Version);
        }

        return null;
    }

    /// <summary>Takes over what is newer in the store than in memory; <see langword="false"/> if it is no session.</summary>
    private bool TryAdopt(SharedSession shared, StoreReading reading)
    {
        using SessionSnapshot? snapshot = SessionSnapshot.Read(reading.Data, Factory.Texts);
        if (snapshot is null)
        {
            return false;
        }

        TakeData(snapshot);

        if (Ended is null && _state.Facts.IsOfLaterSignInThan(snapshot.Facts))
        {
            // Another instance has used the refresh token of before, and stored what that brought.
            shared.IsDirty = true;
            Known?.NoteUnstored();
            return true;
        }

        if (Ended is not null && IsSpent(shared, snapshot))
        {
            return true;
        }

        if (shared.IsDirty && !snapshot.Facts.IsOfLaterSignInThan(_state.Facts) && snapshot.Facts.Version <= _state.Facts.Version)
        {
            // A write of this instance that took place although the store did not say so is older than what is in memory.
            NoteIfStored(shared, snapshot);
            return true;
        }

        SessionState before = _state;
        DateTimeOffset now = Factory.Time.GetUtcNow();
        shared.HasOtherToken |= !IsTokenOf(snapshot);
        _state = SessionFactory.StateOf(snapshot);
        RefreshedOn = snapshot.RefreshedOn;
        foreach ((TokenCacheKey key, CachedToken token) in InOrderOfStores(Factory.TokensOf(snapshot, now)))
        {
            Cache.Store(key, token, now);
        }

        _refusals = null;
        if (before is SessionState.SignInNeeded && IsAlive)
        {
            Known?.NoteReturn();
        }

        shared.HasUnstoredToken = false;
        shared.IsEndUntold = false;
        shared.Used = null;
        before.Secret?.Dispose();
        Instruments.Count(Instruments.Adoptions, default);
        Log.SessionAdopted(Factory.Logger);
        return true;
    }

    /// <summary>Stores what a response brought, before anyone continues with it; the reason if the session has ended meanwhile.</summary>
    private async ValueTask<Failure?> StoreAsync(SharedSession shared, SharedTurn turn)
    {
        if (turn.Reading.Finding == StoreFinding.Later)
        {
            KeepUnlessReusable(shared);
            return null;
        }

        long expected = VersionToReplace(turn.Reading);

        for (int tries = 0; tries < MostRounds; tries++)
        {
            StoreWrite written = await SaveAsync(shared, expected).ConfigureAwait(false);
            if (written != StoreWrite.Conflict)
            {
                // The entry of the session does not say that all sessions of the account were ended meanwhile.
                return written == StoreWrite.Written && await shared.FindAccountEndAsync().ConfigureAwait(false) == StoreFinding.Ended
                    ? await EndReceivedAsync(shared).ConfigureAwait(false)
                    : null;
            }

            StoreReading other = await shared.ReadAsync().ConfigureAwait(false);
            if (other.Finding == StoreFinding.Ended)
            {
                return await EndReceivedAsync(shared).ConfigureAwait(false);
            }

            if (other.Finding == StoreFinding.Later)
            {
                KeepUnlessReusable(shared);
                return null;
            }

            if (other.Finding == StoreFinding.Down)
            {
                break;
            }

            using SessionSnapshot? stored = other.Finding == StoreFinding.Live ? SessionSnapshot.Read(other.Data, Factory.Texts) : null;
            if (stored is not null && IsNewer(stored.Facts, turn))
            {
                return Take(shared, other);
            }

            if (stored is not null)
            {
                TakeData(stored);
            }

            expected = other.Version;
            other.Dispose();
        }

        KeepUnstored(shared);
        return null;
    }

    // The entry of a later version stays, and its refresh token works where several do.
    private void KeepUnlessReusable(SharedSession shared)
    {
        if (IsSingleUse)
        {
            KeepUnstored(shared);
        }
    }

    // Until it can be stored, this memory is the only place that has it.
    private void KeepUnstored(SharedSession shared)
    {
        shared.IsDirty = true;
        Known?.NoteUnstored();
    }

    // Of one sign-in, whoever has the lease now may have refreshed the session. But a session that is only in use is written without a lease.
    private bool IsNewer(SessionFacts stored, SharedTurn turn) =>
        stored.IsOfLaterSignInThan(_state.Facts) || (turn.IsLost && stored.SignIns == _state.Facts.SignIns && stored.Version >= _state.Facts.Version);

    private static long VersionToReplace(StoreReading reading) => reading.Finding is StoreFinding.Live or StoreFinding.Unreadable ? reading.Version : 0;

    private async ValueTask<StoreWrite> SaveAsync(SharedSession shared, long expectedVersion)
    {
        DateTimeOffset now = Factory.Time.GetUtcNow();
        using var snapshot = SessionSnapshot.Of(_state, Factory.KeepsAccessTokens ? Cache.ValidAt(now) : [], shared.SignedInOn, RefreshedOn, _data);
        StoreWrite written = await shared.SaveAsync(snapshot, UsedOn, expectedVersion).ConfigureAwait(false);
        if (written == StoreWrite.Down)
        {
            Known?.NoteUnstored();
        }

        return written;
    }

    // A token that was acquired for claims is kept for requests without them as well, and must not replace one that is newer.
    private static IEnumerable<(TokenCacheKey Key, CachedToken Token)> InOrderOfStores(IEnumerable<(TokenCacheKey Key, CachedToken Token)> tokens) =>
        tokens.OrderBy(static entry => entry.Key.Claims is null);
}
