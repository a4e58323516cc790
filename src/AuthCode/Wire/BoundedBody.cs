using System.Security.Cryptography;

namespace AuthCode;

/// <summary>A response's body, read up to a limit and under the request's own deadline; wiped when it has been read.</summary>
/// <remarks>Implementation note: a buffer goes back to the pool only after a read that came to its end; one that was broken off may still be written to.</remarks>
internal sealed class BoundedBody : IDisposable
{
    /// <summary>1 MiB: Entra ID's largest responses are some tens of KiB.</summary>
    internal const int Limit = 1024 * 1024;

    private byte[] _bytes = PinnedBytes.Rent(PinnedBytes.PooledSize);
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

    /// <summary>Whether the body is compressed in a way that is not known.</summary>
    internal bool IsEncoded { get; private set; }

    internal void Read(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        // Before the deadline, at which the response is disposed of.
        long? length = response.Content.Headers.ContentLength;

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
            // Told below, unless the body was complete before.
        }

        // A connection that was taken away can look like the end of the body.
        if (_length == 0 || length != _length)
        {
            cancellationToken.ThrowIfCancellationRequested();
        }

        _isComplete = true;
        Decode(response);
    }

    /// <summary>Reads the body as <see cref="Read"/> does, and leaves a read alone at the deadline that does not heed that its connection is taken away.</summary>
    internal void ReadOrLeave(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        BoundedBody read = BlockingWait.On(() => ReadAlone(response, cancellationToken), cancellationToken);
        Wipe(_bytes, isIdle: true);
        (_bytes, _length, _isComplete, IsEncoded) = (read._bytes, read._length, read._isComplete, read.IsEncoded);
    }

    /// <summary>Reads the body.</summary>
    /// <param name="response">The response.</param>
    /// <param name="isAbandoned">Whether a read that ignores the cancellation is left alone; else it is waited for, and what it brings is kept.</param>
    /// <param name="cancellationToken">The deadline.</param>
    internal async ValueTask ReadAsync(HttpResponseMessage response, bool isAbandoned, CancellationToken cancellationToken)
    {
        long? length = response.Content.Headers.ContentLength;
        Task<Stream> opening = response.Content.ReadAsStreamAsync(cancellationToken);
        Stream stream = await (isAbandoned ? Deadline.EnforceOwned(opening, cancellationToken) : opening).ConfigureAwait(false);
        bool isEnded = true;
        await using (stream.ConfigureAwait(false))
        {
            try
            {
                int read;
                while (!IsTooLong && (read = await ReadSomeAsync(stream, isAbandoned, cancellationToken).ConfigureAwait(false)) > 0)
                {
                    _length += read;
                }
            }
            catch (OperationCanceledException) when (_length > 0 && length == _length)
            {
                // Only the end was waited for; a read that was left alone may still write.
                isEnded = false;
            }
        }

        _isComplete = isEnded;
        Decode(response);
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

    // Into a body of its own, since a read that is left alone may still write to it.
    private static BoundedBody ReadAlone(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var body = new BoundedBody();
        try
        {
            body.Read(response, cancellationToken);
            return body;
        }
        catch (Exception)
        {
            body.Dispose();
            throw;
        }
    }

    private void Decode(HttpResponseMessage response)
    {
        IReadOnlyList<string> codings = ContentCoding.Of(response);
        if (codings.Count == 0 || IsTooLong)
        {
            return;
        }

        byte[] encoded = _bytes;
        using Stream? decoded = ContentCoding.Decode(new MemoryStream(encoded, 0, _length), codings);
        IsEncoded = decoded is null;
        if (decoded is null)
        {
            return;
        }

        _bytes = PinnedBytes.Rent(PinnedBytes.PooledSize);
        _length = 0;
        try
        {
            int read;
            while (!IsTooLong && (read = decoded.Read(FreeSpace())) > 0)
            {
                _length += read;
            }
        }
        catch (Exception e) when (e is InvalidOperationException or IOException)
        {
            // A coding that cannot be read has exceptions of several kinds.
            throw new InvalidDataException("The body is not compressed as it says.", e);
        }
        finally
        {
            Wipe(encoded);
        }
    }

    private ValueTask<int> ReadSomeAsync(Stream stream, bool isAbandoned, CancellationToken cancellationToken)
    {
        ValueTask<int> reading = stream.ReadAsync(FreeMemory(), cancellationToken);
        return reading.IsCompleted || !isAbandoned ? reading : new ValueTask<int>(Deadline.Enforce(reading.AsTask(), cancellationToken));
    }

    private Span<byte> FreeSpace() => FreeMemory().Span;

    private Memory<byte> FreeMemory()
    {
        if (_length == _bytes.Length)
        {
            byte[] larger = PinnedBytes.Rent(_bytes.Length * 2);
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

        PinnedBytes.Return(bytes);
    }
}
