using System.Buffers;
using System.Security.Cryptography;

namespace AuthCode;

/// <summary>A response's body, read up to a limit and under the request's own deadline; wiped when it has been read.</summary>
/// <remarks>Implementation note: a buffer goes back to the pool only after a read that came to its end; one that was broken off may still be written to.</remarks>
internal sealed class BoundedBody : IDisposable
{
    /// <summary>1 MiB: Entra ID's largest responses are some tens of KiB.</summary>
    internal const int Limit = 1024 * 1024;
    private const int FirstSize = 8 * 1024;

    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(FirstSize);
    private int _length;
    private bool _isComplete;

    /// <summary>The body without a leading UTF-8 byte order mark.</summary>
    internal ReadOnlySpan<byte> Utf8
    {
        get
        {
            ReadOnlySpan<byte> all = _bytes.AsSpan(0, _length);
            return all.StartsWith("\uFEFF"u8) ? all[3..] : all;
        }
    }

    internal bool IsTooLong => _length > Limit;

    internal void Read(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        // A blocking read knows no cancellation token: the deadline takes the connection away from under it.
        using CancellationTokenRegistration abort = cancellationToken.UnsafeRegister(
            static state => ((HttpResponseMessage)state!).Dispose(), response);
        try
        {
            using Stream stream = response.Content.ReadAsStream(cancellationToken);
            int read;
            while (!IsTooLong && (read = stream.Read(FreeSpace())) > 0)
            {
                _length += read;
            }
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }

        cancellationToken.ThrowIfCancellationRequested();
        _isComplete = true;
    }

    internal async ValueTask ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        // A supplied handler's content need not heed the token.
        Stream stream = await Deadline.Enforce(response.Content.ReadAsStreamAsync(cancellationToken), cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            int read;
            while (!IsTooLong && (read = await ReadSomeAsync(stream, cancellationToken).ConfigureAwait(false)) > 0)
            {
                _length += read;
            }
        }

        _isComplete = true;
    }

    public void Dispose()
    {
        if (_bytes.Length > 0)
        {
            Wipe(_bytes);
            _bytes = [];
            _length = 0;
        }
    }

    private ValueTask<int> ReadSomeAsync(Stream stream, CancellationToken cancellationToken)
    {
        ValueTask<int> reading = stream.ReadAsync(FreeMemory(), cancellationToken);
        return reading.IsCompleted ? reading : new ValueTask<int>(Deadline.Enforce(reading.AsTask(), cancellationToken));
    }

    private Span<byte> FreeSpace() => FreeMemory().Span;

    private Memory<byte> FreeMemory()
    {
        if (_length == _bytes.Length)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(_bytes.Length * 2);
            _bytes.CopyTo(larger, 0);

            // The read into it has ended.
            Wipe(_bytes, isIdle: true);
            _bytes = larger;
        }

        // At most a byte beyond the limit, which shows that there is more.
        return _bytes.AsMemory(_length, Math.Min(_bytes.Length, Limit + 1) - _length);
    }

    private void Wipe(byte[] bytes, bool isIdle = false)
    {
        if (!isIdle && !_isComplete)
        {
            CryptographicOperations.ZeroMemory(bytes);
            return;
        }

        CryptographicOperations.ZeroMemory(bytes.AsSpan(0, _length));
        ArrayPool<byte>.Shared.Return(bytes);
    }
}
