namespace AuthCode;

/// <content>A store that does not respond, and how it is noticed that it does again.</content>
internal sealed partial class SessionVault
{
    // After a failure the store is left alone for a moment, so that a store that hangs holds up one caller and not each.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private long _downTimestamp;
    private int _isProbing;
    private volatile bool _isDown;

    private bool IsLeftAlone => _isDown && client.Time.GetElapsedTime(Volatile.Read(ref _downTimestamp)) < Pause;

    /// <summary>Does something with the store, and says whether the store responded.</summary>
    private async ValueTask<bool> TryAsync<T>(Func<CancellationToken, Task<T>> work)
    {
        bool isProbe = _isDown;
        if (isProbe && Interlocked.Exchange(ref _isProbing, 1) != 0)
        {
            // One caller finds out whether the store responds again, and the others do not wait for that.
            return false;
        }

        using var deadline = new CancellationTokenSource(settings.StoreTimeout, client.Time);
        try
        {
            await Deadline.Enforce(work(deadline.Token), deadline.Token).ConfigureAwait(false);
            if (_isDown)
            {
                _isDown = false;
                Log.StoreRecovered(client.Logger);
                OnRecovered?.Invoke();
            }

            return true;
        }
        catch (Exception e)
        {
            Volatile.Write(ref _downTimestamp, client.Time.GetTimestamp());
            _isDown = true;
            Log.StoreFailed(client.Logger, e.GetType().Name);
            return false;
        }
        finally
        {
            if (isProbe)
            {
                Volatile.Write(ref _isProbing, 0);
            }
        }
    }
}
