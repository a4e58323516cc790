using Microsoft.Extensions.Logging;

namespace AuthCode;

/// <summary>A turn of a session that instances share: its lease, and what the store said once the lease was there.</summary>
/// <param name="Lease">The lease; <see langword="null"/> if there are no leases, or their service does not respond.</param>
/// <param name="Reading">What is stored.</param>
/// <param name="IsOwn">Whether no other instance is at it: otherwise the turn is for a look at that instance's result.</param>
/// <param name="BegunTimestamp">When the lease was asked for.</param>
/// <param name="Logger">Where to log.</param>
internal sealed record SharedTurn(ISessionLease? Lease, StoreReading Reading, bool IsOwn, long BegunTimestamp, ILogger Logger) : IAsyncDisposable
{
    // A lease expires after 10 seconds and is renewed every 3. After a pause of the whole process, nobody has noticed yet that it has expired.
    private static readonly TimeSpan Certain = TimeSpan.FromSeconds(7);

    /// <summary>Whether the lease has been lost meanwhile, so that another instance may be at it.</summary>
    internal bool IsLost => Lease?.IsLost == true;

    /// <summary>Whether so much time has passed that the lease may have been lost without anybody noticing.</summary>
    internal bool MayBeLost(TimeProvider time) => Lease is not null && time.GetElapsedTime(BegunTimestamp) >= Certain;

    public async ValueTask DisposeAsync()
    {
        Reading.Dispose();
        if (Lease is not null)
        {
            try
            {
                if (Lease.IsLost)
                {
                    Instruments.Count(Instruments.LostLeases, default);
                    Log.LeaseLost(Logger);
                }

                await Lease.DisposeAsync().ConfigureAwait(false);
            }
            catch (Exception)
            {
                // It expires by itself.
            }
        }
    }

    public override string ToString() => Reading.ToString();
}
