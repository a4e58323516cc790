namespace AuthCode;

/// <content>A store that does not respond, and how it is noticed that it does again.</content>
internal sealed partial class SessionVault
{
    // Apart: a store that is full, or a replica, responds to reads and refuses to write. A read shows nothing about writes then.
    private readonly StoreOutage _readOutage = new(client.Time);
    private readonly StoreOutage _writeOutage = new(client.Time);

    private bool AreReadsLeftAlone => _readOutage.IsLeftAlone;

    // A store that could not even be read would hold up a second caller.
    private bool AreWritesLeftAlone => _writeOutage.IsLeftAlone || _readOutage.IsLeftAlone;

    private ValueTask<bool> TryReadAsync<T>(Func<CancellationToken, Task<T>> work) => TryAsync(_readOutage, _readOutage.IsUnderWay, work);

    private ValueTask<bool> TryWriteAsync<T>(Func<CancellationToken, Task<T>> work) => TryAsync(_writeOutage, _writeOutage.IsUnderWay || _readOutage.IsUnderWay, work);

    /// <summary>Does something with the store, and says whether the store responded.</summary>
    private async ValueTask<bool> TryAsync<T>(StoreOutage outage, bool isProbe, Func<CancellationToken, Task<T>> work)
    {
        if (isProbe && !outage.TryBeginProbe())
        {
            return false;
        }

        using var deadline = new CancellationTokenSource(settings.StoreTimeout, client.Time);
        try
        {
            await Deadline.Enforce(work(deadline.Token), deadline.Token).ConfigureAwait(false);
            if (outage.NoteSuccess())
            {
                Log.StoreRecovered(client.Logger);
                OnRecovered?.Invoke();
            }

            return true;
        }
        catch (Exception e)
        {
            outage.NoteFailure();
            Log.StoreFailed(client.Logger, e.GetType().Name);
            return false;
        }
        finally
        {
            if (isProbe)
            {
                outage.EndProbe();
            }
        }
    }
}
