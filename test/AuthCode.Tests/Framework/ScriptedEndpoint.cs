using System.Collections.Concurrent;
using System.Text;

namespace AuthCode.Tests;

/// <summary>A token endpoint in memory that answers by a script. A request beyond the script, and a line of it that nobody asked for, fail the test.</summary>
internal sealed class ScriptedEndpoint : HttpMessageHandler
{
    private readonly ConcurrentQueue<Answer> _script = new();
    private readonly ConcurrentQueue<SentRequest> _requests = new();
    private int _stray;
    private int _underWay;
    private int _mostUnderWay;

    internal ScriptedEndpoint(params Answer[] script) => Then(script);

    internal IReadOnlyList<SentRequest> Requests => [.. _requests];

    /// <summary>How many requests were under way at the same time at most.</summary>
    internal int MostUnderWay => _mostUnderWay;

    internal ScriptedEndpoint Then(params Answer[] script)
    {
        foreach (Answer answer in script)
        {
            _script.Enqueue(answer);
        }

        return this;
    }

    /// <summary>Fails unless the script was followed to its end and no further.</summary>
    internal void Verify()
    {
        Assert.That(_stray, Is.Zero, "requests beyond the script");
        Assert.That(_script, Is.Empty, "answers that nobody asked for");
    }

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var body = new StreamReader(IsUnreachable ? Stream.Null : request.Content!.ReadAsStream(cancellationToken), Encoding.UTF8);
        Answer answer = Next(request, body.ReadToEnd(), synchronous: true, out SentRequest sent);
        Enter();
        try
        {
            return From(answer.Make(sent, cancellationToken), request);
        }
        finally
        {
            Interlocked.Decrement(ref _underWay);
        }
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var body = new StreamReader(IsUnreachable ? Stream.Null : await request.Content!.ReadAsStreamAsync(cancellationToken), Encoding.UTF8);
        Answer answer = Next(request, await body.ReadToEndAsync(cancellationToken), synchronous: false, out SentRequest sent);
        Enter();
        try
        {
            return From(await answer.MakeAsync(sent, cancellationToken), request);
        }
        finally
        {
            Interlocked.Decrement(ref _underWay);
        }
    }

    private bool IsUnreachable => _script.TryPeek(out Answer? next) && next.IsBeforeSending;

    private static HttpResponseMessage From(HttpResponseMessage answer, HttpRequestMessage request)
    {
        answer.RequestMessage ??= request;
        return answer;
    }

    private Answer Next(HttpRequestMessage request, string body, bool synchronous, out SentRequest sent)
    {
        sent = new SentRequest
        {
            Uri = request.RequestUri!,
            Method = request.Method,
            Body = body,
            Headers = request.Headers,
            ContentType = request.Content!.Headers.ContentType,
            WasSynchronous = synchronous,
        };
        _requests.Enqueue(sent);
        if (_script.TryDequeue(out Answer? answer))
        {
            return answer;
        }

        Interlocked.Increment(ref _stray);
        throw new InvalidOperationException($"A request beyond the script: {sent["grant_type"]}.");
    }

    private void Enter()
    {
        int now = Interlocked.Increment(ref _underWay);
        int most;
        while (now > (most = _mostUnderWay) && Interlocked.CompareExchange(ref _mostUnderWay, now, most) != most)
        {
        }
    }
}
