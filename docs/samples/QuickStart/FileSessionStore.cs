using System.Buffers.Binary;
using AuthCode;

namespace QuickStart;

/// <summary>Keeps sessions in a folder, a file for each. The file is locked while it is read and written, so that a write replaces only the version that it names.</summary>
internal sealed class FileSessionStore(string folder) : ISessionStore
{
    // Version and expiry before the data.
    private const int HeaderLength = 16;

    public async ValueTask<StoredSession?> ReadAsync(string key, CancellationToken cancellationToken = default)
    {
        await using FileStream file = Open(key);
        return await ReadAsync(file, cancellationToken);
    }

    public async ValueTask<bool> TryWriteAsync(string key, StoredSession session, long expectedVersion, CancellationToken cancellationToken = default)
    {
        await using FileStream file = Open(key);
        StoredSession? stored = await ReadAsync(file, cancellationToken);
        if (stored is { IsEnded: true } || (stored?.Version ?? 0) != expectedVersion)
        {
            return false;
        }

        await WriteAsync(file, session, cancellationToken);
        return true;
    }

    public async ValueTask EndAsync(string key, DateTimeOffset until, CancellationToken cancellationToken = default)
    {
        await using FileStream file = Open(key);
        long version = (await ReadAsync(file, cancellationToken))?.Version ?? 0;
        await WriteAsync(file, new StoredSession(ReadOnlyMemory<byte>.Empty, version + 1, until), cancellationToken);
    }

    // Keys are hashes in base64url, and so are names of files.
    private FileStream Open(string key) => new(Path.Combine(folder, key), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);

    private static async ValueTask<StoredSession?> ReadAsync(FileStream file, CancellationToken cancellationToken)
    {
        byte[] bytes = new byte[file.Length];
        await file.ReadExactlyAsync(bytes, cancellationToken);
        return bytes.Length < HeaderLength ? null : new StoredSession(
            bytes.AsMemory(HeaderLength),
            BinaryPrimitives.ReadInt64LittleEndian(bytes),
            DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(8))));
    }

    private static async ValueTask WriteAsync(FileStream file, StoredSession session, CancellationToken cancellationToken)
    {
        byte[] bytes = new byte[HeaderLength + session.Data.Length];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, session.Version);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(8), session.ExpiresOn.ToUnixTimeMilliseconds());
        session.Data.CopyTo(bytes.AsMemory(HeaderLength));
        file.Position = 0;
        file.SetLength(bytes.Length);
        await file.WriteAsync(bytes, cancellationToken);
    }
}
