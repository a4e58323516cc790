using System.Net;

namespace AuthCode;

/// <summary>A server's metadata, read when it is needed.</summary>
internal sealed class MetadataSource
{
    private const string Document = "metadata";

    /// <summary>How long a call waits for what is read again: it may have to do without, and must not wait for a server that hangs.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly DocumentClient _documents;
    private readonly TimeProvider _time;
    private readonly TenantId _tenant;
    private readonly bool _usesMutualTls;
    private readonly IReadOnlyList<Uri> _addresses;
    private readonly DailyDocument<ServerMetadata> _document;

    /// <param name="server">The server.</param>
    /// <param name="tenant">The tenant of the client.</param>
    /// <param name="documents">Reads documents.</param>
    /// <param name="usesMutualTls">Whether the connections present the client's certificate.</param>
    /// <param name="time">The clock.</param>
    internal MetadataSource(AuthorizationServer server, TenantId tenant, DocumentClient documents, bool usesMutualTls, TimeProvider time)
        : this(server, tenant, documents, usesMutualTls, time, server.MetadataAddresses(tenant))
    {
    }

    private MetadataSource(
        AuthorizationServer server, TenantId tenant, DocumentClient documents, bool usesMutualTls, TimeProvider time, IReadOnlyList<Uri> addresses)
    {
        _addresses = addresses;
        _time = time;
        Server = server;
        _tenant = tenant;
        _documents = documents;
        _usesMutualTls = usesMutualTls;
        _document = new DailyDocument<ServerMetadata>(Read, ReadAsync, Note, time);
    }

    /// <summary>The server whose metadata it is.</summary>
    internal AuthorizationServer Server { get; }

    /// <summary>Other metadata of the server, such as what it has for one client alone.</summary>
    internal MetadataSource At(Uri address, TimeProvider time) => new(Server, _tenant, _documents, _usesMutualTls, time, [address]);

    /// <summary>The endpoints that the metadata names.</summary>
    internal Result<ServerEndpoints> Endpoints(CancellationToken cancellationToken) => EndpointsIn(Find(cancellationToken));

    /// <inheritdoc cref="Endpoints"/>
    internal async ValueTask<Result<ServerEndpoints>> EndpointsAsync(CancellationToken cancellationToken) =>
        EndpointsIn(await FindAsync(cancellationToken).ConfigureAwait(false));

    /// <summary>The endpoints that the metadata names; if they lack what is needed, after it has been read again, which is done at most once a minute.</summary>
    /// <param name="has">Whether the endpoints have what is needed.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    internal async ValueTask<Result<ServerEndpoints>> EndpointsAsync(Func<ServerEndpoints, bool> has, CancellationToken cancellationToken) =>
        EndpointsIn(await FindAsync(metadata => has(metadata.Endpoints), cancellationToken).ConfigureAwait(false));

    internal Result<ServerMetadata> Find(CancellationToken cancellationToken) => _document.Find(cancellationToken);

    internal ValueTask<Result<ServerMetadata>> FindAsync(CancellationToken cancellationToken) => _document.FindAsync(cancellationToken);

    /// <summary>The metadata; if it lacks what is needed, after it has been read again, which is done at most once a minute, with a wait of some seconds.</summary>
    /// <param name="has">Whether metadata has what is needed.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    internal async ValueTask<Result<ServerMetadata>> FindAsync(Func<ServerMetadata, bool> has, CancellationToken cancellationToken)
    {
        Result<ServerMetadata> found = await FindAsync(cancellationToken).ConfigureAwait(false);
        if (!found.IsSuccess || has(found.Value))
        {
            return found;
        }

        try
        {
            return await RenewAsync(cancellationToken).WaitAsync(Patience, _time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return found;
        }
    }

    /// <summary>Whether the running code is part of a read that whoever needs the metadata now waits for.</summary>
    internal bool IsWithinAwaitedRead => _document.Kept is null && _document.IsWithinRead;

    /// <inheritdoc cref="DailyDocument{T}.RenewAsync"/>
    internal async Task<Result<ServerMetadata>> RenewAsync(CancellationToken cancellationToken) =>
        (await _document.RenewAsync(cancellationToken).ConfigureAwait(false)).Known;

    /// <summary>Reads the metadata past what is kept, which stays as it is.</summary>
    /// <returns>Why it could not be read; <see langword="null"/> if it could, or the server has none.</returns>
    internal async Task<Failure?> ReadAgainAsync(CancellationToken cancellationToken)
    {
        if (_addresses.Count == 0)
        {
            return null;
        }

        Result<ServerMetadata> read = await ReadAsync().AsTask().WaitAsync(cancellationToken).ConfigureAwait(false);
        Note(read);
        return read.Failure;
    }

    private Result<ServerMetadata> Read()
    {
        Result<ServerMetadata> result = None();
        Standing standing = default;
        foreach (Uri address in _addresses)
        {
            Result<byte[]> document = _documents.Get(address, CancellationToken.None);
            result = Parse(document, address, standing);
            if (!IsElsewhere(document))
            {
                break;
            }

            standing = standing.Next(IsRefused(document));
        }

        return result;
    }

    private async ValueTask<Result<ServerMetadata>> ReadAsync()
    {
        Result<ServerMetadata> result = None();
        Standing standing = default;
        foreach (Uri address in _addresses)
        {
            Result<byte[]> document = await _documents.GetAsync(address, CancellationToken.None).ConfigureAwait(false);
            result = Parse(document, address, standing);
            if (!IsElsewhere(document))
            {
                break;
            }

            standing = standing.Next(IsRefused(document));
        }

        return result;
    }

    private Result<ServerMetadata> Parse(Result<byte[]> document, Uri address, Standing standing)
    {
        Result<ServerMetadata> result = document.IsSuccess
            ? ServerMetadata.Parse(document.Value, Server, _tenant, _usesMutualTls, address)
            : new Result<ServerMetadata>(document.Failure, document.IsFinal);
        return result.IsSuccess ? new Result<ServerMetadata>(result.Value, standing) : result;
    }

    private void Note(Result<ServerMetadata> result)
    {
        if (result.IsSuccess)
        {
            Log.DocumentRead(_documents.Logger, Document, Server.Host);
        }
        else
        {
            Log.DocumentFailed(_documents.Logger, Document, Server.Host, result.Failure.Kind);
        }
    }

    // A server that has no such document says so in one of several ways.
    private static bool IsElsewhere(Result<byte[]> document) => IsRefused(document) || document.Failure?.Response is
    {
        StatusCode: HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed or HttpStatusCode.NotAcceptable or HttpStatusCode.Gone or HttpStatusCode.NotImplemented,
    };

    // Some say it so, but a gateway also says it for a moment.
    private static bool IsRefused(Result<byte[]> document) => document.Failure?.Response is
    {
        StatusCode: HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden,
    };

    private Result<ServerMetadata> None() => new(Failures.NoMetadata(Server.Host), isFinal: true);

    private static Result<ServerEndpoints> EndpointsIn(Result<ServerMetadata> found) => found.Select(static metadata => metadata.Endpoints);
}
