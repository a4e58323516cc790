namespace AuthCode;

/// <summary>Whether the metadata of a client's server can be read, asked at most every five minutes however often the health is.</summary>
/// <remarks>
/// One read at a time. It belongs to nobody who waits for it: a health check that is cancelled leaves it, and the next one finds its end.
/// </remarks>
/// <param name="client">The client.</param>
internal sealed class MetadataProbe(RegisteredClient client)
{
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(5);

    // So that the end of an outage shows soon.
    private static readonly TimeSpan LifeOfFailure = TimeSpan.FromSeconds(30);

    private readonly object _gate = new();
    private Task<MetadataReading>? _last; // guarded by _gate

    /// <summary>The newest reading, or the one that is under way.</summary>
    /// <exception cref="OperationCanceledException">The operation was canceled; the read goes on.</exception>
    internal Task<MetadataReading> FindAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_last is not { } last || last.IsFaulted || (last.IsCompletedSuccessfully && IsOld(last.Result)))
            {
                bool hasWorked = _last is { IsCompletedSuccessfully: true, Result.HasWorked: true };

                // Without the context of the caller, whose trace is not that of all who wait.
                using (ExecutionContext.SuppressFlow())
                {
                    _last = Task.Run(() => ReadAsync(hasWorked), CancellationToken.None);
                }
            }

            return _last.WaitAsync(cancellationToken);
        }
    }

    private bool IsOld(MetadataReading reading) => client.Time.GetElapsedTime(reading.Timestamp) >= (reading.Failure is null ? Life : LifeOfFailure);

    private async Task<MetadataReading> ReadAsync(bool hasWorked)
    {
        try
        {
            await client.Client.CheckMetadataAsync(CancellationToken.None).ConfigureAwait(false);
            return new MetadataReading(null, HasWorked: true, client.Time.GetTimestamp());
        }
        catch (AuthenticationFailedException e)
        {
            return new MetadataReading(e, hasWorked, client.Time.GetTimestamp());
        }
    }
}
