namespace AuthCode;

/// <summary>A server's metadata together with its signing keys, read when a user signs in.</summary>
/// <param name="documents">Reads documents.</param>
/// <param name="source">The metadata of the server.</param>
/// <param name="time">The clock.</param>
internal sealed class SigningKeys(DocumentClient documents, MetadataSource source, TimeProvider time)
{
    private const string Document = "keys";

    // The address of the keys can change with the metadata.
    private volatile KeyDocument? _current;

    /// <summary>The metadata and the keys.</summary>
    /// <exception cref="AuthenticationFailedException">They could not be read.</exception>
    internal async Task<KeyReading> FindAsync(CancellationToken cancellationToken)
    {
        ServerMetadata metadata = (await source.FindAsync(static found => found.JwksUri is not null, cancellationToken).ConfigureAwait(false)).OrThrow();
        Result<SigningKeySet> keys = await DocumentOf(metadata).FindAsync(cancellationToken).ConfigureAwait(false);
        return keys.IsSuccess
            ? new KeyReading(metadata, keys.Value)
            : (await FindMovedAsync(metadata, cancellationToken).ConfigureAwait(false))?.Value ?? throw keys.Failure.ToException();
    }

    /// <summary>The metadata after it has been read again, which is done at most once a minute, and the keys at the new address that it names; <see langword="null"/> if it names no new one.</summary>
    /// <param name="known">The metadata whose keys do not fit.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    internal async Task<Result<KeyReading>?> FindMovedAsync(ServerMetadata known, CancellationToken cancellationToken)
    {
        Result<ServerMetadata> metadata = await source.RenewAsync(cancellationToken).ConfigureAwait(false);
        if (metadata.Value is not { JwksUri: { } address } renewed || address == known.JwksUri)
        {
            return null;
        }

        Result<SigningKeySet> keys = await DocumentOf(renewed).FindAsync(cancellationToken).ConfigureAwait(false);
        return keys.Select(moved => new KeyReading(renewed, moved));
    }

    /// <summary>The keys after they have been read again, which is done at most once a minute.</summary>
    internal async Task<KeyReading> RenewAsync(KeyReading known, CancellationToken cancellationToken)
    {
        DailyDocument<SigningKeySet> document = DocumentOf(known.Metadata);
        Result<SigningKeySet> keys = await document.RenewAsync(cancellationToken).ConfigureAwait(false);
        return keys.IsSuccess ? known with { Keys = keys.Value, Unread = document.LastFailure } : known with { Unread = keys.Failure };
    }

    private DailyDocument<SigningKeySet> DocumentOf(ServerMetadata metadata)
    {
        Uri address = metadata.JwksUri ?? throw (metadata.HasUnusableKeys
            ? Failures.MetadataMemberUnusable(source.Server.Host, "jwks_uri")
            : Failures.DocumentUnavailable(source.Server.Host, "metadata without jwks_uri", cause: null)).ToException();
        KeyDocument? current = _current;
        if (current is null || current.Address != address)
        {
            var document = new DailyDocument<SigningKeySet>(
                () => Parse(documents.Get(address, CancellationToken.None), address),
                async () => Parse(await documents.GetAsync(address, CancellationToken.None).ConfigureAwait(false), address),
                time);
            var next = new KeyDocument(address, document);

            // Another caller's is as good.
            current = Interlocked.CompareExchange(ref _current, next, current) == current ? next : _current!;
        }

        return current.Document;
    }

    private Result<SigningKeySet> Parse(Result<byte[]> document, Uri address)
    {
        Result<SigningKeySet> result = !document.IsSuccess ? new(document.Failure, document.IsFinal)
            : SigningKeySet.Parse(document.Value) is { } keys ? new(keys)
            : new(Failures.DocumentUnavailable(address.IdnHost, "no JSON Web Key Set", cause: null));
        if (result.IsSuccess)
        {
            Log.DocumentRead(documents.Logger, Document, source.Server.Host);
        }
        else
        {
            Log.DocumentFailed(documents.Logger, Document, source.Server.Host, result.Failure.Kind);
        }

        return result;
    }

    private sealed record KeyDocument(Uri Address, DailyDocument<SigningKeySet> Document);
}
