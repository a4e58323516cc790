namespace AuthCode;

/// <summary>
/// The one place where a session's state moves: flights take turns, so that one grant is under way at a time and a rotated refresh
/// token is kept before the next flight reads it.
/// </summary>
/// <remarks>
/// A turn is one attempt; a flight that waits before its next attempt holds up no other. A flight never faults: it ends in a token,
/// a reason why there is none, or the session's disposal.
/// </remarks>
internal sealed class SessionGrants(AuthorizationCode code, SessionFactory settings, SessionTokens tokens, IDisposable? owned) : IDisposable
{
    private readonly CancellationTokenSource _lifetime = new();
    private readonly SemaphoreSlim _turn = new(1, 1);

    // Written by the holder of _turn.
    private volatile SessionState _state = new SessionState.CodePending(code);
    private volatile bool _disposed;

    internal bool IsDisposed => _disposed;

    /// <summary>Why nothing is left to get tokens with; <see langword="null"/> while something is.</summary>
    internal Failure? Ended => (_state as SessionState.SignInNeeded)?.Reason;

    /// <summary>Revokes the refresh token at the server.</summary>
    /// <returns>Whether the server was told: it may offer no revocation, or there be nothing to revoke.</returns>
    /// <exception cref="AuthenticationFailedException">The server could not be told.</exception>
    internal async Task<bool> RevokeAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_disposed || _state.RefreshToken is not { } refreshToken)
            {
                return false;
            }

            ServerEndpoints endpoints = (await settings.Server.Metadata.EndpointsAsync(settings.HomeTenant, cancellationToken).ConfigureAwait(false)).OrThrow();
            if (endpoints.Revocation is null)
            {
                return false;
            }

            Failure? failure = await TokenRevocation.RevokeAsync(settings.Server, endpoints.Revocation, refreshToken, cancellationToken).ConfigureAwait(false);
            return failure is null ? true : throw failure.ToException();
        }
        finally
        {
            EndTurn();
        }
    }

    internal FlightResult Take(TokenAcquisition flight)
    {
        try
        {
            TurnResult first = TakeOne(flight, _lifetime.Token);
            return Settle(flight, first.Next.Again ? Repeat(flight, first) : first);
        }
        catch (Exception e)
        {
            return Explain(e);
        }
    }

    internal async ValueTask<FlightResult> TakeAsync(TokenAcquisition flight)
    {
        try
        {
            TurnResult first = await TakeOneAsync(flight, _lifetime.Token).ConfigureAwait(false);
            return Settle(flight, first.Next.Again ? await RepeatAsync(flight, first).ConfigureAwait(false) : first);
        }
        catch (Exception e)
        {
            return Explain(e);
        }
    }

    public void Dispose()
    {
        _disposed = true;
        try
        {
            _lifetime.Cancel();
        }
        catch (AggregateException)
        {
            // What a caller's callback or handler registered on its token threw; the wiping must not suffer from it.
        }

        WipeUnlessInUse();
    }

    // The pipeline begins with the result of the turn that was taken: nearly all flights land after one, and need no pipeline.
    private TurnResult Repeat(TokenAcquisition flight, TurnResult first)
    {
        flight.Taken = first;
        return settings.Pipeline.Execute(
            static (state, token) => state.TokenAcquisition.TakeTaken() ?? state.Turns.TakeOne(state.TokenAcquisition, token), (Turns: this, TokenAcquisition: flight), _lifetime.Token);
    }

    private ValueTask<TurnResult> RepeatAsync(TokenAcquisition flight, TurnResult first)
    {
        flight.Taken = first;
        return settings.Pipeline.ExecuteAsync(
            static (state, token) => state.TokenAcquisition.TakeTaken() is { } taken ? ValueTask.FromResult(taken) : state.Turns.TakeOneAsync(state.TokenAcquisition, token),
            (Turns: this, TokenAcquisition: flight),
            _lifetime.Token);
    }

    private TurnResult TakeOne(TokenAcquisition flight, CancellationToken cancellationToken)
    {
        _turn.Wait(cancellationToken);
        try
        {
            return Prepare(flight, out TurnResult? settled) is { } grant
                ? Complete(flight, grant, settings.Endpoint.Send(grant, cancellationToken))
                : settled!;
        }
        finally
        {
            EndTurn();
        }
    }

    private async ValueTask<TurnResult> TakeOneAsync(TokenAcquisition flight, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return Prepare(flight, out TurnResult? settled) is { } grant
                ? Complete(flight, grant, await settings.Endpoint.SendAsync(grant, cancellationToken).ConfigureAwait(false))
                : settled!;
        }
        finally
        {
            EndTurn();
        }
    }

    /// <summary>The grant to send, or the turn's result when none is needed or possible.</summary>
    private Grant? Prepare(TokenAcquisition flight, out TurnResult? settled)
    {
        settled = null;
        _lifetime.Token.ThrowIfCancellationRequested();
        flight.Turns++;
        DateTimeOffset now = settings.Time.GetUtcNow();
        CachedToken? cached = tokens.Cache.Find(flight.Request.Key, now);
        if (cached is not null && cached != flight.Stale && !cached.IsDue(now))
        {
            // A turn before this one brought a token that serves this request too.
            settled = new TurnResult(cached, null, RetryDecision.Stop);
            return null;
        }

        Grant? grant = _state.GrantFor(flight, tokens.RoutingHint, tokens.KeepsIdTokens);
        settled = grant is null ? new TurnResult(null, Ended, RetryDecision.Stop) : null;
        return grant;
    }

    private TurnResult Complete(TokenAcquisition flight, Grant grant, TokenAnswer answer)
    {
        SessionState before = _state;
        answer = tokens.WithoutOtherUser(grant, answer);
        (_state, Failure? failure) = before.After(answer, settings.Endpoint.Host, isOfHome: grant.Tenant == settings.HomeTenant);
        if (_state != before && _state is not SessionState.CodePending)
        {
            // A code that is still pending lives on in the new state.
            before.Dispose();
        }

        if (answer.Result.Response is { } response)
        {
            return new TurnResult(tokens.Keep(flight.Request, grant, answer, response), null, RetryDecision.Stop);
        }

        if (Ended is not null)
        {
            Log.SessionEnded(settings.Logger);
            return new TurnResult(null, failure, RetryDecision.Stop);
        }

        AttemptOutcome outcome = answer.Result.Outcome;
        flight.AnswersLost += outcome == AttemptOutcome.Lost ? 1 : 0;

        // As it is now: the token that was valid when the attempt began may have expired meanwhile, and callers wait.
        bool mayRepeat = tokens.Cache.Find(flight.Request.Key, settings.Time.GetUtcNow()) is null;
        RetryDecision next = RetryRules.Decide(outcome, failure?.Response?.RetryAfter, answer.AnswersLost, mayRepeat, settings.Retry.MaxDelay);
        if (next.Again && flight.Turns <= settings.Retry.MaxRetries)
        {
            Log.TokenRequestRepeated(settings.Logger, flight.Turns, outcome.ToString(), grant.RequestId);
        }

        return new TurnResult(null, failure, next);
    }

    /// <summary>The flight's end; a failed renewal is no failure while the token that it was to replace still works.</summary>
    private FlightResult Settle(TokenAcquisition flight, TurnResult last)
    {
        DateTimeOffset now = settings.Time.GetUtcNow();
        if (last.Token is not null || tokens.Cache.Find(flight.Request.Key, now) is not { } valid)
        {
            return new FlightResult(last.Token, last.Failure);
        }

        RefreshSchedule.Pause(valid, now);
        Log.EarlyRefreshFailed(settings.Logger, flight.Request.Key.Tenant.Value, valid.DueOn);
        return new FlightResult(valid, null);
    }

    private FlightResult Explain(Exception exception)
    {
        if (_disposed)
        {
            return default;
        }

        Log.Unexpected(settings.Logger, exception.GetType().Name);
        return new FlightResult(null, Failures.Unexpected(exception));
    }

    private void EndTurn()
    {
        _turn.Release();
        if (_disposed)
        {
            WipeUnlessInUse();
        }
    }

    private void WipeUnlessInUse()
    {
        // The holder of the turn still reads the secrets, and comes here when he gives the turn back.
        if (_turn.Wait(0))
        {
            _state.Dispose();
            owned?.Dispose();
            tokens.Cache.Clear();
            _turn.Release();
        }
    }
}
