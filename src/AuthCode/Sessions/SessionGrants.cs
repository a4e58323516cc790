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
internal sealed partial class SessionGrants : IDisposable
{
    private readonly IDisposable? _owned;

    // Made by the holder of Turn, for the first request and the first refusal.
    private SessionHold? _hold;
    private volatile RefusalMemory? _refusals;

    // Written by the holder of Turn.
    private volatile SessionState _state;

    private long _refreshedTicks;
    private long _usedTicks;

    internal SessionGrants(SessionState state, SessionFactory factory, TokenCache cache, IDisposable? owned, DateTimeOffset refreshedOn = default, SessionData? data = null)
    {
        _data = data;
        RefreshedOn = refreshedOn;
        _state = state;
        Factory = factory;
        Cache = cache;
        _owned = owned;
        Turn = new SessionTurn(this);
    }

    internal readonly SessionFactory Factory;

    internal readonly TokenCache Cache;

    internal readonly SessionTurn Turn;

    /// <summary>The session. Whoever does something with its grants keeps it in use, so that no second one of it is made meanwhile.</summary>
    internal TokenSession? Session { get; init; }

    /// <summary>When the refresh token, or the code, was last used with success, on any instance. Written by the holder of the turn.</summary>
    internal DateTimeOffset RefreshedOn
    {
        get => new(Volatile.Read(ref _refreshedTicks), TimeSpan.Zero);
        private set => Volatile.Write(ref _refreshedTicks, value.UtcTicks);
    }

    /// <summary>When a caller used the session last. Written by anyone.</summary>
    internal DateTimeOffset UsedOn
    {
        get => new(Volatile.Read(ref _usedTicks), TimeSpan.Zero);
        set => Volatile.Write(ref _usedTicks, value.UtcTicks);
    }

    /// <summary>Whether the server has told everybody to wait.</summary>
    internal bool IsThrottled(TenantId tenant) =>
        ThrottleWindows.Shared.Find(Factory.Time, Factory.Client.Server.Id, Factory.Client.ClientId.Value, tenant)?.IsHolding == true;

    /// <summary>Why a request is refused without asking the server again; <see langword="null"/> if it is not.</summary>
    internal Failure? FindRefusal(TokenRequest request) => _refusals?.Find(request);

    /// <summary>Why nothing is left to acquire tokens with; <see langword="null"/> while something is.</summary>
    internal Failure? Ended => (_state as SessionState.SignInNeeded)?.Reason;

    internal SessionUser? User => _state.Facts.User;

    /// <summary>Notes who signed in: no ID token of a refresh may be about another user from now on.</summary>
    internal async ValueTask<SessionUser> IdentifyAsync(TokenSubject subject, string accountKey, string? signOutHint, CancellationToken cancellationToken)
    {
        var user = new SessionUser(subject, accountKey, Factory.Texts, signOutHint);
        if (await TryEnterAsync(cancellationToken).ConfigureAwait(false))
        {
            _state = _state.Of(user);
            Turn.Leave();
        }

        return user;
    }

    /// <summary>What must outlive the process; <see langword="null"/> if there is no refresh token.</summary>
    internal async ValueTask<SessionSnapshot?> SnapshotAsync(CancellationToken cancellationToken)
    {
        if (!await TryEnterAsync(cancellationToken).ConfigureAwait(false))
        {
            return null;
        }

        try
        {
            return _state is SessionState.Refreshable
                ? SessionSnapshot.Of(_state, Cache.ValidAt(Factory.Time.GetUtcNow()), refreshedOn: RefreshedOn, data: _data)
                : null;
        }
        finally
        {
            Turn.Leave();
        }
    }

    // A session with a store leaves the memory without being disposed of, since somebody may still use it. Implementation note: this is not
    // the finalizer of SecretText, which a span of its bytes would not keep alive. Whoever reads the secret of a session has its turn, and
    // with it the session, until they have read it.
    ~SessionGrants() => _state?.Secret?.Dispose();

    public void Dispose()
    {
        Turn.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Takes one turn for an acquisition; throws for nothing but the end of the session.</summary>
    internal AcquisitionResult TakeTurn(TokenAcquisition acquisition)
    {
        if (!Turn.TryEnter() && Turn.Enter() is { } stalled)
        {
            return AcquisitionResult.Fail(stalled);
        }

        try
        {
            if (_shared is { } shared)
            {
                // The store and the leases have no synchronous form; the request has, and does not block the threads that those need.
                return CallingThread.Await(thread => TakeSharedTurnAsync(
                    acquisition, shared, (requested, grant) => new(thread.Do(() => Send(requested, grant)))).AsTask());
            }

            AcquisitionResult? result;
            do
            {
                result = TryPrepare(acquisition, out Grant? grant, out AcquisitionResult? settled)
                    ? Commit(acquisition, grant, Send(acquisition, grant))
                    : settled;
            }
            while (result is null);
            return result;
        }
        finally
        {
            Turn.Leave();
        }
    }

    /// <inheritdoc cref="TakeTurn"/>
    internal async ValueTask<AcquisitionResult> TakeTurnAsync(TokenAcquisition acquisition)
    {
        if (!Turn.TryEnter() && await Turn.EnterAsync().ConfigureAwait(false) is { } stalled)
        {
            return AcquisitionResult.Fail(stalled);
        }

        try
        {
            if (_shared is { } shared)
            {
                return await TakeSharedTurnAsync(acquisition, shared, SendAsync).ConfigureAwait(false);
            }

            AcquisitionResult? result;
            do
            {
                result = TryPrepare(acquisition, out Grant? grant, out AcquisitionResult? settled)
                    ? Commit(acquisition, grant, await SendAsync(acquisition, grant).ConfigureAwait(false))
                    : settled;
            }
            while (result is null);
            return result;
        }
        finally
        {
            Turn.Leave();
        }
    }

    // Whoever has the turn goes on with it, and is not overdue any more.
    private AttemptResult Send(TokenAcquisition acquisition, Grant grant)
    {
        try
        {
            return Factory.Endpoint.Send(grant, Hold, ReadsIdToken(acquisition), Turn.Lifetime);
        }
        finally
        {
            Turn.Resume();
        }
    }

    private async ValueTask<AttemptResult> SendAsync(TokenAcquisition acquisition, Grant grant)
    {
        try
        {
            return await Factory.Endpoint.SendAsync(grant, Hold, ReadsIdToken(acquisition), Turn.Lifetime).ConfigureAwait(false);
        }
        finally
        {
            Turn.Resume();
        }
    }

    /// <summary>The grant to send, or the turn's result if none is needed or possible.</summary>
    private bool TryPrepare(TokenAcquisition acquisition, [NotNullWhen(true)] out Grant? grant, [NotNullWhen(false)] out AcquisitionResult? settled)
    {
        grant = null;
        settled = null;
        Turn.Lifetime.ThrowIfCancellationRequested();
        acquisition.Turns++;
        if (acquisition.FindNewer(Cache, Factory.Time.GetUtcNow()) is { } newer)
        {
            // A turn before this one brought a token that serves this request too.
            acquisition.Source = newer.IsOfAnotherInstance ? Attributes.Store : Attributes.Joined;
            settled = AcquisitionResult.Success(newer);
            return false;
        }

        grant = _state.GrantFor(acquisition.Request.Parameters, Factory.Client.Profile);
        if (grant is null)
        {
            settled = AcquisitionResult.Fail(Ended!);
            return false;
        }

        acquisition.Source = grant is AuthorizationCodeGrant ? Attributes.Code : Attributes.Refresh;
        grant.Overdue = () => Stall(acquisition);
        grant.Attempt = acquisition.Turns;
        grant.Parent = acquisition.Parent;
        return true;
    }

    // For a sign-in, and to see that a refresh is about the user who signed in.
    private bool ReadsIdToken(TokenAcquisition acquisition) => acquisition.Request.IsForSignIn || _state.Facts.User is not null;

    /// <summary>Wipes what the session has; called while nobody reads it.</summary>
    internal void Wipe()
    {
        _state.Secret?.Dispose();
        _owned?.Dispose();
        Cache.Clear();
        _data = null;
    }
}
