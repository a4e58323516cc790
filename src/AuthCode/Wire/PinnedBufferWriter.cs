using System.Buffers;

namespace AuthCode;

/// <summary>A buffer that grows and leaves no copy of its content behind.</summary>
internal sealed class PinnedBufferWriter : IBufferWriter<byte>, IDisposable
{
    private byte[] _bytes = PinnedBytes.Rent(PinnedBytes.PooledSize);
    private int _length;

    internal ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    public void Advance(int count) => _length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        int more = Math.Max(sizeHint, 1);
        if (_bytes.Length - _length < more)
        {
            byte[] larger = PinnedBytes.Rent(Math.Max(_bytes.Length * 2, _length + more));
            Written.CopyTo(larger);
            PinnedBytes.Return(_bytes);
            _bytes = larger;
        }

        return _bytes.AsMemory(_length);
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public void Dispose()
    {
        PinnedBytes.Return(_bytes);
        _bytes = [];
        _length = 0;
    }
}
