using System.Buffers.Binary;
using Medallion.Threading;
using Microsoft.Extensions.Caching.Distributed;

namespace AuthCode;

/// <summary>Keeps sessions in an <see cref="IDistributedCache"/>.</summary>
/// <remarks>
/// A distributed cache cannot compare and set: a write reads the version first, and another instance can write in between. With locks,
/// one instance at a time writes an entry. Without them, the later of two writes wins. The mark of a session that has ended has a key of
/// its own, so that no write can replace it.
/// </remarks>
/// <param name="cache">The cache.</param>
/// <param name="locks">The locks under which entries are written; <see langword="null"/> for none.</param>
internal sealed class DistributedCacheSessionStore(IDistributedCache cache, IDistributedLockProvider? locks = null) : ISessionStore
{
    private const string Prefix = "authcode:";
    private const string EndSuffix = ":ended";
    private const string LockPrefix = "authcode-write-";
    private const byte Format = 1;

    // Format, version and expiry before the data.
    private const int HeaderLength = 17;

    public async ValueTask<StoredSession?> ReadAsync(string key, CancellationToken cancellationToken = default)
    {
        Task<byte[]?> end = cache.GetAsync(Prefix + key + EndSuffix, cancellationToken);
        StoredSession? stored = Parse(await cache.GetAsync(Prefix + key, cancellationToken).ConfigureAwait(false));
        return Parse(await end.ConfigureAwait(false)) is { } mark ? mark with { Version = Math.Max(mark.Version, (stored?.Version ?? 0) + 1) } : stored;
    }

    public async ValueTask<bool> TryWriteAsync(string key, StoredSession session, long expectedVersion, CancellationToken cancellationToken = default)
    {
        IDistributedSynchronizationHandle? handle = locks is null ? null : await locks.CreateLock(LockPrefix + key).AcquireAsync(timeout: null, cancellationToken).ConfigureAwait(false);
        try
        {
            StoredSession? stored = await ReadAsync(key, cancellationToken).ConfigureAwait(false);
            if (stored is { IsEnded: true } || (stored?.Version ?? 0) != expectedVersion)
            {
                return false;
            }

            await SetAsync(session.IsEnded ? key + EndSuffix : key, session, cancellationToken).ConfigureAwait(false);
            return true;
        }
        finally
        {
            if (handle is not null)
            {
                await handle.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    public ValueTask EndAsync(string key, DateTimeOffset until, CancellationToken cancellationToken = default) =>
        new(SetAsync(key + EndSuffix, new StoredSession(ReadOnlyMemory<byte>.Empty, 1, until), cancellationToken));

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
