namespace AuthCode;

/// <content>What the application keeps with the session.</content>
internal sealed partial class SessionGrants
{
    private static readonly SessionData NoData = new([], version: 0);

    // Written by the holder of Turn.
    private volatile SessionData? _data;

    /// <summary>What the application keeps with the session.</summary>
    internal SessionData Data => _data ?? NoData;

    /// <summary>What the store has of it, or the memory if that is newer; <see langword="null"/> if the session has ended.</summary>
    internal async ValueTask<SessionData?> FindStoredDataAsync()
    {
        using StoreReading reading = await _shared!.PeekAsync().ConfigureAwait(false);
        using SessionSnapshot? snapshot = reading.Finding == StoreFinding.Live ? SessionSnapshot.Read(reading.Data, Factory.Texts) : null;
        return reading.Finding == StoreFinding.Ended ? null : SessionData.Newest(snapshot?.Data, _data) ?? NoData;
    }

    /// <summary>Replaces what the application keeps, and stores it.</summary>
    /// <returns>Whether the session goes on.</returns>
    internal async ValueTask<bool> SetDataAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        if (!await TryEnterAsync(cancellationToken).ConfigureAwait(false))
        {
            return false;
        }

        WorkScope scope = EnterWork();
        try
        {
            if (!IsAlive)
            {
                return false;
            }

            using var either = CancellationTokenSource.CreateLinkedTokenSource(Turn.Lifetime, cancellationToken);
            if (_shared is { } shared)
            {
                return await StoreDataAsync(shared, data, either.Token).ConfigureAwait(false);
            }

            ReplaceData(data);
            return true;
        }
        catch (AuthenticationFailedException) when (Ended is not null)
        {
            return false;
        }
        catch (OperationCanceledException)
        {
            // Not with the token of either, which the caller does not know.
            cancellationToken.ThrowIfCancellationRequested();
            if (!Turn.IsDisposed)
            {
                throw;
            }

            return false;
        }
        finally
        {
            scope.Leave();
            Turn.Leave();
        }
    }

    /// <summary>Stores the data over what is there. No response was received, so a newer refresh token of another instance is taken over and not written over.</summary>
    private async ValueTask<bool> StoreDataAsync(SharedSession shared, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        // Under the lease, so that a refresh of another instance does not write over it.
        SharedTurn turn = await BeginOwnTurnAsync(shared, cancellationToken).ConfigureAwait(false);
        try
        {
            if (IsRefused)
            {
                return false;
            }

            StoreReading reading = turn.Reading;
            for (int tries = 0; tries < MostRounds && reading.Finding != StoreFinding.Down; tries++)
            {
                if (reading.Finding == StoreFinding.Later)
                {
                    return false;
                }

                if (_state is not SessionState.Refreshable && reading.Finding == StoreFinding.Unreadable && !IsUnreadableAndOlder(shared, reading))
                {
                    break;
                }

                if (!IsUnconfirmed(shared, reading))
                {
                    ReplaceData(data);
                    StoreWrite written = await SaveAsync(shared, VersionToReplace(reading)).ConfigureAwait(false);
                    if (written != StoreWrite.Conflict)
                    {
                        return written == StoreWrite.Down || !await HasAccountEndedAsync(shared).ConfigureAwait(false);
                    }
                }
                else if ((await FindLossAsync(shared, cancellationToken).ConfigureAwait(false)).Lost is not null)
                {
                    return false;
                }

                reading = await shared.ReadAsync().ConfigureAwait(false);
                if (Take(shared, reading) is not null || !IsAlive || IsRefused)
                {
                    return false;
                }
            }

            // It goes with what is stored next.
            ReplaceData(data);
            shared.IsDirty = true;
            Known?.NoteUnstored();
            return true;
        }
        finally
        {
            await turn.DisposeAsync().ConfigureAwait(false);
        }
    }

    // The entry of the session does not say that all sessions of the account were ended meanwhile.
    private async ValueTask<bool> HasAccountEndedAsync(SharedSession shared)
    {
        bool hasEnded = await shared.FindAccountEndAsync().ConfigureAwait(false) == StoreFinding.Ended;
        if (hasEnded)
        {
            End(Failures.EndedElsewhere(), SessionEnd.SignedOut);
        }

        return hasEnded;
    }

    private void ReplaceData(ReadOnlyMemory<byte> data) => Keep((_data ?? NoData).Followed(data));

    private void TakeData(SessionSnapshot snapshot) => Keep(SessionData.Newest(snapshot.Data, _data));

    private void Keep(SessionData? data)
    {
        _data = data;
        _shared?.NoteData(Data.Version);
    }
}
