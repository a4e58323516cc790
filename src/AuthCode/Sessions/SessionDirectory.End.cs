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

    // Whoever no longer waits has signed out nevertheless; false if the token was not revoked for that reason.
    private async ValueTask<bool> TryEndAsync(string key, SessionEnd reason, CancellationToken cancellationToken)
    {
        KnownSession? known = _memory.Find(key);
        TokenSession? session = null;
        bool isRevoked = true;
        try
        {
            if (known?.Session is null && _vault is not null && IsKey(key))
            {
                known = await FindAsync(key, cancellationToken).ConfigureAwait(false);
            }

            session = known?.Session;
            if (session is not null)
            {
                _memory.Remove(known!);
                await RevokeAsync(session, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            isRevoked = false;
        }

        if (session is not null)
        {
            session.Dispose();
            End(known!, reason, null);
        }

        if (_vault is { } vault && IsKey(key))
        {
            await vault.EndAsync(vault.KeyOf(SessionVault.SessionKind, key), _factory.Time.GetUtcNow().SaturatingAdd(_settings.Lifetime)).ConfigureAwait(false);
        }

        // Only a key that was one: anyone can have anything ended.
        if (known is not null)
        {
            NoteAbsent(key, UserSessionStatus.Ended);
        }

        return isRevoked;
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

    // Outside the turn in which the session ended, so that the service can do what it likes.
    private void End(KnownSession known, SessionEnd reason, TokenErrorResponse? response)
    {
        if (_settings.OnEnded is { } onEnded)
        {
            ThreadPool.UnsafeQueueUserWorkItem(TellAsync, (onEnded, new SessionEnded(known.AccountKey, reason, response)), preferLocal: false);
        }
    }

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
