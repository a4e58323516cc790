using System.Net;

namespace AuthCode;

/// <summary>Reads the public JSON documents of a server: its metadata, its keys. Nothing secret is sent.</summary>
internal sealed class DocumentClient(HttpSender sender)
{
    internal Result<byte[]> Get(Uri address, CancellationToken cancellationToken)
    {
        using HttpExchange exchange = Begin(address, cancellationToken);
        sender.Send(exchange);
        return ResultOf(exchange);
    }

    internal async ValueTask<Result<byte[]>> GetAsync(Uri address, CancellationToken cancellationToken)
    {
        using HttpExchange exchange = Begin(address, cancellationToken);
        await sender.SendAsync(exchange).ConfigureAwait(false);
        return ResultOf(exchange);
    }

    private HttpExchange Begin(Uri address, CancellationToken cancellationToken)
    {
        HttpExchange exchange = sender.Begin(HttpMethod.Get, address, cancellationToken);
        exchange.Request.Headers.Accept.Add(new("application/json"));
        return exchange;
    }

    private static Result<byte[]> ResultOf(HttpExchange exchange)
    {
        string host = exchange.Address.IdnHost;
        return exchange switch
        {
            { RedirectTarget: { } target } => new(Failures.Redirected(host, target.IdnHost, response: null, followed: true)),
            { Response: { StatusCode: not HttpStatusCode.OK } response } => Unavailable($"HTTP {(int)response.StatusCode}"),
            { Exception: OperationCanceledException exception } => Unavailable("no response in time", new TimeoutException($"No complete response from {host}.", exception)),
            { Exception: { } exception } => Unavailable("no connection, or one that broke", exception),
            { IsTooLong: true } => Unavailable("longer than 1 MiB"),
            _ => new(exchange.Content.ToArray()),
        };

        Result<byte[]> Unavailable(string problem, Exception? cause = null) => new(Failures.DocumentUnavailable(host, problem, cause));
    }
}
