namespace AuthCode;

/// <summary>A lease whose release holds nobody up for longer than its service may take.</summary>
/// <param name="lease">The lease.</param>
/// <param name="timeout">How long the release may take.</param>
/// <param name="time">The clock.</param>
internal sealed class BoundedLease(ISessionLease lease, TimeSpan timeout, TimeProvider time) : ISessionLease
{
    public bool IsLost => lease.IsLost;

    public async ValueTask DisposeAsync()
    {
        using var deadline = new CancellationTokenSource(timeout, time);
        await Deadline.Enforce(ReleaseAsync(), deadline.Token).ConfigureAwait(false);
    }

    private async Task<bool> ReleaseAsync()
    {
        await lease.DisposeAsync().ConfigureAwait(false);
        return true;
    }
}
