namespace AuthCode;

/// <content>What becomes of a session when its user has signed in again.</content>
internal sealed partial class SessionGrants
{
    /// <summary>Whether the code is still good.</summary>
    internal bool HasUntouchedCode => _state is SessionState.CodePending { LostResponses: 0 };

    /// <summary>Takes over what a new session of the same user has: its refresh token and its access tokens. Requests that are under way go on.</summary>
    /// <param name="other">The new session, which nobody else uses; nothing is left in it.</param>
    /// <param name="cancellationToken">Cancels the wait for a request that is under way.</param>
    /// <exception cref="ObjectDisposedException">The session has been disposed of.</exception>
    internal async Task AdoptAsync(SessionGrants other, CancellationToken cancellationToken)
    {
        await EnterAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(Turn.IsDisposed, typeof(AuthorizationCodeCredential));
            DateTimeOffset now = _factory.Time.GetUtcNow();
            SessionState before = _state;

            // Without a refresh token of its own, the new sign-in leaves the old one.
            if (other._state is SessionState.Refreshable || before is not SessionState.Refreshable)
            {
                _state = other._state;
                other._state = new SessionState.SignInNeeded(Failures.NoRefreshToken(), SessionFacts.None);
            }

            foreach ((TokenCacheKey key, CachedToken token) in other._cache.ValidAt(now))
            {
                _cache.Store(key, token, now);
            }

            _refusals = null;
            if (_shared is { } shared)
            {
                await StoreAsync(shared, new SharedTurn(Lease: null, await shared.ReadAsync().ConfigureAwait(false), IsOwn: true, _factory.Logger)).ConfigureAwait(false);
            }

            if (before.Secret != _state.Secret)
            {
                before.Secret?.Dispose();
            }
        }
        finally
        {
            Turn.Leave();
        }
    }
}
