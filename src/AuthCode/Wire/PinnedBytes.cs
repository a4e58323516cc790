using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace AuthCode;

/// <summary>Arrays for bytes that are secret: pinned, so that the garbage collector leaves no copies of them behind, and zeroed before they serve again.</summary>
/// <remarks>
/// Implementation note: <see cref="System.Buffers.ArrayPool{T}"/> has no pinned arrays, and an allocation of one takes a lock and
/// hastens a full collection, so arrays are kept for the next secret. Lengths are multiples of <see cref="Step"/>.
/// </remarks>
internal static class PinnedBytes
{
    /// <summary>Room for nearly every request and response.</summary>
    internal const int PooledSize = 8 * 1024;

    private const int Step = 64;
    private const int MostPooled = 16;

    // Each is made for the first array of its length.
    private static readonly ConcurrentQueue<byte[]>?[] Pools = new ConcurrentQueue<byte[]>?[PooledSize / Step];

    /// <summary>A zeroed array of at least a length, to be returned.</summary>
    internal static byte[] Rent(int least)
    {
        int size = Math.Max(Step, (least + Step - 1) / Step * Step);
        return size <= PooledSize && PoolOf(size).TryDequeue(out byte[]? pooled) ? pooled : GC.AllocateArray<byte>(size, pinned: true);
    }

    /// <summary>Zeroes an array that nobody uses any more, and keeps it for the next.</summary>
    internal static void Return(byte[] bytes)
    {
        CryptographicOperations.ZeroMemory(bytes);
        if (bytes.Length is >= Step and <= PooledSize && PoolOf(bytes.Length) is var pool && pool.Count < MostPooled)
        {
            pool.Enqueue(bytes);
        }
    }

    private static ConcurrentQueue<byte[]> PoolOf(int size)
    {
        ref ConcurrentQueue<byte[]>? pool = ref Pools[(size / Step) - 1];
        return Volatile.Read(ref pool) ?? Interlocked.CompareExchange(ref pool, new ConcurrentQueue<byte[]>(), null) ?? pool;
    }
}
