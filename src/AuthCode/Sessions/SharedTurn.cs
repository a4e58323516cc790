using Microsoft.Extensions.Logging;

namespace AuthCode;

/// <summary>A turn of a session that instances share: its lease, and what the store said once the lease was there.</summary>
/// <param name="Lease">The lease; <see langword="null"/> if there are no leases, or their service does not respond.</param>
/// <param name="Reading">What is stored.</param>
/// <param name="IsOwn">Whether no other instance is at it: otherwise the turn is for a look at that instance's result.</param>
/// <param name="Logger">Where to log.</param>
internal sealed record SharedTurn(ISessionLease? Lease, StoreReading Reading, bool IsOwn, ILogger Logger) : IAsyncDisposable
{
    /// <summary>Whether the lease has been lost meanwhile, so that another instance may be at it.</summary>
    internal bool IsLost => Lease?.IsLost == true;

    public async ValueTask DisposeAsync()
    {
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
