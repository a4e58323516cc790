namespace AuthCode;

/// <content>How sessions end, and how the service is told.</content>
internal sealed partial class SessionDirectory
{
    /// <summary>Ends a session: marks it in the store, revokes its token where the server offers that, and wipes it.</summary>
    /// <exception cref="OperationCanceledException">The caller canceled; the session has ended nevertheless, but its token may not have been revoked.</exception>
    internal async ValueTask EndAsync(string key, SessionEnd reason, CancellationToken cancellationToken)
    {
        await TakeNewestAsync(_memory.Find(key) is { } known ? [known] : []).ConfigureAwait(false);
        await EndEachAsync([key], reason, isRevoking: true, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Ends a session as <see cref="EndAsync"/> does, but leaves its token to the server.</summary>
    internal async ValueTask EndWithoutRevocationAsync(string key, SessionEnd reason, CancellationToken cancellationToken) =>
        await EndEachAsync([key], reason, isRevoking: false, cancellationToken).ConfigureAwait(false);

    /// <summary>Ends sessions: all are marked before the first token is revoked, since a server can take long for that.</summary>
    /// <returns>Whether the store was told of all of them; otherwise it is as soon as it responds.</returns>
    /// <exception cref="OperationCanceledException">The caller canceled; the sessions have ended nevertheless, but tokens may not have been revoked.</exception>
    private async ValueTask<bool> EndEachAsync(IEnumerable<string> keys, SessionEnd reason, bool isRevoking, CancellationToken cancellationToken)
    {
        bool isTold = true;
        bool isComplete = true;
        List<(KnownSession Known, TokenSession Session)> ending = [];
        foreach (string key in keys)
        {
            KnownSession? known = null;
            try
            {
                // Before the mark: the session is needed to revoke its token.
                known = await FindToEndAsync(key, cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                // Whoever no longer waits has signed out nevertheless.
                isComplete = false;
            }

            TokenSession? session = known?.Session;
            isTold &= await MarkAsync(key).ConfigureAwait(false);
            if (known is null)
            {
                // A look-up that was canceled above may have brought it into the memory meanwhile.
                known = _memory.Find(key);
                session = known?.Session;
            }

            KnownSession? late = await ForgetHereAsync(key, known).ConfigureAwait(false);
            if (known is not null && session is not null)
            {
                ending.Add((known, session));
            }
            else if (late is { Session: { } loaded })
            {
                ending.Add((late, loaded));
            }
        }

        foreach ((KnownSession known, _) in ending)
        {
            await ForgetAsync(known).ConfigureAwait(false);
        }

        foreach ((KnownSession known, TokenSession session) in ending)
        {
            isComplete &= await EndHereAsync(known, session, reason, isRevoking, cancellationToken).ConfigureAwait(false);
        }

        if (!isComplete)
        {
            cancellationToken.ThrowIfCancellationRequested();
        }

        return isTold;
    }

    /// <summary>Notes that a session has been signed out by its credential, which has marked it and revoked its token.</summary>
    internal async ValueTask NoteSignOutAsync(KnownSession known)
    {
        KnownSession? late = await ForgetHereAsync(known.Key, known).ConfigureAwait(false);
        late?.Session?.Dispose();
        await ForgetAsync(known).ConfigureAwait(false);
        End(known, SessionEnd.SignedOut, null);
    }

    /// <summary>Sees to it that nobody finds a session in the store any more.</summary>
    /// <returns>Whether the store was told.</returns>
    private async ValueTask<bool> MarkAsync(string key) => _vault is not { } vault || !IsKey(key)
        || await vault.EndAsync(vault.KeyOf(SessionVault.SessionKind, key), _factory.Time.GetUtcNow().SaturatingAdd(_settings.Lifetime)).ConfigureAwait(false);

    /// <summary>Sees to it that nobody finds a session here any more.</summary>
    /// <returns>What a look-up has brought that had read the store before the mark was there.</returns>
    private async ValueTask<KnownSession?> ForgetHereAsync(string key, KnownSession? known)
    {
        if (known is not null)
        {
            known.IsForgotten = true;
            _memory.Remove(known);
        }

        // A look-up that had read the store before the mark was there, whether or not it is over.
        KnownSession? late = _loading.TryGetValue(key, out Lazy<Task<KnownSession?>>? loading) ? await FindLateAsync(loading.Value).ConfigureAwait(false) : _memory.Find(key);
        if (late is not null && late != known)
        {
            late.IsForgotten = true;
            _memory.Remove(late);
            if (known?.Session is not null)
            {
                // It is the same session, which is revoked and told of once.
                late.Session?.Dispose();
            }
        }

        if (known is not null || late is not null)
        {
            // Only a key that was one: anyone can have anything ended.
            NoteAbsent(key, UserSessionStatus.Ended);
        }

        return late;
    }

    // Before the mark, after which nothing is found: another instance may have replaced the token that is to be revoked.
    private static async ValueTask TakeNewestAsync(IReadOnlyList<KnownSession> ending)
    {
        foreach (TokenSession session in ending.Select(static known => known.Session).OfType<TokenSession>())
        {
            await session.TakeNewestAsync().ConfigureAwait(false);
        }
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
        if (_vault is null && reason is SessionEnd.SignedOut or SessionEnd.Expired)
        {
            // Nothing else knows that the session was not lost.
            NoteAbsent(known.Key, UserSessionStatus.Ended);
        }

        if (!known.TryEnd(reason))
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
