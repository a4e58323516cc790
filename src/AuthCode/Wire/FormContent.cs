using System.Net;
using System.Net.Http.Headers;

namespace AuthCode;

/// <summary>A form on its way out, which knows whether anyone has begun to send it.</summary>
/// <remarks>What a handler throws cannot tell that: one that repeats by itself may end in a refused connection after it has sent.</remarks>
internal sealed class FormContent : HttpContent
{
    private readonly ReadOnlyMemory<byte> _form;
    private volatile bool _wasRead;

    internal FormContent(ReadOnlyMemory<byte> form)
    {
        _form = form;
        Headers.ContentType = new MediaTypeHeaderValue("application/x-www-form-urlencoded");
    }

    internal bool WasRead => _wasRead;

    protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        _wasRead = true;
        stream.Write(_form.Span);
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        _wasRead = true;
        return stream.WriteAsync(_form, cancellationToken).AsTask();
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _form.Length;
        return true;
    }
}
