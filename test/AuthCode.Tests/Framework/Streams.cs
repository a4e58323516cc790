namespace AuthCode.Tests;

/// <summary>A stream to be read from, in which a test says what a read does.</summary>
internal abstract class ReadStream : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public abstract override int Read(Span<byte> buffer);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Read(buffer.Span));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}

/// <summary>Never ends, and counts what it gave.</summary>
internal sealed class Endless : ReadStream
{
    internal long Given { get; private set; }

    public override int Read(Span<byte> buffer)
    {
        buffer.Fill((byte)'a');
        Given += buffer.Length;
        return buffer.Length;
    }
}

/// <summary>Gives a byte at a time.</summary>
internal sealed class Dripping(byte[] bytes) : ReadStream
{
    private int _next;

    public override int Read(Span<byte> buffer)
    {
        if (_next == bytes.Length)
        {
            return 0;
        }

        buffer[0] = bytes[_next++];
        return 1;
    }
}

/// <summary>Gives what it has, then breaks off.</summary>
internal sealed class Breaking(byte[]? first = null) : ReadStream
{
    private byte[] _rest = first ?? [];

    public override int Read(Span<byte> buffer)
    {
        if (_rest.Length == 0)
        {
            throw new IOException("The connection was reset.");
        }

        int given = Math.Min(buffer.Length, _rest.Length);
        _rest.AsSpan(0, given).CopyTo(buffer);
        _rest = _rest[given..];
        return given;
    }
}

/// <summary>Gives nothing until it is canceled, if it heeds its cancellation token, or disposed of, as a socket is.</summary>
internal sealed class Hanging(bool heedsToken) : ReadStream
{
    private readonly TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<int> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Done when a read waits.</summary>
    internal Task Arrived => _arrived.Task;

    public override int Read(Span<byte> buffer)
    {
        _arrived.TrySetResult();
        return _end.Task.GetAwaiter().GetResult();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _arrived.TrySetResult();
        return await _end.Task.WaitAsync(heedsToken ? cancellationToken : CancellationToken.None);
    }

    protected override void Dispose(bool disposing)
    {
        _end.TrySetException(new IOException("The connection was closed."));
        base.Dispose(disposing);
    }
}
