using System.Diagnostics.CodeAnalysis;

namespace AuthCode;

/// <summary>
/// The one place where a session's state moves: acquisitions take turns, so that one grant is under way at a time and a rotated
/// refresh token is kept before the next acquisition reads it.
/// </summary>
/// <remarks>
/// A turn is one attempt: send, decide (<see cref="SessionDecision"/>), commit, wipe what the commit replaced. An acquisition that
/// waits before its next attempt holds up no other.
/// </remarks>
internal sealed class SessionGrants : IDisposable
{
    private readonly SessionFactory _factory;
    private readonly TokenCache _cache;
    private readonly IDisposable? _owned;

    // Written by the holder of Turn.
    private volatile SessionState _state;

    internal SessionGrants(SessionState state, SessionFactory factory, TokenCache cache, IDisposable? owned)
    {
        _state = state;
        _factory = factory;
        _cache = cache;
        _owned = owned;
        Turn = new SessionTurn(Wipe);
    }

    internal readonly SessionTurn Turn;

    /// <summary>Why nothing is left to acquire tokens with; <see langword="null"/> while something is.</summary>
    internal Failure? Ended => (_state as SessionState.SignInNeeded)?.Reason;

    /// <summary>Notes who signed in: no ID token of a refresh may be about another user from now on.</summary>
    internal async ValueTask IdentifyAsync(TokenSubject subject, string accountKey, CancellationToken cancellationToken)
    {
        await Turn.EnterAsync(cancellationToken).ConfigureAwait(false);
        _state = _state.Of(subject, accountKey);
        Turn.Leave();
    }

    /// <summary>What must outlive the process; <see langword="null"/> if there is no refresh token.</summary>
    internal async ValueTask<SessionSnapshot?> SnapshotAsync(CancellationToken cancellationToken)
    {
        await Turn.EnterAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return !Turn.IsDisposed && _state is SessionState.Refreshable refreshable
                ? SessionSnapshot.Of(refreshable, _cache.ValidAt(_factory.Time.GetUtcNow()))
                : null;
        }
        finally
        {
            Turn.Leave();
        }
    }

    /// <summary>Revokes the refresh token at the server.</summary>
    /// <returns>Whether the server was told: it may offer no revocation, or there may be nothing to revoke.</returns>
    /// <exception cref="AuthenticationFailedException">The server could not be told.</exception>
    internal async Task<bool> RevokeAsync(CancellationToken cancellationToken)
    {
        await Turn.EnterAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (Turn.IsDisposed || _state is not SessionState.Refreshable refreshable)
            {
                return false;
            }

            ServerEndpoints endpoints = (await _factory.Client.EndpointsAsync(cancellationToken).ConfigureAwait(false)).OrThrow();
            if (endpoints.Revocation is null)
            {
                return false;
            }

            var revocation = new TokenRevocation(refreshable.RefreshToken);
            Failure? failure = await revocation.SendAsync(_factory.Client, endpoints.Revocation, cancellationToken).ConfigureAwait(false);
            return failure is null ? true : throw failure.ToException();
        }
        finally
        {
            Turn.Leave();
        }
    }

    public void Dispose() => Turn.Dispose();

    /// <summary>Takes one turn for an acquisition; throws for nothing but the end of the session.</summary>
    internal AcquisitionResult TakeTurn(TokenAcquisition acquisition, CancellationToken cancellationToken)
    {
        Turn.Enter(cancellationToken);
        try
        {
            return TryPrepare(acquisition, out Grant? grant, out AcquisitionResult? settled)
                ? Commit(acquisition, grant, _factory.Endpoint.Send(grant, ReadsIdToken(acquisition), cancellationToken))
                : settled;
        }
        finally
        {
            Turn.Leave();
        }
    }

    /// <inheritdoc cref="TakeTurn"/>
    internal async ValueTask<AcquisitionResult> TakeTurnAsync(TokenAcquisition acquisition, CancellationToken cancellationToken)
    {
        await Turn.EnterAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return TryPrepare(acquisition, out Grant? grant, out AcquisitionResult? settled)
                ? Commit(acquisition, grant, await _factory.Endpoint.SendAsync(grant, ReadsIdToken(acquisition), cancellationToken).ConfigureAwait(false))
                : settled;
        }
        finally
        {
            Turn.Leave();
        }
    }

    /// <summary>The grant to send, or the turn's result if none is needed or possible.</summary>
    private bool TryPrepare(TokenAcquisition acquisition, [NotNullWhen(true)] out Grant? grant, [NotNullWhen(false)] out AcquisitionResult? settled)
    {
        grant = null;
        settled = null;
        Turn.Lifetime.ThrowIfCancellationRequested();
        acquisition.Turns++;
        if (acquisition.FindNewer(_cache, _factory.Time.GetUtcNow()) is { } newer)
        {
            // A turn before this one brought a token that serves this request too.
            settled = AcquisitionResult.Success(newer);
            return false;
        }

        grant = _state.GrantFor(acquisition.Request.Parameters);
        if (grant is null)
        {
            settled = AcquisitionResult.Fail(Ended!);
            return false;
        }

        return true;
    }

    // For a sign-in, and to see that a refresh is about the user who signed in.
    private bool ReadsIdToken(TokenAcquisition acquisition) => acquisition.Request.IsForSignIn || _state.Facts.Subject is not null;

    private AcquisitionResult Commit(TokenAcquisition acquisition, Grant grant, AttemptResult attempt)
    {
        SessionState before = _state;
        var decision = SessionDecision.Of(before, attempt, _factory.Client.Server.Host, isOfHome: grant.Tenant.Equals(_factory.Client.Tenant));
        _state = decision.Next;
        AcquisitionResult result = decision.Attempt.Response is { } response
            ? Keep(acquisition.Request, grant, decision.Attempt, response)
            : Explain(acquisition, grant, decision);

        // Last: nobody can read what was replaced any more.
        decision.Refused?.Dispose();
        if (before.Secret != decision.Next.Secret)
        {
            before.Secret?.Dispose();
        }

        return result;
    }

    private AcquisitionResult Keep(TokenRequest request, Grant grant, AttemptResult attempt, TokenResponse response)
    {
        var granted = response.Scope is { } scope ? new ScopeSet(scope.Split(' ', StringSplitOptions.RemoveEmptyEntries)) : request.Key.Scopes;
        var lifetime = TokenLifetime.From(response.ExpiresInSeconds, response.RefreshInSeconds, _factory.Client.Profile.UnstatedTokenLifetime);
        var token = new CachedToken(response.AccessToken, granted, lifetime, _factory.Client.Profile.TokenType, attempt.RequestedOn, attempt.RequestedTimestamp);
        _cache.Store(request.Key, token, _factory.Time.GetUtcNow());
        Log.TokenAcquired(_factory.Logger, grant.Tenant.Value, grant.GrantType, token.ExpiresOn, grant.RequestId);
        return AcquisitionResult.Success(token, response.IdToken);
    }

    private AcquisitionResult Explain(TokenAcquisition acquisition, Grant grant, SessionDecision decision)
    {
        if (Ended is { } reason)
        {
            Log.SessionEnded(_factory.Logger);
            return AcquisitionResult.Fail(reason);
        }

        AttemptOutcome outcome = decision.Attempt.Outcome;
        Failure failure = decision.Attempt.Failure!;
        acquisition.LostResponses += outcome == AttemptOutcome.Lost ? 1 : 0;
        int lost = decision.Next is SessionState.CodePending pending ? pending.LostResponses : acquisition.LostResponses;

        // As it is now: the token that was valid when the attempt began may have expired meanwhile, and callers wait.
        bool mayRepeat = _cache.Find(acquisition.Request.Key, _factory.Time.GetUtcNow()) is null;
        RetryDecision next = RetryRules.Decide(outcome, failure.Response?.RetryAfter, lost, mayRepeat, _factory.Retry.MaxDelay);
        if (next.Again && acquisition.Turns <= _factory.Retry.MaxRetries)
        {
            Log.TokenRequestRepeated(_factory.Logger, acquisition.Turns, outcome.ToString(), grant.RequestId);
        }

        return AcquisitionResult.Fail(failure, next);
    }

    private void Wipe()
    {
        _state.Secret?.Dispose();
        _owned?.Dispose();
        _cache.Clear();
    }
}
