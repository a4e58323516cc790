namespace AuthCode;

/// <summary>One user's session: its cached tokens, and the acquisitions of new ones. Callers for the same token share an acquisition.</summary>
/// <remarks>
/// Implementation note: an acquisition belongs to no caller. It runs in a <see cref="NeutralContext"/>: for an asynchronous caller
/// on its thread until it first waits, for a synchronous one on its thread if the caller cannot be canceled and nothing of the
/// thread could be captured, else on a thread of its own, and not one of the pool, on which everyone may be waiting. So a caller can
/// leave at any time without ending a redemption that others wait for.
/// </remarks>
internal sealed class TokenSession : IDisposable
{
    private readonly SessionGrants _grants;
    private readonly AcquisitionRunner _runner;
    private readonly TokenCache _cache;
    private readonly TimeProvider _time;

    // Guards _acquisitions, and the decision to join one.
    private readonly object _gate = new();
    private readonly Dictionary<TokenRequest, TokenAcquisition> _acquisitions = [];

    internal TokenSession(SessionState state, SessionFactory factory, TokenCache cache, IDisposable? owned)
    {
        _time = factory.Time;
        _cache = cache;
        Profile = factory.Client.Profile;
        _grants = new SessionGrants(state, factory, cache, owned);
        _runner = new AcquisitionRunner(_grants, factory, cache, Complete);
    }

    /// <summary>What the server is sent beside the standard's fields.</summary>
    internal readonly ServerProfile Profile;

    /// <summary>The token that was acquired for this very request, if it is neither due nor expired and the session has not ended; throws nothing.</summary>
    internal CachedToken? FindHit(in TokenCacheKey key) => _grants.Turn.IsDisposed ? null : _cache.FindFresh(key, _time.GetUtcNow());

    /// <exception cref="ObjectDisposedException">The session has been disposed of.</exception>
    internal void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(_grants.Turn.IsDisposed, typeof(AuthorizationCodeCredential));

    /// <exception cref="OperationCanceledException">The caller canceled.</exception>
    internal AcquisitionResult Acquire(TokenRequest request, CancellationToken cancellationToken)
    {
        if (JoinOrStart(request, out TokenAcquisition acquisition, out bool isStarted) is { } served)
        {
            return served;
        }

        if (isStarted && !cancellationToken.CanBeCanceled && NeutralContext.IsPossibleHere)
        {
            NeutralContext.Run(RunHere, acquisition);
        }
        else if (isStarted)
        {
            StartThread(acquisition);
        }

        return acquisition.Wait(cancellationToken);
    }

    /// <inheritdoc cref="Acquire"/>
    internal Task<AcquisitionResult> AcquireAsync(TokenRequest request, CancellationToken cancellationToken)
    {
        if (JoinOrStart(request, out TokenAcquisition acquisition, out bool isStarted) is { } served)
        {
            return Task.FromResult(served);
        }

        if (isStarted)
        {
            NeutralContext.Start(StartHere, acquisition);
        }

        return acquisition.WaitAsync(cancellationToken);
    }

    /// <inheritdoc cref="SessionGrants.IdentifyAsync"/>
    internal ValueTask IdentifyAsync(TokenSubject subject, string accountKey, CancellationToken cancellationToken) =>
        _grants.IdentifyAsync(subject, accountKey, cancellationToken);

    /// <inheritdoc cref="SessionGrants.SnapshotAsync"/>
    internal ValueTask<SessionSnapshot?> SnapshotAsync(CancellationToken cancellationToken) => _grants.SnapshotAsync(cancellationToken);

    /// <inheritdoc cref="SessionGrants.RevokeAsync"/>
    internal Task<bool> RevokeAsync(CancellationToken cancellationToken) => _grants.RevokeAsync(cancellationToken);

    public void Dispose() => _grants.Dispose();

    /// <summary>A result that can be served at once, or an acquisition to wait for.</summary>
    private AcquisitionResult? JoinOrStart(TokenRequest request, out TokenAcquisition acquisition, out bool isStarted)
    {
        lock (_gate)
        {
            ThrowIfDisposed();
            isStarted = false;
            acquisition = null!;
            DateTimeOffset now = _time.GetUtcNow();
            int stores = _cache.Stores;
            CachedToken? valid = _cache.Find(request.Key, now);
            if (valid?.IsDue(now) == false)
            {
                return AcquisitionResult.Success(valid);
            }

            bool isRunning = _acquisitions.TryGetValue(request, out TokenAcquisition? running);
            if (valid is not null && (isRunning || _grants.Ended is not null))
            {
                RefreshSchedule.Pause(valid, now);
                return AcquisitionResult.Success(valid);
            }

            if (!isRunning && _grants.Ended is { } reason)
            {
                return AcquisitionResult.Fail(reason);
            }

            isStarted = !isRunning;
            acquisition = running ?? new TokenAcquisition(request, valid, stores);
            if (isStarted)
            {
                _acquisitions.Add(request, acquisition);
                RefreshSchedule.Pause(valid, now);
            }

            return null;
        }
    }

    private void StartThread(TokenAcquisition acquisition)
    {
        try
        {
            new Thread(RunHere) { IsBackground = true, Name = "AuthCode token request" }.UnsafeStart(acquisition);
        }
        catch (Exception e) when (e is OutOfMemoryException or ThreadStartException)
        {
            // No thread could be started, and others may wait for the acquisition by now: this thread runs it.
            NeutralContext.Run(RunHere, acquisition);
        }
    }

    private void RunHere(object? state) => _runner.Run((TokenAcquisition)state!);

    private void StartHere(object? state) => _ = _runner.RunAsync((TokenAcquisition)state!);

    private void Complete(TokenAcquisition acquisition, AcquisitionResult result)
    {
        lock (_gate)
        {
            // The entry is this acquisition's own: no other starts for its request until it is gone.
            _acquisitions.Remove(acquisition.Request);
        }

        acquisition.Complete(result);
    }
}
