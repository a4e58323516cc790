namespace AuthCode;

/// <content>How sessions end, and how the service is told.</content>
internal sealed partial class SessionDirectory
{
    /// <summary>Ends a session: marks it in the store, revokes its token where the server offers that, and wipes it.</summary>
    /// <exception cref="OperationCanceledException">The caller canceled; the session has ended nevertheless, but its token may not have been revoked.</exception>
    internal async ValueTask EndAsync(string key, SessionEnd reason, CancellationToken cancellationToken)
    {
        if (!await TryEndAsync(key, reason, cancellationToken).ConfigureAwait(false))
        {
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Ends a session as <see cref="EndAsync"/> does, but leaves its token to the server.</summary>
    internal async ValueTask EndWithoutRevocationAsync(string key, SessionEnd reason, CancellationToken cancellationToken)
    {
        if (!await TryEndAsync(key, reason, cancellationToken, isRevoking: false).ConfigureAwait(false))
        {
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    // Whoever no longer waits has signed out nevertheless; false if the token was not revoked for that reason.
    private async ValueTask<bool> TryEndAsync(string key, SessionEnd reason, CancellationToken cancellationToken, bool isRevoking = true)
    {
        bool isRevoked = true;
        KnownSession? known = null;
        try
        {
            // Before the mark: the session is needed to revoke its token.
            known = await FindToEndAsync(key, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            isRevoked = false;
        }

        // Before the revocation: meanwhile, nobody may find the session in the store.
        if (_vault is { } vault && IsKey(key))
        {
            await vault.EndAsync(vault.KeyOf(SessionVault.SessionKind, key), _factory.Time.GetUtcNow().SaturatingAdd(_settings.Lifetime)).ConfigureAwait(false);
        }

        // A look-up that was canceled above may have brought it into the memory meanwhile.
        known ??= _memory.Find(key);
        if (known?.Session is { } session)
        {
            isRevoked &= await EndHereAsync(known, session, reason, isRevoking, cancellationToken).ConfigureAwait(false);
            await ForgetAsync(known).ConfigureAwait(false);
        }

        // A look-up that had read the store before the mark was there.
        if (_loading.TryGetValue(key, out Lazy<Task<KnownSession?>>? loading) && await FindLateAsync(loading.Value).ConfigureAwait(false) is { Session: { } late } again)
        {
            _memory.Remove(again);
            late.Dispose();
        }

        // Only a key that was one: anyone can have anything ended.
        if (known is not null)
        {
            NoteAbsent(key, UserSessionStatus.Ended);
        }

        return isRevoked;
    }

    private async ValueTask<KnownSession?> FindToEndAsync(string key, CancellationToken cancellationToken)
    {
        KnownSession? known = _memory.Find(key);
        if (known?.Session is not null || _vault is null || !IsKey(key))
        {
            return known;
        }

        try
        {
            return await FindAsync(key, cancellationToken).ConfigureAwait(false);
        }
        catch (AuthenticationFailedException e)
        {
            // The store does not respond: the session has ended nevertheless, as soon as the store can be told.
            Log.Unexpected(_factory.Logger, e.GetType().Name);
            return null;
        }
    }

    private async ValueTask<bool> EndHereAsync(KnownSession known, TokenSession session, SessionEnd reason, bool isRevoking, CancellationToken cancellationToken)
    {
        bool isRevoked = true;
        _memory.Remove(known);
        try
        {
            if (isRevoking)
            {
                await RevokeAsync(session, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            isRevoked = false;
        }

        session.Dispose();
        End(known, reason, null);
        return isRevoked;
    }

    private static async ValueTask<KnownSession?> FindLateAsync(Task<KnownSession?> loading)
    {
        try
        {
            return await loading.ConfigureAwait(false);
        }
        catch (AuthenticationFailedException)
        {
            return null;
        }
    }

    private async ValueTask RevokeAsync(TokenSession session, CancellationToken cancellationToken)
    {
        try
        {
            await session.RevokeAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (AuthenticationFailedException e)
        {
            // The user is signed out here in any case.
            Log.Unexpected(_factory.Logger, e.GetType().Name);
        }
    }

    /// <summary>Notes that a session has ended, and tells the service.</summary>
    /// <remarks>
    /// The first reason counts: a session that the server has refused can still be signed out. The service is told outside the turn in
    /// which the session ended, so that it can do what it likes.
    /// </remarks>
    internal void End(KnownSession known, SessionEnd reason, TokenErrorResponse? response)
    {
        if (!known.TryEnd())
        {
            return;
        }

        string name = NameOf(reason);
        Instruments.Count(SessionInstruments.Ends, new() { { Attributes.Reason, name } });
        Log.SessionEndedHere(_factory.Logger, name);
        if (_settings.OnEnded is { } onEnded)
        {
            ThreadPool.UnsafeQueueUserWorkItem(TellAsync, (onEnded, new SessionEnded(known.User.AccountKey, reason, response)), preferLocal: false);
        }
    }

    private static string NameOf(SessionEnd reason) => reason switch
    {
        SessionEnd.SignedOut => "signed_out",
        SessionEnd.SignedOutEverywhere => "signed_out_everywhere",
        SessionEnd.SignedOutAtServer => "signed_out_at_server",
        SessionEnd.Refused => "refused",
        SessionEnd.Expired => "expired",
        SessionEnd.Lost => "lost",
        _ => "evicted",
    };

    private void TellAsync((Func<SessionEnded, ValueTask> OnEnded, SessionEnded Session) ended) => _ = TellAsync(ended.OnEnded, ended.Session);

    private async Task TellAsync(Func<SessionEnded, ValueTask> onEnded, SessionEnded session)
    {
        try
        {
            await onEnded(session).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            Log.OnEndedFailed(_factory.Logger, e.GetType().Name);
        }
    }
}
