using System.Buffers.Binary;
using Medallion.Threading;
using Microsoft.Extensions.Caching.Distributed;

namespace AuthCode;

/// <summary>Keeps sessions in an <see cref="IDistributedCache"/>.</summary>
/// <remarks>
/// A distributed cache cannot compare and set: a write reads the version first, and another instance can write in between. With locks,
/// one instance at a time writes an entry. Without them, the later of two writes wins; so it is while the locks do not respond. The mark
/// of a session that has ended has a key of its own, so that no write can replace it.
/// </remarks>
/// <param name="cache">The cache.</param>
/// <param name="locks">The locks under which entries are written; <see langword="null"/> for none.</param>
/// <param name="patience">How long a lock, its release and the removal of data may take each; a part of the time that the store has. Default: 1 second.</param>
/// <param name="time">The clock; <see langword="null"/> for the system's.</param>
internal sealed class DistributedCacheSessionStore(IDistributedCache cache, IDistributedLockProvider? locks = null, TimeSpan? patience = null, TimeProvider? time = null)
    : ISessionStore
{
    private const string Prefix = "authcode:";
    private const string EndSuffix = ":ended";
    private const byte Format = 1;

    // Format, version and expiry before the data.
    private const int HeaderLength = 17;

    private readonly WriteLocks? _locks = locks is null ? null : new WriteLocks(locks, patience ?? TimeSpan.FromSeconds(1), time ?? TimeProvider.System);
    private readonly TimeSpan _patience = patience ?? TimeSpan.FromSeconds(1);
    private readonly TimeProvider _time = time ?? TimeProvider.System;

    public async ValueTask<StoredSession?> ReadAsync(string key, CancellationToken cancellationToken = default)
    {
        StoredSession?[] found = await Task.WhenAll(GetAsync(key + EndSuffix, cancellationToken), GetAsync(key, cancellationToken)).ConfigureAwait(false);
        (StoredSession? end, StoredSession? stored) = (found[0], found[1]);

        // An end in between sets the mark after it was looked for, and removes the data before they are.
        end ??= stored is null ? await GetAsync(key + EndSuffix, cancellationToken).ConfigureAwait(false) : null;
        return end is { } mark ? mark with { Version = Math.Max(mark.Version, (stored?.Version ?? 0) + 1) } : stored;
    }

    public async ValueTask<bool> TryWriteAsync(string key, StoredSession session, long expectedVersion, CancellationToken cancellationToken = default)
    {
        IDistributedSynchronizationHandle? handle = _locks is null ? null : await _locks.TryAcquireAsync(key, cancellationToken).ConfigureAwait(false);
        try
        {
            StoredSession? stored = await ReadAsync(key, cancellationToken).ConfigureAwait(false);
            if (stored is { IsEnded: true } || (stored?.Version ?? 0) != expectedVersion)
            {
                return false;
            }

            if (session.IsEnded)
            {
                await EndAsync(key, session, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await SetAsync(key, session, cancellationToken).ConfigureAwait(false);
            }

            return true;
        }
        finally
        {
            if (handle is not null)
            {
                await _locks!.ReleaseAsync(handle).ConfigureAwait(false);
            }
        }
    }

    public ValueTask EndAsync(string key, DateTimeOffset until, CancellationToken cancellationToken = default) =>
        new(EndAsync(key, new StoredSession(ReadOnlyMemory<byte>.Empty, 1, until), cancellationToken));

    private async Task EndAsync(string key, StoredSession mark, CancellationToken cancellationToken)
    {
        await SetAsync(key + EndSuffix, mark, cancellationToken).ConfigureAwait(false);
        try
        {
            await Observed.Of(cache.RemoveAsync(Prefix + key, cancellationToken)).WaitAsync(_patience, _time, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // The mark is what ends a session. What could not be removed is encrypted, and expires by itself.
        }
    }

    private async Task<StoredSession?> GetAsync(string key, CancellationToken cancellationToken) =>
        Parse(await cache.GetAsync(Prefix + key, cancellationToken).ConfigureAwait(false));

    private Task SetAsync(string key, StoredSession session, CancellationToken cancellationToken)
    {
        // Some caches refuse a time in the past by an exception, and nothing would be found of such an entry anyway.
        if (session.ExpiresOn <= _time.GetUtcNow())
        {
            return Task.CompletedTask;
        }

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
