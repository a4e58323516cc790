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

    /// <summary>The keys; <see langword="null"/> if they cannot be read.</summary>
    internal Task<SigningKeySet?> FindAsync(CancellationToken cancellationToken) =>
        ReadAsync(static known => Task.FromResult<SigningKeySet?>(known.Keys), cancellationToken);

    /// <summary>The keys after they have been read again, which is done at most once a minute.</summary>
    internal Task<SigningKeySet?> RenewAsync(CancellationToken cancellationToken) =>
        ReadAsync(async known => (await keys.RenewAsync(known, cancellationToken).ConfigureAwait(false)).Keys, cancellationToken);

    /// <summary>The keys at another address than before; <see langword="null"/> if there is none, or they cannot be read there.</summary>
    internal Task<SigningKeySet?> FindMovedAsync(CancellationToken cancellationToken) =>
        ReadAsync(async known => (await keys.FindMovedAsync(known.Metadata, cancellationToken).ConfigureAwait(false))?.Value?.Keys, cancellationToken);

    private async Task<SigningKeySet?> ReadAsync(Func<KeyReading, Task<SigningKeySet?>> select, CancellationToken cancellationToken)
    {
        if (_last is { } last && time.GetElapsedTime(last.Timestamp) < Pause)
        {
            return null;
        }

        try
        {
            return await select(await keys.FindAsync(cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
        }
        catch (AuthenticationFailedException)
        {
            // What the server's other keys showed says more.
            _last = new Failed(time.GetTimestamp());
            return null;
        }
    }

    private sealed record Failed(long Timestamp);
}
