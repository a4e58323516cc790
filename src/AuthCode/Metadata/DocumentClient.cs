using System.Net;

namespace AuthCode;

/// <summary>Reads the public JSON documents of an authority: its metadata, its keys. No redirect is followed, and nothing secret is sent.</summary>
internal sealed class DocumentClient(HttpClient http, TimeSpan networkTimeout, TimeProvider time)
{
    /// <exception cref="AuthenticationFailedException">The document could not be read; the cause is inside.</exception>
    internal async Task<byte[]> GetAsync(Uri address, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(networkTimeout, time);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address) { Version = http.DefaultRequestVersion, VersionPolicy = http.DefaultVersionPolicy };
            request.Headers.Accept.Add(new("application/json"));
            using HttpResponseMessage answer = await Deadline.Enforce(
                http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, deadline.Token), deadline.Token).ConfigureAwait(false);
            if (answer.StatusCode != HttpStatusCode.OK || (answer.RequestMessage?.RequestUri is { } answered && answered != address))
            {
                throw Failures.DocumentUnavailable(address.IdnHost, $"HTTP {(int)answer.StatusCode}", cause: null).ToException();
            }

            using var body = new BoundedBody();
            await body.ReadAsync(answer, deadline.Token).ConfigureAwait(false);
            return body.IsTooLong
                ? throw Failures.DocumentUnavailable(address.IdnHost, "longer than 1 MiB", cause: null).ToException()
                : body.Utf8.ToArray();
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw Failures.DocumentUnavailable(address.IdnHost, "no answer in time", new TimeoutException($"No complete answer from {address.IdnHost}.", e)).ToException();
        }
        catch (Exception e) when (e is HttpRequestException or IOException or ObjectDisposedException)
        {
            throw Failures.DocumentUnavailable(address.IdnHost, "no connection, or one that broke", e).ToException();
        }
    }
}
