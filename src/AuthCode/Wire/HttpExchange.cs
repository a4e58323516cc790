using System.Diagnostics;

namespace AuthCode;

/// <summary>How far a request has come.</summary>
internal enum ExchangeStage
{
    /// <summary>The request is being made, and the client proves who it is.</summary>
    Preparing,

    /// <summary>The request is with the HTTP client, which has not begun to write its body, or the server has processed none of it.</summary>
    Sending,

    /// <summary>Somebody has begun to read the body. It may have been sent, also if that was a handler which keeps a copy.</summary>
    Sent,
}

/// <summary>One HTTP request under one deadline, and what came of it: a response with its body, or the exception in its place.</summary>
/// <remarks>Implementation note: fields rather than properties, as in the other values on the way of a token, since each accessor is a method to compile before the first token. The deadline covers all of it, from the client authentication to the last byte of the body. Disposing it wipes form and body.</remarks>
internal sealed class HttpExchange : IDisposable
{
    private readonly HttpMethod _method;
    private readonly CancellationTokenSource _deadline;
    private readonly CancellationToken _end;
    private readonly CancellationTokenRegistration _ending;
    private FormBody? _form;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _time;
    private FormContent? _content;
    private bool _isSending;
    private OverdueWatch? _watch;
    private CancellationTokenSource? _extension;
    private CancellationTokenRegistration _extensionEnd;

    internal HttpExchange(HttpMethod method, Uri address, TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken)
    {
        _method = method;
        _timeout = timeout;
        _time = time;
        Address = address;
        StartedOn = time.GetUtcNow();
        StartedTimestamp = time.GetTimestamp();
        Request = new HttpRequestMessage(method, address);
        _end = cancellationToken;
        _deadline = new CancellationTokenSource(timeout, time);
        Deadline = _deadline.Token;
        _ending = cancellationToken.UnsafeRegister(static deadline => ((CancellationTokenSource)deadline!).Cancel(), _deadline);
    }

    internal readonly Uri Address;

    internal readonly DateTimeOffset StartedOn;

    /// <summary>The instant of <see cref="StartedOn"/> on the monotonic clock.</summary>
    internal readonly long StartedTimestamp;

    internal HttpRequestMessage Request;

    /// <summary>The activity that the request is sent for; <see langword="null"/> for the current one.</summary>
    internal Activity? Activity;

    /// <summary>The body of a POST, to be filled before it is sent.</summary>
    internal FormBody Form => _form ??= new FormBody();

    /// <summary>Canceled at the deadline, and when the owner of the request gives it up.</summary>
    internal readonly CancellationToken Deadline;

    /// <summary>Whether the owner gave the request up; then its outcome is an exception that nobody explains.</summary>
    internal bool IsCancelled => _end.IsCancellationRequested;

    internal bool IsDeadlinePassed => _deadline.IsCancellationRequested && !IsCancelled;

    internal ExchangeStage Stage => !_isSending ? ExchangeStage.Preparing : _content?.Stage ?? ExchangeStage.Sent;

    /// <summary>The response, once its headers have arrived.</summary>
    internal HttpResponseMessage? Response;

    /// <summary>Why there is no response, or why its body is not complete; <see langword="null"/> when nothing went wrong.</summary>
    internal Exception? Exception;

    /// <summary>The body of the response; <see langword="null"/> when it was not read.</summary>
    internal BoundedBody? Body;

    /// <summary>The body without a leading byte order mark, empty when there is none or it is longer than the limit.</summary>
    internal ReadOnlySpan<byte> Content => Body is { IsTooLong: false } body ? body.Utf8 : default;

    internal bool IsTooLong => Body?.IsTooLong == true;

    /// <summary>Where the response comes from if the HTTP client followed a redirect; else <see langword="null"/>.</summary>
    internal Uri? RedirectTarget => OtherThanAddress(Response?.RequestMessage);

    /// <summary>The address of a request that got no response, if it is no longer the one that it was made with; else <see langword="null"/>.</summary>
    /// <remarks>It says nothing of how far the request came: a handler that sets the address back does not get there when what is below it throws.</remarks>
    internal Uri? ChangedAddress => Response is null ? OtherThanAddress(Request) : null;

    /// <summary>The request, ready for the HTTP client; called a second time, another one of the same content.</summary>
    /// <param name="version">The version of HTTP to ask for.</param>
    /// <param name="policy">Which other versions will do.</param>
    /// <param name="isOfOwnClient">Whether the HTTP client is AuthCode's own.</param>
    internal HttpRequestMessage ToRequest(Version version, HttpVersionPolicy policy, bool isOfOwnClient)
    {
        if (_isSending)
        {
            Request = Copy();
        }

        _isSending = true;
        Request.Version = version;
        Request.VersionPolicy = policy;
        Request.Content = _content = _method == HttpMethod.Post ? new FormContent(Form, isOfOwnClient) : null;
        return Request;
    }

    /// <summary>Has somebody told, soon after the deadline, if the request is not over then.</summary>
    /// <remarks>
    /// Such a request is waited for nevertheless, unless its form has not been read: nothing may be sent beside one that may still
    /// reach the server, and a response that comes late is as good as another.
    /// </remarks>
    internal void Watch(Action overdue) => _watch = new OverdueWatch(overdue, Deadline);

    /// <summary>Whether the request is left alone at its deadline, whatever becomes of it.</summary>
    internal bool IsAbandonedAtDeadline => _watch is null;

    /// <summary>Keeps the form from being sent; <see langword="false"/> if somebody has begun to send it.</summary>
    internal bool TryWithdraw() => _content?.TryWithdraw() ?? true;

    /// <summary>The deadline of the response's body: a response that is not abandoned gets as much time again, whenever its headers came.</summary>
    internal CancellationToken BodyDeadline
    {
        get
        {
            if (IsAbandonedAtDeadline)
            {
                return Deadline;
            }

            _extension = new CancellationTokenSource(_timeout, _time);
            _extensionEnd = _end.UnsafeRegister(static extension => ((CancellationTokenSource)extension!).Cancel(), _extension);
            return _extension.Token;
        }
    }

    internal void Receive(HttpResponseMessage response)
    {
        Response = response;
        Body = RedirectTarget is null ? new BoundedBody() : null;
    }

    internal void Fail(Exception exception) => Exception = exception;

    public void Dispose()
    {
        _watch?.Dispose();
        _content?.TryWithdraw();
        Body?.Dispose();
        Response?.Dispose();
        Request.Dispose();
        _form?.Dispose();
        _extensionEnd.Dispose();
        _extension?.Dispose();
        _ending.Dispose();
        _deadline.Dispose();
    }

    private Uri? OtherThanAddress(HttpRequestMessage? request) => request?.RequestUri is { } other && other != Address ? other : null;

    private HttpRequestMessage Copy()
    {
        using HttpRequestMessage sent = Request;
        var copy = new HttpRequestMessage(_method, Address);
        foreach ((string name, IEnumerable<string> values) in sent.Headers)
        {
            copy.Headers.Add(name, values);
        }

        foreach ((string key, object? value) in (IDictionary<string, object?>)sent.Options)
        {
            ((IDictionary<string, object?>)copy.Options)[key] = value;
        }

        return copy;
    }
}
