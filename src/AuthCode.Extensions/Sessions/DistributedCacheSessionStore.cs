using System.Buffers.Binary;
using Microsoft.Extensions.Caching.Distributed;

namespace AuthCode;

/// <summary>Keeps sessions in an <see cref="IDistributedCache"/>.</summary>
/// <remarks>
/// A distributed cache cannot compare and set: a write reads the version first, and another instance can write in between. Under a
/// lease nobody does. Without one, the later of two writes wins.
/// </remarks>
/// <param name="cache">The cache.</param>
internal sealed class DistributedCacheSessionStore(IDistributedCache cache) : ISessionStore
{
    private const string Prefix = "authcode:";
    private const byte Format = 1;

    // Format, version and expiry before the data; nothing after them is a session that has ended.
    private const int HeaderLength = 17;

    public async ValueTask<StoredSession?> ReadAsync(string key, CancellationToken cancellationToken = default) =>
        Parse(await cache.GetAsync(Prefix + key, cancellationToken).ConfigureAwait(false));

    public async ValueTask<bool> TryWriteAsync(string key, StoredSession session, long expectedVersion, CancellationToken cancellationToken = default)
    {
        StoredSession? stored = await ReadAsync(key, cancellationToken).ConfigureAwait(false);
        if (stored is { IsEnded: true } || (stored?.Version ?? 0) != expectedVersion)
        {
            return false;
        }

        await SetAsync(key, session, cancellationToken).ConfigureAwait(false);
        return true;
    }

    public async ValueTask EndAsync(string key, DateTimeOffset until, CancellationToken cancellationToken = default)
    {
        StoredSession? stored = await ReadAsync(key, cancellationToken).ConfigureAwait(false);
        await SetAsync(key, new StoredSession(ReadOnlyMemory<byte>.Empty, (stored?.Version ?? 0) + 1, until), cancellationToken).ConfigureAwait(false);
    }

    private Task SetAsync(string key, StoredSession session, CancellationToken cancellationToken)
    {
        byte[] bytes = new byte[HeaderLength + session.Data.Length];
        bytes[0] = Format;
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(1), session.Version);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(9), session.ExpiresOn.ToUnixTimeMilliseconds());
        session.Data.Span.CopyTo(bytes.AsSpan(HeaderLength));
        return cache.SetAsync(Prefix + key, bytes, new DistributedCacheEntryOptions { AbsoluteExpiration = session.ExpiresOn }, cancellationToken);
    }

    private static StoredSession? Parse(byte[]? bytes)
    {
        if (bytes is null || bytes.Length < HeaderLength || bytes[0] != Format)
        {
            return null;
        }

        long version = BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(1));
        long expires = BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(9));
        return version > 0 && expires >= 0 && expires <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
            ? new StoredSession(bytes.AsMemory(HeaderLength), version, DateTimeOffset.FromUnixTimeMilliseconds(expires))
            : null;
    }
}
