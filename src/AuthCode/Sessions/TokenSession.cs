using Microsoft.Extensions.Logging;

namespace AuthCode;

/// <summary>
/// One user's session: the code, then the refresh token. Callers for the same token share a flight, and flights for different
/// tokens take turns, since each may rotate the refresh token.
/// </summary>
/// <remarks>
/// Implementation note: a flight is nobody's. An asynchronous caller starts it and awaits it like all others; a synchronous caller
/// who cannot be cancelled flies it on his own thread; one who can is given a thread of its own, and not the pool's, on which
/// everyone may be waiting. So a caller can leave at any time without taking a redemption with him.
/// </remarks>
internal sealed class TokenSession : IDisposable
{
    /// <summary>How long a valid token is kept before another attempt to renew it early; meanwhile its callers need not ask.</summary>
    internal static readonly TimeSpan EarlyRefreshPause = TimeSpan.FromSeconds(30);

    private readonly TokenEndpointClient _endpoint;
    private readonly TokenCache _cache;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly string _host;
    private readonly IDisposable? _owned;
    private readonly CancellationTokenSource _lifetime = new();

    // Held by the flight that may ask the server and move the state.
    private readonly SemaphoreSlim _turn = new(1, 1);

    // Guards _flights and the decision to board one.
    private readonly object _gate = new();
    private readonly Dictionary<TokenCacheKey, Flight> _flights = [];

    // Both are written by the holder of _turn.
    private volatile SessionState _state;
    private volatile string? _routingHint;

    private volatile bool _disposed;

    /// <param name="code">The code; wiped by the session.</param>
    /// <param name="endpoint">Where tokens come from.</param>
    /// <param name="host">The authority's host, for messages.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The logger.</param>
    /// <param name="owned">What is wiped together with the session.</param>
    internal TokenSession(AuthorizationCode code, TokenEndpointClient endpoint, string host, TimeProvider time, ILogger logger, IDisposable? owned)
    {
        _state = new SessionState.CodePending(code);
        _endpoint = endpoint;
        _host = host;
        _time = time;
        _logger = logger;
        _owned = owned;
        _cache = new TokenCache(time);
    }

    /// <summary>The token that a request gets without any work, if there is one.</summary>
    /// <exception cref="ObjectDisposedException">The session has been disposed.</exception>
    internal CachedToken? FindFresh(in TokenCacheKey key)
    {
        ObjectDisposedException.ThrowIf(_disposed, typeof(AuthorizationCodeCredential));
        DateTimeOffset now = _time.GetUtcNow();
        CachedToken? token = _cache.Find(key, now);
        return token?.IsDue(now) == false ? token : null;
    }

    internal CachedToken Acquire(TokenRequest request, CancellationToken cancellationToken)
    {
        if (Board(request, out Flight flight, out bool leads) is { } served)
        {
            return served;
        }

        if (leads && cancellationToken.CanBeCanceled)
        {
            new Thread(() => Fly(flight)) { IsBackground = true, Name = "AuthCode token request" }.Start();
        }
        else if (leads)
        {
            Fly(flight);
        }

        return flight.Wait(cancellationToken);
    }

    internal ValueTask<CachedToken> AcquireAsync(TokenRequest request, CancellationToken cancellationToken)
    {
        if (Board(request, out Flight flight, out bool leads) is { } served)
        {
            return ValueTask.FromResult(served);
        }

        if (leads)
        {
            _ = FlyAsync(flight);
        }

        return flight.WaitAsync(cancellationToken);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
        }

        _lifetime.Cancel();
        WipeUnlessFlying();
    }

    /// <summary>A token that can be served at once, or a place on a flight.</summary>
    private CachedToken? Board(TokenRequest request, out Flight flight, out bool leads)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, typeof(AuthorizationCodeCredential));
            leads = false;
            flight = null!;
            DateTimeOffset now = _time.GetUtcNow();
            CachedToken? valid = _cache.Find(request.Key, now);
            if (valid?.IsDue(now) == false)
            {
                return valid;
            }

            var ended = _state as SessionState.SignInNeeded;
            bool flying = _flights.TryGetValue(request.Key, out Flight? shared);
            if (valid is not null && (flying || ended is not null))
            {
                valid.Postpone(now + EarlyRefreshPause);
                return valid;
            }

            if (ended is not null)
            {
                throw ended.Reason.ToException();
            }

            leads = !flying;
            flight = shared ?? new Flight(request, valid);
            if (leads)
            {
                _flights.Add(request.Key, flight);
                valid?.Postpone(now + EarlyRefreshPause);
            }

            return null;
        }
    }

    private void Fly(Flight flight)
    {
        FlightResult result = default;
        try
        {
            _turn.Wait(_lifetime.Token);
            try
            {
                if (Prepare(flight, out result) is { } grant)
                {
                    result = Complete(flight, grant, _endpoint.Send(grant, _lifetime.Token));
                }
            }
            finally
            {
                EndTurn();
            }
        }
        catch (Exception e)
        {
            result = Explain(e);
        }

        Land(flight, result);
    }

    private async Task FlyAsync(Flight flight)
    {
        FlightResult result = default;
        try
        {
            await _turn.WaitAsync(_lifetime.Token).ConfigureAwait(false);
            try
            {
                if (Prepare(flight, out result) is { } grant)
                {
                    result = Complete(flight, grant, await _endpoint.SendAsync(grant, _lifetime.Token).ConfigureAwait(false));
                }
            }
            finally
            {
                EndTurn();
            }
        }
        catch (Exception e)
        {
            result = Explain(e);
        }

        Land(flight, result);
    }

    /// <summary>The grant to send, or the result when none is needed or possible.</summary>
    private Grant? Prepare(Flight flight, out FlightResult result)
    {
        result = default;
        _lifetime.Token.ThrowIfCancellationRequested();
        DateTimeOffset now = _time.GetUtcNow();
        CachedToken? cached = _cache.Find(flight.Request.Key, now);
        if (cached is not null && cached != flight.Stale && !cached.IsDue(now))
        {
            // The flight before this one brought a token that serves this request too.
            result = new FlightResult(cached, null);
            return null;
        }

        Grant? grant = _state.GrantFor(flight.Request, _routingHint, hasValidToken: cached is not null);
        result = grant is null ? Fail(flight, (_state as SessionState.SignInNeeded)?.Reason) : default;
        return grant;
    }

    private FlightResult Complete(Flight flight, Grant grant, TokenAnswer answer)
    {
        SessionState before = _state;
        (SessionState next, Failure? failure) = before.After(answer, _host);
        _state = next;
        if (next is SessionState.SignInNeeded && failure is not null)
        {
            Log.SessionEnded(_logger);
        }

        // A code that is still pending is in the new state too.
        if (next != before && next is not SessionState.CodePending)
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
        _cache.Store(key, token, _time.GetUtcNow());
        Log.TokenAcquired(_logger, key.Tenant.Value, grant.GrantType, token.ExpiresOn, answer.RequestId);
        return new FlightResult(token, null);
    }

    /// <summary>A failed renewal is no failure while the token that it was to replace still works.</summary>
    private FlightResult Fail(Flight flight, Failure? failure)
    {
        DateTimeOffset now = _time.GetUtcNow();
        if (_cache.Find(flight.Request.Key, now) is not { } valid)
        {
            return new FlightResult(null, failure);
        }

        valid.Postpone(now + EarlyRefreshPause);
        Log.EarlyRefreshFailed(_logger, flight.Request.Key.Tenant.Value, valid.DueOn);
        return new FlightResult(valid, null);
    }

    private FlightResult Explain(Exception exception)
    {
        if (_lifetime.IsCancellationRequested)
        {
            return default;
        }

        Log.Unexpected(_logger, exception.GetType().Name);
        return new FlightResult(null, Failures.Unexpected(exception));
    }

    private void Land(Flight flight, FlightResult result)
    {
        lock (_gate)
        {
            // The entry is this flight's own: no other boards under its key until it is gone.
            _flights.Remove(flight.Request.Key);
        }

        flight.Land(_disposed ? default : result);
    }

    private void EndTurn()
    {
        _turn.Release();
        if (_disposed)
        {
            WipeUnlessFlying();
        }
    }

    private void WipeUnlessFlying()
    {
        // The flight that holds the turn still reads the secrets, and comes here when it gives the turn back.
        if (_turn.Wait(0))
        {
            _state.Dispose();
            _owned?.Dispose();
            _cache.Clear();
            _turn.Release();
        }
    }
}
