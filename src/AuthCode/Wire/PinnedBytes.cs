using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace AuthCode;

/// <summary>Arrays for bytes that are secret: pinned, so that the garbage collector leaves no copies of them behind, and zeroed before they serve again.</summary>
/// <remarks>Implementation note: <see cref="System.Buffers.ArrayPool{T}"/> has no pinned arrays, and the allocation of one takes a lock, so requests share a few.</remarks>
internal static class PinnedBytes
{
    /// <summary>Room for nearly every request and response.</summary>
    internal const int PooledSize = 8 * 1024;

    private const int MostPooled = 32;

    private static readonly ConcurrentQueue<byte[]> Pool = new();

    /// <summary>A zeroed array of the caller's own.</summary>
    internal static byte[] New(int length) => length == 0 ? [] : GC.AllocateArray<byte>(length, pinned: true);

    /// <summary>A zeroed array of at least a length, to be returned.</summary>
    internal static byte[] Rent(int least) =>
        least <= PooledSize && Pool.TryDequeue(out byte[]? pooled) ? pooled : New(Math.Max(least, PooledSize));

    /// <summary>Zeroes an array that nobody uses any more, and keeps it for the next.</summary>
    internal static void Return(byte[] bytes)
    {
        CryptographicOperations.ZeroMemory(bytes);
        if (bytes.Length == PooledSize && Pool.Count < MostPooled)
        {
            Pool.Enqueue(bytes);
        }
    }
}
