namespace AuthCode;

/// <summary>One attempt of a grant: its form, its request, its deadline; wiped and cancelled with its end.</summary>
internal sealed class TokenAttempt : IDisposable
{
    private readonly Uri _endpoint;
    private readonly ServerProfile _dialect;
    private readonly TokenResponseClassifier _reader;
    private readonly CancellationTokenSource _deadline;
    private readonly CancellationToken _end;
    private readonly CancellationTokenRegistration _ending;
    private readonly FormBody _form = new();
    private HttpRequestMessage _request;
    private FormContent? _content;

    internal TokenAttempt(Grant grant, Uri endpoint, ClientRegistration server, CancellationToken cancellationToken)
    {
        Grant = grant;
        RequestedOn = server.Time.GetUtcNow();
        RequestedTimestamp = server.Time.GetTimestamp();
        _endpoint = endpoint;
        _dialect = server.Dialect;
        _end = cancellationToken;
        _reader = new TokenResponseClassifier(grant, server.Server.Host, _dialect.TokenType, _form);
        _deadline = new CancellationTokenSource(server.NetworkTimeout, server.Time);
        _ending = cancellationToken.UnsafeRegister(static deadline => ((CancellationTokenSource)deadline!).Cancel(), _deadline);
        _request = new HttpRequestMessage(HttpMethod.Post, _endpoint);
        Client = new ClientRequest(server.ClientId, _endpoint, server.Server.AssertionIssuer, _form, _request.Headers, RequestedOn);
    }

    internal Grant Grant { get; }

    internal DateTimeOffset RequestedOn { get; }

    internal long RequestedTimestamp { get; }

    /// <summary>What the client authentication adds to.</summary>
    internal ClientRequest Client { get; }

    internal CancellationToken Deadline => _deadline.Token;

    internal bool IsDeadlinePassed => _deadline.IsCancellationRequested && !_end.IsCancellationRequested;

    internal AttemptStage Stage => _content is null ? AttemptStage.Authenticating : _content.WasRead ? AttemptStage.Sent : AttemptStage.Sending;

    /// <summary>The request, ready to be sent; called a second time, another of the same content.</summary>
    internal HttpRequestMessage ToRequest(Version version, HttpVersionPolicy policy)
    {
        if (Stage == AttemptStage.Authenticating)
        {
            Grant.Write(_form, _dialect);
            AddHeaders(_request);
        }
        else
        {
            _request = Again();
        }

        _request.Version = version;
        _request.VersionPolicy = policy;
        _request.Content = _content = _form.ToContent();
        return _request;
    }

    /// <summary>Whether the answer comes from where the request was sent, and not from where a redirect led.</summary>
    internal bool IsFrom(HttpResponseMessage answer) =>
        answer.RequestMessage?.RequestUri is not { } answered || answered == _endpoint;

    internal AttemptResult Read(HttpResponseMessage answer, TimeProvider time)
    {
        using var body = new BoundedBody();
        Exception? failure = null;
        try
        {
            body.Read(answer, Deadline);
        }
        catch (Exception e) when (!_end.IsCancellationRequested)
        {
            failure = Uncancelled(e);
        }

        return _reader.Read(answer, body, failure, time.GetUtcNow());
    }

    internal async ValueTask<AttemptResult> ReadAsync(HttpResponseMessage answer, TimeProvider time)
    {
        using var body = new BoundedBody();
        Exception? failure = null;
        try
        {
            await body.ReadAsync(answer, Deadline).ConfigureAwait(false);
        }
        catch (Exception e) when (!_end.IsCancellationRequested)
        {
            failure = Uncancelled(e);
        }

        return _reader.Read(answer, body, failure, time.GetUtcNow());
    }

    internal AttemptResult ReadFollowedRedirect(HttpResponseMessage answer) => _reader.ReadFollowedRedirect(answer);

    public void Dispose()
    {
        _request.Dispose();
        _form.Dispose();
        _ending.Dispose();
        _deadline.Dispose();
    }

    private Exception Uncancelled(Exception exception) =>
        IsDeadlinePassed || exception is OperationCanceledException ? new TimeoutException("The body did not arrive in time.", exception) : exception;

    private HttpRequestMessage Again()
    {
        using HttpRequestMessage sent = _request;
        var request = new HttpRequestMessage(HttpMethod.Post, _endpoint);
        AddHeaders(request);
        request.Headers.Authorization = sent.Headers.Authorization;
        return request;
    }

    private void AddHeaders(HttpRequestMessage request)
    {
        RequestHeaders.Add(request.Headers, Grant.RequestId, Grant.RoutingHint, _dialect.IsEntra);
        _dialect.Proofs?.Add(request.Headers, request.Method, _endpoint);
    }
}
