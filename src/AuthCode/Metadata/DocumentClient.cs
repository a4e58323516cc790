using System.Net;
using Microsoft.Extensions.Logging;

namespace AuthCode;

/// <summary>Reads the public JSON documents of a server: its metadata, its keys. Nothing secret is sent, and a read that fails at once is repeated once.</summary>
internal sealed class DocumentClient(HttpSender sender, ILogger logger)
{
    internal ILogger Logger => logger;

    internal Result<byte[]> Get(Uri address, CancellationToken cancellationToken)
    {
        for (bool isAgain = false; ; isAgain = true)
        {
            using HttpExchange exchange = Begin(address, cancellationToken);
            sender.Send(exchange);
            if (isAgain || !MayPass(exchange))
            {
                return ResultOf(exchange);
            }
        }
    }

    internal async ValueTask<Result<byte[]>> GetAsync(Uri address, CancellationToken cancellationToken)
    {
        for (bool isAgain = false; ; isAgain = true)
        {
            using HttpExchange exchange = Begin(address, cancellationToken);
            await sender.SendAsync(exchange).ConfigureAwait(false);
            if (isAgain || !MayPass(exchange))
            {
                return ResultOf(exchange);
            }
        }
    }

    private HttpExchange Begin(Uri address, CancellationToken cancellationToken)
    {
        HttpExchange exchange = sender.Begin(HttpMethod.Get, address, cancellationToken);
        exchange.Request.Headers.Accept.Add(new("application/json"));
        exchange.Request.Headers.AcceptEncoding.Add(new("identity"));
        return exchange;
    }

    // Not after a time-out: whoever waits has waited long enough.
    private static bool MayPass(HttpExchange exchange) =>
        exchange is { RedirectTarget: null, IsDeadlinePassed: false }
        && (exchange.Exception is not (null or OperationCanceledException) || (int?)exchange.Response?.StatusCode is 408 or 429 or >= 500);

    private static Result<byte[]> ResultOf(HttpExchange exchange)
    {
        string host = exchange.Address.IdnHost;
        return exchange switch
        {
            { RedirectTarget: { } target } => new(Failures.Redirected(host, target.IdnHost, response: null, followed: true)),
            { Response: { StatusCode: >= HttpStatusCode.Ambiguous and < HttpStatusCode.BadRequest } response } => new(
                Failures.DocumentRedirected(host, TargetOf(exchange, response), new TokenErrorResponse(response.StatusCode)), isFinal: true),
            { Response: { StatusCode: not HttpStatusCode.OK } response } => new(
                Failures.DocumentUnavailable(host, $"HTTP {(int)response.StatusCode}", cause: null, new TokenErrorResponse(response.StatusCode))),
            { Exception: OperationCanceledException exception } => Unavailable("no response in time", new TimeoutException($"No complete response from {host}.", exception)),
            { Exception: { } exception } => Unavailable("no connection, or one that broke", exception),
            { IsTooLong: true } => Unavailable("longer than 1 MiB"),
            _ => new(exchange.Content.ToArray()),
        };

        Result<byte[]> Unavailable(string problem, Exception? cause = null) => new(Failures.DocumentUnavailable(host, problem, cause));
    }

    // Without a query: the document is public, and the address is for the administrator.
    private static string TargetOf(HttpExchange exchange, HttpResponseMessage response) =>
        response.Headers.Location is { } location && Uri.TryCreate(exchange.Address, location, out Uri? target)
            ? ServerText.Clean(target.GetLeftPart(UriPartial.Path), ServerText.LongestWord) ?? "another address"
            : "another address";
}
