namespace AuthCode;

/// <summary>A server's metadata together with its signing keys, read when a user signs in.</summary>
/// <param name="documents">Reads documents.</param>
/// <param name="source">The metadata of the server.</param>
/// <param name="time">The clock.</param>
internal sealed class SigningKeys(DocumentClient documents, MetadataSource source, TimeProvider time)
{
    private const string Document = "keys";

    // Each sign-in needs the keys: those that are refused at once are not asked for by each.
    private static readonly TimeSpan ShortestFailure = TimeSpan.FromSeconds(1);

    // The address of the keys can change with the metadata.
    private volatile KeyDocument? _current;

    /// <summary>The metadata and the keys, or why they could not be read.</summary>
    internal async Task<Result<KeyReading>> FindAsync(CancellationToken cancellationToken)
    {
        Result<ServerMetadata> found = await source.FindAsync(static metadata => metadata.JwksUri is not null, cancellationToken).ConfigureAwait(false);
        if (found.Value is not { } metadata)
        {
            return new Result<KeyReading>(found.Failure!, found.IsFinal);
        }

        if (metadata.JwksUri is not { } address)
        {
            return new Result<KeyReading>(metadata.HasUnusableKeys
                ? Failures.MetadataMemberUnusable(source.Server.Host, "jwks_uri")
                : Failures.DocumentUnavailable(source.Server.Host, "metadata without jwks_uri", cause: null));
        }

        KeyDocument document = DocumentAt(address);
        return document.Before is { } before && document.Keys.Kept is null ? new Result<KeyReading>(await FindOrKeepAsync(document.Keys, metadata, before, cancellationToken).ConfigureAwait(false))
            : await FindAsync(document.Keys, metadata, cancellationToken).ConfigureAwait(false);
    }

    private async Task<Result<KeyReading>> FindAsync(DailyDocument<SigningKeySet> document, ServerMetadata metadata, CancellationToken cancellationToken)
    {
        Result<SigningKeySet> keys = await document.FindAsync(cancellationToken).ConfigureAwait(false);
        return keys.IsSuccess ? new Result<KeyReading>(new KeyReading(metadata, keys.Value))
            : await FindMovedAsync(metadata, cancellationToken).ConfigureAwait(false) ?? new Result<KeyReading>(keys.Failure, keys.IsFinal);
    }

    // Nobody waits long for a new address while there are keys that serve.
    private async Task<KeyReading> FindOrKeepAsync(DailyDocument<SigningKeySet> document, ServerMetadata metadata, SigningKeySet before, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(MetadataSource.Patience, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            Result<KeyReading> found = await FindAsync(document, metadata, end.Token).ConfigureAwait(false);
            return found.Value ?? new KeyReading(metadata, before, found.Failure);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new KeyReading(metadata, before, NotInTime());
        }
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

        Result<SigningKeySet> keys = await DocumentAt(address).Keys.FindAsync(cancellationToken).ConfigureAwait(false);
        return keys.Select(moved => new KeyReading(renewed, moved));
    }

    /// <summary>The keys after they have been read again, which is done at most once a minute.</summary>
    internal async Task<KeyReading> RenewAsync(KeyReading known, CancellationToken cancellationToken)
    {
        Uri address = known.Metadata.JwksUri!;
        (Result<SigningKeySet> keys, Failure? unread) = await (KnownAt(address) ?? DocumentAt(address)).Keys.RenewAsync(cancellationToken).ConfigureAwait(false);
        return known with { Keys = keys.Value ?? known.Keys, Unread = unread };
    }

    /// <summary>The keys that have been read by now at the address of known ones.</summary>
    internal KeyReading ReadMeanwhile(KeyReading known) => KnownAt(known.Metadata.JwksUri!)?.Keys.Kept is { } kept ? known with { Keys = kept } : known;

    /// <summary>The failure of a wait that was too long.</summary>
    internal Failure NotInTime() => Failures.DocumentUnavailable(
        source.Server.Host, "no response in time", new TimeoutException("The metadata or the keys were not read again in time."));

    private KeyDocument? KnownAt(Uri address) => _current is not { } current ? null : current.Address == address ? current : current.Earlier?.Address == address ? current.Earlier : null;

    private KeyDocument DocumentAt(Uri address)
    {
        KeyDocument? current = _current;
        if (current is null || current.Address != address)
        {
            var keys = new DailyDocument<SigningKeySet>(
                () => Parse(documents.Get(address, CancellationToken.None), address),
                async () => Parse(await documents.GetAsync(address, CancellationToken.None).ConfigureAwait(false), address),
                Note,
                time,
                ShortestFailure);
            var next = new KeyDocument(address, keys, current?.Keys.Kept is null ? current?.Earlier : current with { Earlier = null });

            // Another caller's is as good.
            KeyDocument? before = Interlocked.CompareExchange(ref _current, next, current);
            current = before == current ? next : before!;
        }

        return current;
    }

    private static Result<SigningKeySet> Parse(Result<byte[]> document, Uri address) =>
        !document.IsSuccess ? new(document.Failure, document.IsFinal)
        : SigningKeySet.Parse(document.Value) is { } keys ? new(keys)
        : new(Failures.DocumentUnavailable(address.IdnHost, "no JSON Web Key Set", cause: null));

    private void Note(Result<SigningKeySet> result)
    {
        if (result.IsSuccess)
        {
            Log.DocumentRead(documents.Logger, Document, source.Server.Host);
        }
        else
        {
            Log.DocumentFailed(documents.Logger, Document, source.Server.Host, result.Failure.Kind);
        }
    }

    /// <param name="Address">Where the metadata says that the keys are.</param>
    /// <param name="Keys">The keys there.</param>
    /// <param name="Earlier">The address before, whose keys serve until the keys have been read at this one; <see langword="null"/> if nothing was read there.</param>
    private sealed record KeyDocument(Uri Address, DailyDocument<SigningKeySet> Keys, KeyDocument? Earlier)
    {
        /// <summary>What was read at the address before.</summary>
        internal SigningKeySet? Before => Earlier?.Keys.Kept;
    }
}
