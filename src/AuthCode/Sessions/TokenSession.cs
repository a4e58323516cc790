namespace AuthCode;

/// <summary>One user's session: its cached tokens, and the acquisitions of new ones. Callers for the same token share an acquisition.</summary>
/// <remarks>
/// Implementation note: an acquisition belongs to no caller and never runs on a caller's thread. One that an asynchronous caller starts
/// runs on the thread pool, one of a synchronous caller on a thread of its own, since everyone on the pool may be waiting for it. So
/// nothing of a caller (async locals, activity, synchronization context, task scheduler) reaches work that others share, and a caller
/// can leave at any time without ending a redemption that others wait for.
/// </remarks>
internal sealed partial class TokenSession : IDisposable
{
    private readonly SessionGrants _grants;

    // Guarded by the lock of the cache, which nobody else takes, as is the decision to join one. There while an acquisition is under way: most of the sessions in memory are not in use.
    private Dictionary<TokenRequest, TokenAcquisition>? _acquisitions;

    internal TokenSession(SessionState state, SessionFactory factory, TokenCache cache, IDisposable? owned, DateTimeOffset refreshedOn = default, SessionData? data = null)
    {
        _grants = new SessionGrants(state, factory, cache, owned, refreshedOn, data) { Session = this };
    }

    /// <summary>What the server is sent beside the standard's fields.</summary>
    internal ServerProfile Profile => _grants.Factory.Client.Profile;

    /// <summary>The token that was acquired for this very request, if it is neither due nor expired and the session has not ended; throws nothing.</summary>
    internal CachedToken? FindHit(in TokenCacheKey key)
    {
        CachedToken? hit = _grants.Turn.IsDisposed || key.Scopes.Items.Length > TokenRequest.MostScopes ? null : _grants.Cache.FindFresh(key, _grants.Factory.Time.GetUtcNow());
        if (hit is not null)
        {
            TokenLookups.NoteHit();
        }

        return hit;
    }

    /// <exception cref="ObjectDisposedException">The session has been disposed of.</exception>
    internal void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(_grants.Turn.IsDisposed, typeof(AuthorizationCodeCredential));

    private AcquisitionResult Acquire(TokenRequest request, MeasuredWait? wait, CancellationToken cancellationToken)
    {
        if (JoinOrStart(request, wait, out TokenAcquisition acquisition, out bool isStarted) is { } served)
        {
            return served;
        }

        CancellationTokenSource? patience = isStarted ? PatienceFor(acquisition) : null;
        if (isStarted)
        {
            StartThread(acquisition);
        }

        return patience is not null ? AwaitRenewal(acquisition, patience, cancellationToken) : acquisition.Wait(cancellationToken);
    }

    private Task<AcquisitionResult> AcquireAsync(TokenRequest request, MeasuredWait? wait, CancellationToken cancellationToken)
    {
        if (JoinOrStart(request, wait, out TokenAcquisition acquisition, out bool isStarted) is { } served)
        {
            return Task.FromResult(served);
        }

        CancellationTokenSource? patience = isStarted ? PatienceFor(acquisition) : null;
        if (isStarted)
        {
            ThreadPool.UnsafeQueueUserWorkItem(StartHere, acquisition, preferLocal: false);
        }

        return patience is not null ? AwaitRenewalAsync(acquisition, patience, cancellationToken) : acquisition.WaitAsync(cancellationToken);
    }

    /// <inheritdoc cref="SessionGrants.IdentifyAsync"/>
    internal ValueTask<SessionUser> IdentifyAsync(TokenSubject subject, string accountKey, string? signOutHint, CancellationToken cancellationToken) =>
        _grants.IdentifyAsync(subject, accountKey, signOutHint, cancellationToken);

    /// <summary>Whether the code of the session is still good: it has not been redeemed, and no response to its redemption was lost.</summary>
    internal bool HasUntouchedCode => _grants.HasUntouchedCode;

    /// <exception cref="AuthenticationFailedException">A request of the session is overdue, so that nothing can be taken over.</exception>
    internal void ThrowIfStalled()
    {
        if (_grants.Turn.Stalled is { } stalled)
        {
            throw stalled.ToException();
        }
    }

    /// <inheritdoc cref="SessionGrants.TryWithdrawCode"/>
    internal bool TryWithdrawCode() => _grants.TryWithdrawCode();

    /// <summary>The user as the last sign-in said; <see langword="null"/> if no ID token was validated.</summary>
    internal SessionUser? User => _grants.User;

    internal bool IsDisposed => _grants.Turn.IsDisposed;

    /// <summary>Whether nothing is left to acquire tokens with.</summary>
    internal bool HasEnded => _grants.Ended is not null;

    /// <summary>Whether a request is under way, or something else that reads or moves the state.</summary>
    internal bool IsInTurn => _grants.Turn.IsTaken;

    public void Dispose() => _grants.Dispose();

    /// <summary>Disposes of the session, unless it is shared: then other requests may use it, and it leaves the memory as an idle one does.</summary>
    internal void Release()
    {
        if (_grants.Shared is null)
        {
            Dispose();
        }
    }

    /// <summary>A result that can be served at once, or an acquisition to wait for.</summary>
    private AcquisitionResult? JoinOrStart(TokenRequest request, MeasuredWait? wait, out TokenAcquisition acquisition, out bool isStarted)
    {
        lock (_grants.Cache)
        {
            ThrowIfDisposed();
            isStarted = false;
            acquisition = null!;
            DateTimeOffset now = _grants.Factory.Time.GetUtcNow();
            NoteUse(now);
            int stores = _grants.Cache.Stores;
            CachedToken? valid = _grants.Cache.Find(request.Key, now);
            if (valid?.IsDue(now) == false)
            {
                // Of another request, or acquired a moment ago.
                TokenLookups.NoteHit();
                return AcquisitionResult.Success(valid);
            }

            NoteLookup(request, wait, isDue: valid is not null);

            TokenAcquisition? running = _acquisitions?.GetValueOrDefault(request);
            bool isRunning = running is not null;
            Failure? reason = ReasonToRefuse(request, isRunning);
            if (valid is not null && (isRunning || reason is not null))
            {
                RefreshSchedule.Pause(valid, now);
                return AcquisitionResult.Success(valid);
            }

            if (reason is not null)
            {
                return AcquisitionResult.Fail(reason);
            }

            isStarted = !isRunning;
            acquisition = running ?? new TokenAcquisition(request, valid, stores, wait?.Outer ?? default);
            wait?.Acquisition = acquisition;
            wait?.IsJoined = isRunning;
            if (isStarted)
            {
                (_acquisitions ??= []).Add(request, acquisition);
                RefreshSchedule.Pause(valid, now);
            }

            return null;
        }
    }

    // An acquisition would wait for the read of the metadata that the caller is a part of, and others who join it must not be told of that.
    private Failure? ReasonToRefuse(TokenRequest request, bool isRunning) =>
        WorkScope.IsWithin(_grants) || _grants.Factory.Client.IsWithinReadFor(request.Key.Tenant) ? Failures.CalledWithin()
        : isRunning ? null
        : _grants.Ended ?? _grants.FindRefusal(request);

    private void StartThread(TokenAcquisition acquisition)
    {
        try
        {
            new Thread(RunHere) { IsBackground = true, Name = "AuthCode token request" }.UnsafeStart(acquisition);
        }
        catch (Exception e) when (e is OutOfMemoryException or ThreadStartException)
        {
            // No thread could be started, and others may wait for the acquisition by now: a thread of the pool runs it, once one is free.
            ThreadPool.UnsafeQueueUserWorkItem(RunHere, acquisition, preferLocal: false);
        }
    }

    private void RunHere(object? state) => NewRunner().Run((TokenAcquisition)state!);

    private void StartHere(TokenAcquisition acquisition) => _ = NewRunner().RunAsync(acquisition);

    private AcquisitionRunner NewRunner() => new(_grants, Complete);

    private void Complete(TokenAcquisition acquisition, AcquisitionResult result)
    {
        lock (_grants.Cache)
        {
            // The entry is this acquisition's own: no other starts for its request until it is gone.
            _acquisitions!.Remove(acquisition.Request);
            _acquisitions = _acquisitions.Count == 0 ? null : _acquisitions;
        }

        acquisition.Complete(result);
    }
}
