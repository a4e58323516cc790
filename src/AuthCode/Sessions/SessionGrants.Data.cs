namespace AuthCode;

/// <content>What the application keeps with the session.</content>
internal sealed partial class SessionGrants
{
    // Written by the holder of Turn.
    private volatile SessionData? _data;

    /// <summary>What the application keeps with the session; empty if nothing.</summary>
    internal ReadOnlyMemory<byte> Data => _data?.Bytes;

    /// <summary>Replaces what the application keeps, and stores it.</summary>
    /// <returns>Whether the session goes on.</returns>
    internal async ValueTask<bool> SetDataAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        await EnterAsync(cancellationToken).ConfigureAwait(false);
        SharedTurn? turn = null;
        try
        {
            // Under the lease, so that a refresh of another instance does not write over it.
            turn = _shared is null || Turn.IsDisposed ? null : await BeginOwnTurnAsync(_shared, cancellationToken).ConfigureAwait(false);
            if (Turn.IsDisposed || !IsAlive
                || (turn is not null && IsUnconfirmed(_shared!, turn) && await IsLostAsync(_shared!, cancellationToken).ConfigureAwait(false) is not null))
            {
                return false;
            }

            _data = (_data ?? new SessionData([], 0)).Followed(data);
            return turn is null || await StoreAsync(_shared!, turn).ConfigureAwait(false) is null;
        }
        catch (AuthenticationFailedException) when (Ended is not null)
        {
            return false;
        }
        finally
        {
            if (turn is not null)
            {
                await turn.DisposeAsync().ConfigureAwait(false);
            }

            Turn.Leave();
        }
    }

    private void TakeData(SessionSnapshot snapshot) => _data = SessionData.Newest(snapshot.Data, _data);

    /// <summary>Takes over what another instance has stored of it, before the rest of its entry is written over.</summary>
    private void TakeData(StoreReading reading)
    {
        using SessionSnapshot? snapshot = reading.Finding == StoreFinding.Live ? SessionSnapshot.Read(reading.Data, Factory.Texts) : null;
        if (snapshot is not null)
        {
            TakeData(snapshot);
        }
    }
}
