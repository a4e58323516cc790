using Microsoft.Extensions.Logging;

namespace AuthCode;

/// <summary>
/// The one place where a session's state moves: flights take turns, so that one grant is under way at a time and a rotated refresh
/// token is kept before the next flight reads it.
/// </summary>
/// <remarks>A turn never faults: it ends in a token, a reason why there is none, or the session's disposal.</remarks>
internal sealed class GrantTurns(
    AuthorizationCode code, TokenEndpointClient endpoint, TokenCache cache, TimeProvider time, ILogger logger, IDisposable? owned) : IDisposable
{
    private readonly CancellationTokenSource _lifetime = new();
    private readonly SemaphoreSlim _turn = new(1, 1);

    // Both are written by the holder of _turn.
    private volatile SessionState _state = new SessionState.CodePending(code);
    private volatile string? _routingHint;

    private volatile bool _disposed;

    internal bool IsDisposed => _disposed;

    /// <summary>Why nothing is left to get tokens with; <see langword="null"/> while something is.</summary>
    internal Failure? Ended => (_state as SessionState.SignInNeeded)?.Reason;

    internal FlightResult Take(Flight flight)
    {
        try
        {
            _turn.Wait(_lifetime.Token);
            try
            {
                return Prepare(flight, out FlightResult result) is { } grant
                    ? Complete(flight, grant, endpoint.Send(grant, _lifetime.Token))
                    : result;
            }
            finally
            {
                EndTurn();
            }
        }
        catch (Exception e)
        {
            return Explain(e);
        }
    }

    internal async Task<FlightResult> TakeAsync(Flight flight)
    {
        try
        {
            await _turn.WaitAsync(_lifetime.Token).ConfigureAwait(false);
            try
            {
                return Prepare(flight, out FlightResult result) is { } grant
                    ? Complete(flight, grant, await endpoint.SendAsync(grant, _lifetime.Token).ConfigureAwait(false))
                    : result;
            }
            finally
            {
                EndTurn();
            }
        }
        catch (Exception e)
        {
            return Explain(e);
        }
    }

    public void Dispose()
    {
        _disposed = true;
        _lifetime.Cancel();
        WipeUnlessInUse();
    }

    /// <summary>The grant to send, or the result when none is needed or possible.</summary>
    private Grant? Prepare(Flight flight, out FlightResult result)
    {
        _lifetime.Token.ThrowIfCancellationRequested();
        DateTimeOffset now = time.GetUtcNow();
        CachedToken? cached = cache.Find(flight.Request.Key, now);
        if (cached is not null && cached != flight.Stale && !cached.IsDue(now))
        {
            // The turn before this one brought a token that serves this request too.
            result = new FlightResult(cached, null);
            return null;
        }

        Grant? grant = _state.GrantFor(flight.Request, _routingHint, hasValidToken: cached is not null);
        result = grant is null ? Fail(flight, Ended) : default;
        return grant;
    }

    private FlightResult Complete(Flight flight, Grant grant, TokenAnswer answer)
    {
        SessionState before = _state;
        (_state, Failure? failure) = before.After(answer, endpoint.Host);
        if (Ended is not null && failure is not null)
        {
            Log.SessionEnded(logger);
        }

        // A code that is still pending is in the new state too.
        if (_state != before && _state is not SessionState.CodePending)
        {
            before.Dispose();
        }

        return answer.Last.Response is { } response ? Keep(flight, grant, answer, response) : Fail(flight, failure);
    }

    private FlightResult Keep(Flight flight, Grant grant, TokenAnswer answer, TokenResponse response)
    {
        _routingHint = response.RoutingHint ?? _routingHint;
        TokenCacheKey key = flight.Request.Key;
        ScopeSet granted = response.Scope is { } scope
            ? new ScopeSet(scope.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            : key.Scopes;
        var token = new CachedToken(
            response.AccessToken,
            granted,
            TokenLifetime.From(response.ExpiresInSeconds, response.RefreshInSeconds),
            answer.RequestedOn,
            answer.RequestedTimestamp);
        cache.Store(key, token, time.GetUtcNow());
        Log.TokenAcquired(logger, key.Tenant.Value, grant.GrantType, token.ExpiresOn, answer.RequestId);
        return new FlightResult(token, null);
    }

    /// <summary>A failed renewal is no failure while the token that it was to replace still works.</summary>
    private FlightResult Fail(Flight flight, Failure? failure)
    {
        DateTimeOffset now = time.GetUtcNow();
        if (cache.Find(flight.Request.Key, now) is not { } valid)
        {
            return new FlightResult(null, failure);
        }

        RefreshSchedule.Pause(valid, now);
        Log.EarlyRefreshFailed(logger, flight.Request.Key.Tenant.Value, valid.DueOn);
        return new FlightResult(valid, null);
    }

    private FlightResult Explain(Exception exception)
    {
        if (_disposed)
        {
            return default;
        }

        Log.Unexpected(logger, exception.GetType().Name);
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
            cache.Clear();
            _turn.Release();
        }
    }
}
