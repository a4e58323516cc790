using System.Net;
using System.Net.Http.Headers;

namespace AuthCode;

/// <summary>A form on its way out: sent once at most, and it knows whether anyone has begun to send it.</summary>
/// <remarks>
/// What a handler throws cannot tell whether something was sent: one that repeats requests may end in a refused connection after it
/// has sent the form. A second reading is refused, since a grant that a handler below repeats would be replayed at the server.
/// </remarks>
internal sealed class FormContent : HttpContent
{
    private const int Unread = 0;
    private const int Read = 1;
    private const int Withdrawn = 2;

    private readonly FormBody _form;
    private readonly int _length;
    private int _state = Unread;

    internal FormContent(FormBody form)
    {
        _form = form;
        _length = form.Utf8.Length;
        Headers.ContentType = new MediaTypeHeaderValue("application/x-www-form-urlencoded");
    }

    /// <summary>How far the form has come.</summary>
    internal ExchangeStage Stage => Volatile.Read(ref _state) == Read ? ExchangeStage.Sent : ExchangeStage.Sending;

    /// <summary>Keeps the form from being sent; <see langword="false"/> if somebody has read it.</summary>
    internal bool TryWithdraw() => Interlocked.CompareExchange(ref _state, Withdrawn, Unread) is Unread or Withdrawn;

    protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        Begin();
        bool isWritten = false;
        try
        {
            stream.Write(_form.Utf8.Span);
            isWritten = true;
        }
        finally
        {
            _form.Release(isWritten);
        }
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        Begin();
        bool isWritten = false;
        try
        {
            await stream.WriteAsync(_form.Utf8, cancellationToken).ConfigureAwait(false);
            isWritten = true;
        }
        finally
        {
            _form.Release(isWritten);
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _length;
        return true;
    }

    private void Begin()
    {
        // Not by a handler that comes after its attempt was given up: nothing is sent then.
        if (Volatile.Read(ref _state) == Unread && _form.Use?.TrySend() == false)
        {
            TryWithdraw();
        }

        int before = Interlocked.CompareExchange(ref _state, Read, Unread);
        if (before == Read)
        {
            throw new FormUnavailableException("A handler of the HTTP client tried to send the form a second time. AuthCode repeats requests itself, where that is safe.");
        }

        if (before == Withdrawn || !_form.TryHold())
        {
            throw new FormUnavailableException("The attempt that the form belongs to is over.");
        }
    }
}
