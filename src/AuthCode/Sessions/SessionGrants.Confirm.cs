namespace AuthCode;

/// <content>Whether what is in memory is the newest, as far as the store says.</content>
internal sealed partial class SessionGrants
{
    // Another instance may have used a refresh token that works once, and the store does not say which one is the newest. An entry that
    // cannot be read is as good as another if it is of the version that is in memory; if it is newer, a write that the store did not confirm
    // may have taken place, and another instance may have used what it had.
    private bool IsUnconfirmed(SharedSession shared, StoreReading reading) => IsSingleUse && _state is SessionState.Refreshable && reading.Finding switch
    {
        StoreFinding.Absent or StoreFinding.Later => !shared.HasUnstoredToken,
        StoreFinding.Unreadable => reading.Version > shared.Version || (reading.Version < shared.Version && !shared.HasUnstoredToken),
        _ => false,
    };

    // What is left of it are access tokens, and another instance may have a refresh token that was not refused.
    private bool IsRefused => _state is SessionState.SignInNeeded { IsOfRefreshToken: true };

    // A newer one that cannot be read may have a refresh token that works once, and what this instance has is not the newest.
    private bool IsUnreadableAndOlder(SharedSession shared, StoreReading reading) =>
        reading.Finding == StoreFinding.Unreadable && (reading.Version <= shared.Version || !IsSingleUse);

    // A user who must act is told soon; a session that would end gets the time that a writer under way needs.
    /// <returns><see langword="null"/> if the store does not respond.</returns>
    private async ValueTask<bool?> HasNewerAsync(SharedSession shared, bool isPatient)
    {
        shared.HasOtherToken = false;
        StoreReading reading = isPatient ? await shared.LookAgainAsync(other => HasAnotherToken(shared, other), Turn.Lifetime).ConfigureAwait(false) : await shared.ReadAsync().ConfigureAwait(false);
        return reading.Finding == StoreFinding.Down ? null : Take(shared, reading) is not null || shared.HasOtherToken;
    }

    /// <returns>Why the session has ended, if it has; otherwise why nobody knows, if nobody does.</returns>
    private async ValueTask<(Failure? Lost, Failure? Unknown)> FindLossAsync(SharedSession shared, CancellationToken cancellationToken)
    {
        StoreReading reading = await shared.LookAgainAsync(isResult: null, cancellationToken).ConfigureAwait(false);
        return reading.Finding switch
        {
            StoreFinding.Live or StoreFinding.Ended => (Take(shared, reading), null),
            StoreFinding.Down => (null, Failures.StoreUnconfirming()),

            // It goes on at instances of that version.
            StoreFinding.Later => (null, Failures.StoredByLaterVersion()),
            _ => (End(Failures.SessionLost(), SessionEnd.Lost), null),
        };
    }

    /// <summary>Takes over what another instance has stored, after a refusal of what was known here alone; <see langword="false"/> if that is no newer session.</summary>
    private async ValueTask<bool> TryReturnToStoredAsync(SharedSession shared)
    {
        StoreReading reading = await shared.ReadAsync().ConfigureAwait(false);
        using (SessionSnapshot? stored = reading.Finding == StoreFinding.Live ? SessionSnapshot.Read(reading.Data, Factory.Texts) : null)
        {
            if (stored is null ? shared.Used is not null : IsSpent(shared, stored))
            {
                reading.Dispose();
                return false;
            }
        }

        shared.Forget();
        return Take(shared, reading) is null && Ended is null;
    }

    // The refresh token of an entry, or of one that another instance has only touched, was used here for one that could not be stored,
    // or it was refused here.
    private bool IsSpent(SharedSession shared, SessionSnapshot stored) =>
        (_state is SessionState.SignInNeeded dead && stored.RefreshToken is { } token && dead.IsRefusalOf(token, stored.Facts))
        || (shared.Used is { } used && (used.IsOfLaterSignInThan(stored.Facts) || (stored.Facts.SignIns == used.SignIns && stored.Facts.Version <= used.Version)));

    // The store has the refresh token of memory after all: it is no longer known here alone, and nothing older than it is stored.
    private void NoteIfStored(SharedSession shared, SessionSnapshot stored)
    {
        if (IsTokenOf(stored))
        {
            shared.HasUnstoredToken = false;
            shared.Used = null;
        }
    }

    // An entry that was only touched is no result of a writer under way.
    private bool HasAnotherToken(SharedSession shared, StoreReading reading)
    {
        using SessionSnapshot? stored = SessionSnapshot.Read(reading.Data, Factory.Texts);
        return stored is null || !(IsTokenOf(stored) || IsSpent(shared, stored));
    }

    private bool IsTokenOf(SessionSnapshot stored) =>
        _state is SessionState.Refreshable { RefreshToken: { } known } && stored.RefreshToken is { } token && known.Utf8.SequenceEqual(token.Utf8);
}
