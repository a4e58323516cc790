namespace AuthCode;

/// <content>How a session that instances share ends.</content>
internal sealed partial class SessionGrants
{
    private Failure End(Failure reason, SessionEnd end)
    {
        SessionState before = _state;
        _state = new SessionState.SignInNeeded(reason, before.Facts);
        Cache.Clear();
        _data = null;
        before.Secret?.Dispose();

        // Nothing is left to be stored.
        _shared?.NoteStored();
        Log.SessionOver(Factory.Logger);
        Known?.NoteEnd(end, null);
        return Ended!;
    }

    /// <summary>Marks a session that the server has refused as ended in the store, for all instances. What another instance has stored meanwhile is taken over.</summary>
    /// <returns>Whether the session goes on with that.</returns>
    private async ValueTask<bool> MarkRefusedAsync(SharedSession shared)
    {
        // The mark is all that is left to be stored.
        shared.IsEndUntold = true;
        shared.IsDirty = false;
        for (int tries = 0; tries < MostRounds; tries++)
        {
            StoreWrite marked = await shared.EndVersionAsync().ConfigureAwait(false);
            if (marked == StoreWrite.Written)
            {
                shared.IsEndUntold = false;
                return false;
            }

            long before = shared.Version;
            StoreReading current = marked == StoreWrite.Conflict ? await shared.ReadAsync().ConfigureAwait(false) : StoreReading.Down;
            if (current.Finding == StoreFinding.Down)
            {
                break;
            }

            // Another instance may have marked it, or gone on with it. If neither, and nothing newer of it can be read, there is nothing to mark.
            if (Take(shared, current) is not null || Ended is null || shared.Version == before)
            {
                shared.IsEndUntold = false;
                return Ended is null;
            }
        }

        // Until the store can be told, this memory is the only place that knows.
        Known?.NoteUnstored();
        return false;
    }

    /// <summary>Ends the session because its user has signed out while a request was under way, and revokes what the response brought.</summary>
    private async ValueTask<Failure> EndReceivedAsync(SharedSession shared)
    {
        try
        {
            // A new sign-in of the user may have replaced the session, and some servers revoke all tokens of a user with one of them.
            if (!await shared.HasLaterSessionAsync().ConfigureAwait(false))
            {
                await TryRevokeAsync(Turn.Lifetime).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is AuthenticationFailedException or OperationCanceledException)
        {
            // The user has signed out, and the token is dropped in any case.
            Log.Unexpected(Factory.Logger, e.GetType().Name);
        }

        return End(Failures.EndedElsewhere(), SessionEnd.SignedOut);
    }
}
