using System.Net;
using System.Net.Http.Headers;

namespace AuthCode;

/// <summary>A form on its way out: processed once at most, and it knows whether anyone has begun to send it.</summary>
/// <remarks>
/// What a handler throws cannot tell whether something was sent: one that repeats requests may end in a refused connection after it
/// has sent the form. A second reading is refused, since a grant that a handler below repeats would be replayed at the server.
/// Below AuthCode's own client there is the platform's transport alone. It reads a form again only if the server has said that it
/// did not process the request (RFC 9113 section 8.7: REFUSED_STREAM, or GOAWAY with an earlier stream as the last one), which makes
/// the second reading the proof. Its exceptions prove less: after a GOAWAY, they are the same for a request that was processed.
/// </remarks>
internal sealed class FormContent : HttpContent
{
    private const int Unread = 0;
    private const int Read = 1;
    private const int Withdrawn = 2;

    // One less than the transport's own limit, since its last exception is no proof. It waits for nothing in between.
    private const int MostRepetitions = 2;

    private readonly FormBody _form;
    private readonly bool _isOfOwnClient;
    private readonly int _length;
    private int _state = Unread;
    private int _repetitions;

    /// <param name="form">The form.</param>
    /// <param name="isOfOwnClient">Whether it is sent by AuthCode's own client, so that no handler can be the one that repeats it.</param>
    internal FormContent(FormBody form, bool isOfOwnClient = false)
    {
        _form = form;
        _isOfOwnClient = isOfOwnClient;
        _length = form.Utf8.Length;
        Headers.ContentType = new MediaTypeHeaderValue("application/x-www-form-urlencoded");
    }

    /// <summary>How far the form has come. One that the server has given back unprocessed too often is withdrawn.</summary>
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
            BeginAgain();
        }

        if (before == Withdrawn || !_form.TryHold())
        {
            throw new FormUnavailableException("The attempt that the form belongs to is over.");
        }
    }

    private void BeginAgain()
    {
        if (!_isOfOwnClient)
        {
            throw new FormUnavailableException("A handler of the HTTP client tried to send the form a second time. AuthCode repeats requests itself, where that is safe.");
        }

        if (Interlocked.Increment(ref _repetitions) > MostRepetitions)
        {
            // From here on it is for the retries of AuthCode, which wait.
            Volatile.Write(ref _state, Withdrawn);
            throw new UnprocessedRequestException();
        }
    }
}
