namespace AuthCode;

/// <summary>Whether the metadata of a client's server can be read, asked at most every five minutes however often the health is.</summary>
/// <param name="client">The client.</param>
internal sealed class MetadataProbe(RegisteredClient client)
{
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(5);

    // So that the end of an outage shows soon.
    private static readonly TimeSpan LifeOfFailure = TimeSpan.FromSeconds(30);

    private Reading? _last;

    /// <summary>Why the metadata could not be read; <see langword="null"/> if it could.</summary>
    internal async Task<AuthenticationFailedException?> FindAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _last) is { } last && client.Time.GetElapsedTime(last.Timestamp) < (last.Failure is null ? Life : LifeOfFailure))
        {
            return last.Failure;
        }

        AuthenticationFailedException? failure = null;
        try
        {
            await client.Client.CheckMetadataAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (AuthenticationFailedException e)
        {
            failure = e;
        }

        Volatile.Write(ref _last, new Reading(failure, client.Time.GetTimestamp()));
        return failure;
    }

    private sealed record Reading(AuthenticationFailedException? Failure, long Timestamp);
}
