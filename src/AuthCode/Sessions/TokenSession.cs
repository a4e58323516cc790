namespace AuthCode;

/// <summary>One user's session: its cached tokens, and the flights that get new ones. Callers for the same token share a flight.</summary>
/// <remarks>
/// Implementation note: a flight is nobody's. An asynchronous caller starts it and awaits it like all others; a synchronous caller
/// who cannot be cancelled flies it on his own thread; one who can is given a thread of its own, and not the pool's, on which
/// everyone may be waiting. So a caller can leave at any time without taking a redemption with him.
/// </remarks>
internal sealed class TokenSession : IDisposable
{
    private readonly SessionGrants _turns;
    private readonly SessionTokens _tokens;
    private readonly TimeProvider _time;

    // Guards _flights, and the decision to board one.
    private readonly object _gate = new();
    private readonly Dictionary<TokenCacheKey, TokenAcquisition> _flights = [];

    /// <param name="code">The code; wiped by the session.</param>
    /// <param name="settings">What it shares with other sessions.</param>
    /// <param name="owned">What is wiped together with the session.</param>
    internal TokenSession(AuthorizationCode code, SessionFactory settings, IDisposable? owned)
    {
        _time = settings.Time;
        Dialect = settings.Server.Dialect;
        _tokens = new SessionTokens(settings);
        _turns = new SessionGrants(code, settings, _tokens, owned);
    }

    /// <summary>The token that was got for this very request, if it needs no work and the session has not ended; throws nothing.</summary>
    internal CachedToken? FindHit(in TokenCacheKey key) => _turns.IsDisposed ? null : _tokens.Cache.FindFresh(key, _time.GetUtcNow());

    /// <summary>The same.</summary>
    /// <exception cref="ObjectDisposedException">The session has been disposed.</exception>
    internal CachedToken? FindFresh(in TokenCacheKey key)
    {
        ThrowIfDisposed();
        return FindHit(key);
    }

    /// <exception cref="ObjectDisposedException">The session has been disposed.</exception>
    internal void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(_turns.IsDisposed, typeof(AuthorizationCodeCredential));

    internal CachedToken Acquire(TokenRequest request, CancellationToken cancellationToken)
    {
        if (Board(request, out TokenAcquisition flight, out bool leads) is { } served)
        {
            return served;
        }

        if (leads && cancellationToken.CanBeCanceled)
        {
            StartThread(flight);
        }
        else if (leads)
        {
            Fly(flight);
        }

        return flight.Wait(cancellationToken);
    }

    internal ValueTask<CachedToken> AcquireAsync(TokenRequest request, CancellationToken cancellationToken)
    {
        if (Board(request, out TokenAcquisition flight, out bool leads) is { } served)
        {
            return ValueTask.FromResult(served);
        }

        if (leads)
        {
            // A flight is nobody's: what it calls must not resume where this caller does, since others wait for it.
            NoContext.Run(static state => _ = state.Session.FlyAsync(state.TokenAcquisition), (Session: this, TokenAcquisition: flight));
        }

        return flight.WaitAsync(cancellationToken);
    }

    /// <inheritdoc cref="SessionTokens.TakeIdToken"/>
    internal string? TakeIdToken() => _tokens.TakeIdToken();

    /// <inheritdoc cref="SessionTokens.BindTo"/>
    internal void BindTo(TokenSubject user) => _tokens.BindTo(user);

    /// <inheritdoc cref="SessionGrants.RevokeAsync"/>
    internal Task<bool> RevokeAsync(CancellationToken cancellationToken) => _turns.RevokeAsync(cancellationToken);

    /// <summary>What the server is sent beside the standard's fields.</summary>
    internal ServerProfile Dialect { get; }

    public void Dispose() => _turns.Dispose();

    /// <summary>A token that can be served at once, or a place on a flight.</summary>
    private CachedToken? Board(TokenRequest request, out TokenAcquisition flight, out bool leads)
    {
        lock (_gate)
        {
            ThrowIfDisposed();
            leads = false;
            flight = null!;
            DateTimeOffset now = _time.GetUtcNow();
            CachedToken? valid = _tokens.Cache.Find(request.Key, now);
            if (valid?.IsDue(now) == false)
            {
                return valid;
            }

            bool flying = _flights.TryGetValue(request.Key, out TokenAcquisition? shared);
            if (valid is not null && (flying || _turns.Ended is not null))
            {
                RefreshSchedule.Pause(valid, now);
                return valid;
            }

            if (!flying && _turns.Ended is { } reason)
            {
                throw reason.ToException();
            }

            leads = !flying;
            flight = shared ?? new TokenAcquisition(request, valid);
            if (leads)
            {
                _flights.Add(request.Key, flight);
                RefreshSchedule.Pause(valid, now);
            }

            return null;
        }
    }

    private void StartThread(TokenAcquisition flight)
    {
        try
        {
            new Thread(() => Fly(flight)) { IsBackground = true, Name = "AuthCode token request" }.Start();
        }
        catch (Exception e) when (e is OutOfMemoryException or ThreadStartException)
        {
            // There is no thread to be had: the flight is boarded already, so this one flies it.
            Fly(flight);
        }
    }

    private void Fly(TokenAcquisition flight) => Land(flight, _turns.Take(flight));

    private async Task FlyAsync(TokenAcquisition flight) => Land(flight, await _turns.TakeAsync(flight).ConfigureAwait(false));

    private void Land(TokenAcquisition flight, FlightResult result)
    {
        lock (_gate)
        {
            // The entry is this flight's own: no other boards under its key until it is gone.
            _flights.Remove(flight.Request.Key);
        }

        flight.Land(result);
    }
}
