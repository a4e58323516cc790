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
        if (snapshot is not null)
        {
            TakeData(snapshot);
        }

        if (snapshot is null)
        {
            return false;
        }

        if (Ended is null && _state.Facts.IsOfLaterSignInThan(snapshot.Facts))
        {
            // Another instance has used the refresh token of before, and stored what that brought.
            shared.IsDirty = true;
            Known?.NoteUnstored();
            return true;
        }

        if (shared.IsDirty && !snapshot.Facts.IsOfLaterSignInThan(_state.Facts) && snapshot.Facts.Version <= _state.Facts.Version)
        {
            // A write of this instance that took place although the store did not say so is older than what is in memory.
            return true;
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
        shared.HasUnstoredToken = false;
        before.Secret?.Dispose();
        Instruments.Count(Instruments.Adoptions, default);
        Log.SessionAdopted(Factory.Logger);
        return true;
    }

    /// <summary>Stores what a response brought, before anyone continues with it; the reason if the session has ended meanwhile.</summary>
    private async ValueTask<Failure?> StoreAsync(SharedSession shared, SharedTurn turn)
    {
        long expected = VersionToReplace(turn.Reading);
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
                // It is in memory, and counts as unstored when it is used next.
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

    // Another instance may have used a refresh token that works once, and the store does not say which one is the newest. An entry that
    // cannot be read is as good as another if it is of the version that is in memory.
    private bool IsUnconfirmed(SharedSession shared, StoreReading reading) => IsSingleUse && _state is SessionState.Refreshable && reading.Finding switch
    {
        StoreFinding.Absent or StoreFinding.Later => !shared.HasUnstoredToken,
        StoreFinding.Unreadable => reading.Version > shared.Version || (reading.Version < shared.Version && !shared.HasUnstoredToken),
        _ => false,
    };

    // A user who must act is told soon; a session that would end gets the time that a writer under way needs.
    /// <returns><see langword="null"/> if the store does not respond.</returns>
    private async ValueTask<bool?> HasNewerAsync(SharedSession shared, bool isPatient)
    {
        long known = shared.Version;
        StoreReading reading = isPatient ? await shared.LookAgainAsync(Turn.Lifetime).ConfigureAwait(false) : await shared.ReadAsync().ConfigureAwait(false);
        return reading.Finding == StoreFinding.Down ? null : Take(shared, reading) is not null || shared.Version > known;
    }

    /// <returns>Why the session has ended, if it has; and whether the store has stopped responding, so that nobody knows.</returns>
    private async ValueTask<(Failure? Lost, bool IsDown)> FindLossAsync(SharedSession shared, CancellationToken cancellationToken)
    {
        StoreReading reading = await shared.LookAgainAsync(cancellationToken).ConfigureAwait(false);
        return reading.Finding switch
        {
            StoreFinding.Live or StoreFinding.Ended => (Take(shared, reading), false),
            StoreFinding.Down => (null, true),
            _ => (End(Failures.SessionLost(), SessionEnd.Lost), false),
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
        _shared?.HasUnstoredToken = false;
        Log.SessionOver(Factory.Logger);
        Known?.NoteEnd(end, null);
        return Ended!;
    }
}
