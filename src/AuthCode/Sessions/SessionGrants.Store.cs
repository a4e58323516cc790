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

        if (reading.Finding != StoreFinding.Live)
        {
            return null;
        }

        if (reading.Version > shared.Version)
        {
            Adopt(shared, reading);
        }

        reading.Dispose();
        shared.Confirm(reading.Version);
        return null;
    }

    private void Adopt(SharedSession shared, StoreReading reading)
    {
        using SessionSnapshot? snapshot = SessionSnapshot.Read(reading.Data, Factory.Texts);
        if (snapshot is not null)
        {
            TakeData(snapshot);
        }

        if (snapshot is null)
        {
            return;
        }

        if (_state.Facts.IsOfLaterSignInThan(snapshot.Facts))
        {
            // Another instance has used the refresh token of before, and stored what that brought.
            shared.IsDirty = true;
            Known?.NoteUnstored();
            return;
        }

        if (shared.IsDirty && !snapshot.Facts.IsOfLaterSignInThan(_state.Facts) && snapshot.Facts.Version <= _state.Facts.Version)
        {
            // A write of this instance that took place although the store did not say so is older than what is in memory.
            return;
        }

        SessionState before = _state;
        DateTimeOffset now = Factory.Time.GetUtcNow();
        _state = SessionFactory.StateOf(snapshot);
        RefreshedOn = snapshot.RefreshedOn;
        foreach ((TokenCacheKey key, CachedToken token) in InOrderOfStores(Factory.TokensOf(snapshot, now)))
        {
            Cache.Store(key, token, now);
        }

        _refusals = null;
        before.Secret?.Dispose();
        Instruments.Count(Instruments.Adoptions, default);
        Log.SessionAdopted(Factory.Logger);
    }

    /// <summary>Stores what a response brought, before anyone continues with it; the reason if the session has ended meanwhile.</summary>
    private async ValueTask<Failure?> StoreAsync(SharedSession shared, SharedTurn turn)
    {
        long expected = turn.Reading.Finding is StoreFinding.Live or StoreFinding.Unreadable ? turn.Reading.Version : 0;
        if (turn.Reading.Finding == StoreFinding.Later)
        {
            return null;
        }

        for (int tries = 0; tries < MostRounds; tries++)
        {
            StoreWrite written = await SaveAsync(shared, expected).ConfigureAwait(false);
            if (written != StoreWrite.Conflict)
            {
                // The entry of the session does not say that all sessions of the account were ended meanwhile.
                return written == StoreWrite.Written && await shared.FindAccountEndAsync().ConfigureAwait(false) == StoreFinding.Ended
                    ? await EndReceivedAsync().ConfigureAwait(false)
                    : null;
            }

            StoreReading other = await shared.ReadAsync().ConfigureAwait(false);
            if (other.Finding == StoreFinding.Ended)
            {
                return await EndReceivedAsync().ConfigureAwait(false);
            }

            if (other.Finding == StoreFinding.Later)
            {
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

        shared.IsDirty = true;
        Known?.NoteUnstored();
        return null;
    }

    // Of one sign-in, whoever has the lease now has written something newer.
    private bool IsNewer(SessionFacts stored, SharedTurn turn) =>
        stored.IsOfLaterSignInThan(_state.Facts) || (turn.IsLost && !_state.Facts.IsOfLaterSignInThan(stored));

    private async ValueTask<StoreWrite> SaveAsync(SharedSession shared, long expectedVersion)
    {
        DateTimeOffset now = Factory.Time.GetUtcNow();
        using var snapshot = SessionSnapshot.Of(_state, Factory.KeepsAccessTokens ? Cache.ValidAt(now) : [], shared.SignedInOn, RefreshedOn, _data);
        StoreWrite written = await shared.SaveAsync(snapshot, expectedVersion).ConfigureAwait(false);
        if (written == StoreWrite.Down)
        {
            Known?.NoteUnstored();
        }

        return written;
    }

    // Another instance may have used a refresh token that works once, and the store does not say which one is the newest.
    private bool IsUnconfirmed(SharedSession shared, SharedTurn turn) =>
        turn.Reading.Finding is StoreFinding.Absent or StoreFinding.Unreadable or StoreFinding.Later && IsSingleUse && !shared.IsDirty;

    // A user who must act is told soon; a session that would end gets the time that a writer under way needs.
    /// <returns><see langword="null"/> if the store does not respond.</returns>
    private async ValueTask<bool?> HasNewerAsync(SharedSession shared, bool isPatient)
    {
        long known = shared.Version;
        StoreReading reading = isPatient ? await shared.LookAgainAsync(Turn.Lifetime).ConfigureAwait(false) : await shared.ReadAsync().ConfigureAwait(false);
        return reading.Finding == StoreFinding.Down ? null : Take(shared, reading) is not null || shared.Version > known;
    }

    private async ValueTask<Failure?> IsLostAsync(SharedSession shared, CancellationToken cancellationToken)
    {
        StoreReading reading = await shared.LookAgainAsync(cancellationToken).ConfigureAwait(false);
        return reading.Finding switch
        {
            StoreFinding.Live or StoreFinding.Ended => Take(shared, reading),
            StoreFinding.Down => null,
            _ => End(Failures.SessionLost(), SessionEnd.Lost),
        };
    }

    /// <summary>Ends the session because its user has signed out while a request was under way, and revokes what the response brought.</summary>
    private async ValueTask<Failure> EndReceivedAsync()
    {
        try
        {
            await TryRevokeAsync(Turn.Lifetime).ConfigureAwait(false);
        }
        catch (Exception e) when (e is AuthenticationFailedException or OperationCanceledException)
        {
            // The user has signed out, and the token is dropped in any case.
            Log.Unexpected(Factory.Logger, e.GetType().Name);
        }

        return End(Failures.EndedElsewhere(), SessionEnd.SignedOut);
    }

    // A token that was acquired for claims is kept for requests without them as well, and must not replace one that is newer.
    private static IEnumerable<(TokenCacheKey Key, CachedToken Token)> InOrderOfStores(IEnumerable<(TokenCacheKey Key, CachedToken Token)> tokens) =>
        tokens.OrderBy(static entry => entry.Key.Claims is null);

    private Failure End(Failure reason, SessionEnd end)
    {
        SessionState before = _state;
        _state = new SessionState.SignInNeeded(reason, before.Facts);
        Cache.Clear();
        _data = null;
        before.Secret?.Dispose();

        // Nothing is left to be stored.
        _shared?.IsDirty = false;
        Log.SessionOver(Factory.Logger);
        Known?.NoteEnd(end, null);
        return Ended!;
    }
}
