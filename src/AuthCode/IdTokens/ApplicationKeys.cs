namespace AuthCode;

/// <summary>The signing keys that Entra ID has for one application alone, as it does if the application has claims mapping.</summary>
/// <remarks>
/// Most applications have none, so they are looked for only when no other key fits, and after a failure not for a minute. See
/// <see href="https://learn.microsoft.com/entra/identity-platform/access-tokens#validate-the-signature">Validate the signature</see>.
/// </remarks>
/// <param name="keys">Reads them.</param>
/// <param name="time">The clock.</param>
internal sealed class ApplicationKeys(SigningKeys keys, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private volatile Failed? _last;

    /// <summary>The keys, or why they cannot be read.</summary>
    internal async Task<Result<KeyReading>> FindAsync(CancellationToken cancellationToken)
    {
        if (_last is { } last && time.GetElapsedTime(last.Timestamp) < Pause)
        {
            return new Result<KeyReading>(last.Failure);
        }

        Result<KeyReading> found = await keys.FindAsync(cancellationToken).ConfigureAwait(false);
        if (!found.IsSuccess)
        {
            _last = new Failed(found.Failure, time.GetTimestamp());
        }

        return found;
    }

    /// <inheritdoc cref="SigningKeys.RenewAsync"/>
    internal Task<KeyReading> RenewAsync(KeyReading known, CancellationToken cancellationToken) => keys.RenewAsync(known, cancellationToken);

    /// <inheritdoc cref="SigningKeys.FindMovedAsync"/>
    internal Task<Result<KeyReading>?> FindMovedAsync(ServerMetadata known, CancellationToken cancellationToken) => keys.FindMovedAsync(known, cancellationToken);

    private sealed record Failed(Failure Failure, long Timestamp);
}
