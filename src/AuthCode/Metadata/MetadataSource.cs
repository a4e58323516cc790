namespace AuthCode;

/// <summary>A server's metadata, read when it is needed and kept for a day; what was read once serves on while it cannot be read again.</summary>
#pragma warning disable CA1001 // A semaphore whose wait handle nobody asks for holds nothing, and its owner lives as long as the service.
internal sealed class MetadataSource(AuthorizationServer server, TenantId tenant, DocumentClient documents, bool usesMutualTls, TimeProvider time)
{
    private static readonly TimeSpan Life = TimeSpan.FromDays(1);

    // How long what is too old serves on before it is asked for again.
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(5);

    private readonly SemaphoreSlim _turn = new(1, 1);
    private volatile Snapshot? _last;

    /// <summary>The server whose metadata it is.</summary>
    internal readonly AuthorizationServer Server = server;

    /// <summary>The endpoints that the metadata names.</summary>
    internal Result<ServerEndpoints> Endpoints(CancellationToken cancellationToken) => EndpointsIn(Find(cancellationToken));

    /// <inheritdoc cref="Endpoints"/>
    internal async ValueTask<Result<ServerEndpoints>> EndpointsAsync(CancellationToken cancellationToken) =>
        EndpointsIn(await FindAsync(cancellationToken).ConfigureAwait(false));

    internal Result<ServerMetadata> Find(CancellationToken cancellationToken)
    {
        if (_last is { } fresh && !IsOld(fresh))
        {
            return new(fresh.Metadata);
        }

        _turn.Wait(cancellationToken);
        try
        {
            return _last is { } last && !IsOld(last) ? new(last.Metadata)
                : Server.MetadataAddress(tenant) is { } address ? Keep(documents.Get(address, cancellationToken))
                : None();
        }
        finally
        {
            _turn.Release();
        }
    }

    internal async ValueTask<Result<ServerMetadata>> FindAsync(CancellationToken cancellationToken)
    {
        if (_last is { } fresh && !IsOld(fresh))
        {
            return new(fresh.Metadata);
        }

        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return _last is { } last && !IsOld(last) ? new(last.Metadata)
                : Server.MetadataAddress(tenant) is { } address ? Keep(await documents.GetAsync(address, cancellationToken).ConfigureAwait(false))
                : None();
        }
        finally
        {
            _turn.Release();
        }
    }

    private Result<ServerMetadata> Keep(Result<byte[]> document)
    {
        Result<ServerMetadata> found = document.Value is { } utf8
            ? ServerMetadata.Parse(utf8, Server, tenant, usesMutualTls)
            : new(document.Failure!);
        if (found.Value is { } metadata)
        {
            _last = new Snapshot(metadata, time.GetTimestamp(), Life);
        }
        else if (_last is { } old)
        {
            _last = new Snapshot(old.Metadata, time.GetTimestamp(), Pause);
            return new(old.Metadata);
        }

        return found;
    }

    private Result<ServerMetadata> None() => new(Failures.NoMetadata(Server.Host), isFinal: true);

    private bool IsOld(Snapshot snapshot) => time.GetElapsedTime(snapshot.ReadTimestamp) >= snapshot.Life;

    private static Result<ServerEndpoints> EndpointsIn(Result<ServerMetadata> found) => found.Select(static metadata => metadata.Endpoints);

    private sealed record Snapshot(ServerMetadata Metadata, long ReadTimestamp, TimeSpan Life);
}
