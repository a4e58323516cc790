namespace AuthCode;

/// <content>What becomes of a session when its user has signed in again.</content>
internal sealed partial class SessionGrants
{
    /// <summary>Whether the code is still good: no response to it was lost, and none is outstanding.</summary>
    internal bool HasUntouchedCode => !Turn.IsTaken && _state is SessionState.CodePending { LostResponses: 0 };

    /// <summary>Keeps the code from being sent, for as long as the session is there; <see langword="false"/> if it may be on its way, or was redeemed.</summary>
    internal bool TryWithdrawCode() => _state is SessionState.CodePending pending && pending.Use.TryWithdraw();

    /// <summary>Takes over what a new session of the same user has: its refresh token and its access tokens. Requests that are under way go on.</summary>
    /// <param name="other">The new session, which nobody else uses; nothing is left in it.</param>
    /// <param name="startedOn">When the new sign-in was started.</param>
    /// <param name="cancellationToken">Cancels the wait for a request that is under way.</param>
    /// <exception cref="ObjectDisposedException">The session has been disposed of.</exception>
    /// <exception cref="AuthenticationFailedException">The session has been ended on another instance.</exception>
    internal async Task AdoptAsync(SessionGrants other, DateTimeOffset startedOn, CancellationToken cancellationToken)
    {
        if (Known is { } known && other.User is { } again)
        {
            // Before it goes on with the new tokens: a sign-out at the server that comes meanwhile ends it.
            await known.LinkAsync(again, startedOn).ConfigureAwait(false);
        }

        ObjectDisposedException.ThrowIf(!await TryEnterAsync(cancellationToken).ConfigureAwait(false), typeof(AuthorizationCodeCredential));
        WorkScope scope = EnterWork();
        SharedTurn? turn = null;
        try
        {
            turn = _shared is null ? null : await BeginOwnTurnAsync(_shared, cancellationToken).ConfigureAwait(false);
            DateTimeOffset now = Factory.Time.GetUtcNow();
            SessionState before = _state;

            // Without a refresh token of its own, the new sign-in leaves the old one.
            if (other._state is SessionState.Refreshable || before is not SessionState.Refreshable)
            {
                _state = other._state.Following(before);
                RefreshedOn = other.RefreshedOn;
                _shared?.HasUnstoredToken = true;
                other._state = new SessionState.SignInNeeded(Failures.NoRefreshToken(), SessionFacts.None);
            }

            foreach ((TokenCacheKey key, CachedToken token) in InOrderOfStores(other.Cache.ValidAt(now)))
            {
                Cache.Store(key, token, now);
            }

            _refusals = null;
            _shared?.IsEndUntold = false;
            UsedOn = now;
            if (before.Secret != _state.Secret)
            {
                before.Secret?.Dispose();
            }

            if (turn is not null && await StoreAsync(_shared!, turn).ConfigureAwait(false) is { } ended)
            {
                throw ended.ToException();
            }

            Known?.NoteReturn();
        }
        finally
        {
            if (turn is not null)
            {
                await turn.DisposeAsync().ConfigureAwait(false);
            }

            scope.Leave();
            Turn.Leave();
        }
    }

    /// <summary>Takes the lease, and takes over what another instance has stored before.</summary>
    /// <exception cref="AuthenticationFailedException">The session has been ended on another instance.</exception>
    private async ValueTask<SharedTurn> BeginOwnTurnAsync(SharedSession shared, CancellationToken cancellationToken)
    {
        for (int round = 0; round < MostRounds; round++)
        {
            if (await shared.BeginAsync(Patience, PatienceWithoutStore, cancellationToken).ConfigureAwait(false) is not { } turn)
            {
                break;
            }

            Failure? ended = Take(shared, turn.Reading);
            if (ended is null && turn.IsOwn)
            {
                return turn;
            }

            await turn.DisposeAsync().ConfigureAwait(false);
            if (ended is not null)
            {
                throw ended.ToException();
            }
        }

        // Another instance has had the lease for too long: the versions of the store are what is left.
        StoreReading last = await shared.ReadAsync().ConfigureAwait(false);
        return Take(shared, last) is { } over ? throw over.ToException() : new SharedTurn(Lease: null, last, IsOwn: true, Factory.Time.GetTimestamp(), Factory.Logger);
    }
}
