using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AuthCode.Tests.Scenarios.Faults;

/// <summary>The reactions of a token endpoint, good and bad.</summary>
internal static class React
{
    internal static Reaction Token(string accessToken = "access-1") => Json(Answer.TokenJson(accessToken));

    internal static Reaction Json(string body, string status = "200 OK", string headers = "") => Raw(Encoding.UTF8.GetBytes(body), "application/json", status, headers);

    internal static Reaction Html(string status, string headers = "") => Raw("<html>proxy</html>"u8.ToArray(), "text/html", status, headers);

    internal static Reaction Raw(byte[] body, string? contentType = "application/json", string status = "200 OK", string headers = "") => async exchange =>
    {
        string type = contentType is null ? "" : $"Content-Type: {contentType}\r\n";
        await exchange.WriteAsync($"HTTP/1.1 {status}\r\n{type}Content-Length: {body.Length}\r\nConnection: close\r\n{headers}\r\n");
        await exchange.WriteAsync(body);
    };

    internal static Reaction Error(string error) => Json($$"""{"error":"{{error}}","error_description":"AADSTS1: no"}""", "400 Bad Request");

    /// <summary>Reads the request and says nothing until the test ends.</summary>
    internal static Reaction Silence() => static exchange => Never(exchange);

    internal static Reaction Close() => static _ => Task.CompletedTask;

    internal static Reaction Reset() => static exchange =>
    {
        exchange.Socket.LingerState = new LingerOption(true, 0);
        exchange.Reset();
        return Task.CompletedTask;
    };

    /// <summary>A reset before the request has been read to its end, so that the server cannot have acted on it; a client cannot know that.</summary>
    internal static readonly Reaction ResetUnread = static exchange => Reset()(exchange);

    /// <summary>Headers and the first half of the body, then silence.</summary>
    internal static Reaction Drip() => static async exchange =>
    {
        string body = Answer.TokenJson();
        await exchange.WriteAsync($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body[..(body.Length / 2)]}");
        await Never(exchange);
    };

    /// <summary>Half the body, then the end; with or without a length that gives it away.</summary>
    internal static Reaction Truncated(bool withLength) => async exchange =>
    {
        string body = Answer.TokenJson();
        string length = withLength ? $"Content-Length: {body.Length}\r\n" : "Connection: close\r\n";
        await exchange.WriteAsync($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n{length}\r\n{body[..(body.Length / 2)]}");
    };

    /// <summary>Chunks without end, until the client has had enough.</summary>
    internal static Reaction Endless() => static async exchange =>
    {
        string chunk = new('a', 64 * 1024);
        await exchange.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n");
        while (true)
        {
            await exchange.WriteAsync($"{chunk.Length:x}\r\n{chunk}\r\n");
        }
    };

    /// <summary>Headers beyond what the client takes.</summary>
    internal static Reaction LongHeaders() => React.Raw([], headers: $"X-Long: {new string('a', 80 * 1024)}\r\n");

    /// <summary>One interim answer after the other, and never the final one.</summary>
    internal static Reaction InterimAnswers() => static async exchange =>
    {
        while (true)
        {
            await exchange.WriteAsync("HTTP/1.1 102 Processing\r\n\r\n");
        }
    };

    /// <summary>10 MiB in some KiB.</summary>
    internal static Reaction GzipBomb() => Raw(Gzip(new byte[10 * 1024 * 1024]), headers: "Content-Encoding: gzip\r\n");

    internal static Reaction Redirect(HttpStatusCode status, Uri target) => Raw([], null, $"{(int)status} Elsewhere", $"Location: {target}\r\n");

    private static Task Never(SocketServer.Exchange exchange) => new TaskCompletionSource().Task.WaitAsync(exchange.End);

    private static byte[] Gzip(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(bytes);
        }

        return packed.ToArray();
    }
}
