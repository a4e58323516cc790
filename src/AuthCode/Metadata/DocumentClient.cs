using System.Net;

namespace AuthCode;

/// <summary>Reads the public JSON documents of a server: its metadata, its keys. No redirect is followed, and nothing secret is sent.</summary>
internal sealed class DocumentClient(HttpClient http, TimeSpan networkTimeout, TimeProvider time)
{
    internal Result<byte[]> Get(Uri address, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(networkTimeout, time);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using HttpResponseMessage answer = Send(address, deadline.Token);
            using var body = new BoundedBody();
            if (ProblemOf(answer, address) is { } problem)
            {
                return Unavailable(address, problem);
            }

            body.Read(answer, deadline.Token);
            return ContentOf(body, address);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            return Explain(e, address);
        }
    }

    internal async ValueTask<Result<byte[]>> GetAsync(Uri address, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(networkTimeout, time);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using HttpRequestMessage request = RequestFor(address, http.DefaultRequestVersion, http.DefaultVersionPolicy);
            using HttpResponseMessage answer = await Deadline.Enforce(
                http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, deadline.Token), deadline.Token).ConfigureAwait(false);
            if (ProblemOf(answer, address) is { } problem)
            {
                return Unavailable(address, problem);
            }

            using var body = new BoundedBody();
            await body.ReadAsync(answer, deadline.Token).ConfigureAwait(false);
            return ContentOf(body, address);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            return Explain(e, address);
        }
    }

    private HttpResponseMessage Send(Uri address, CancellationToken cancellationToken)
    {
        try
        {
            using HttpRequestMessage request = RequestFor(address, HttpVersion.Version11, HttpVersionPolicy.RequestVersionOrLower);
            return http.Send(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (NotSupportedException)
        {
            // A handler without a synchronous form. Asking for a document twice does no harm.
            return BlockingWait.For(
                async token =>
                {
                    using HttpRequestMessage request = RequestFor(address, http.DefaultRequestVersion, http.DefaultVersionPolicy);
                    return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, token).ConfigureAwait(false);
                },
                cancellationToken);
        }
    }

    private static HttpRequestMessage RequestFor(Uri address, Version version, HttpVersionPolicy policy)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, address) { Version = version, VersionPolicy = policy };
        request.Headers.Accept.Add(new("application/json"));
        return request;
    }

    private static string? ProblemOf(HttpResponseMessage answer, Uri address) =>
        answer.StatusCode != HttpStatusCode.OK || (answer.RequestMessage?.RequestUri is { } answered && answered != address)
            ? $"HTTP {(int)answer.StatusCode}"
            : null;

    private static Result<byte[]> ContentOf(BoundedBody body, Uri address) =>
        body.IsTooLong ? Unavailable(address, "longer than 1 MiB") : new(body.Utf8.ToArray());

    private static Result<byte[]> Explain(Exception exception, Uri address) => exception is OperationCanceledException
        ? Unavailable(address, "no answer in time", new TimeoutException($"No complete answer from {address.IdnHost}.", exception))
        : Unavailable(address, "no connection, or one that broke", exception);

    private static Result<byte[]> Unavailable(Uri address, string problem, Exception? cause = null) =>
        new(null, Failures.DocumentUnavailable(address.IdnHost, problem, cause));
}
