using System.Buffers.Binary;

namespace AuthCode.Tests.Scenarios.Faults;

/// <summary>The error codes that matter here (RFC 9113 section 7).</summary>
public enum StreamError
{
    /// <summary>No error.</summary>
    NoError = 0x0,

    /// <summary>The server failed.</summary>
    InternalError = 0x2,

    /// <summary>The request was not processed.</summary>
    RefusedStream = 0x7,

    /// <summary>The response is no longer wanted, or not given any more.</summary>
    Cancel = 0x8,

    /// <summary>The server wants HTTP/1.1.</summary>
    Http11Required = 0xd,
}

/// <summary>What a server does with a request on a stream of HTTP/2.</summary>
/// <param name="Name">What it is called in the name of a test.</param>
/// <param name="IsAtHeaders">Whether it comes before the body has been read.</param>
/// <param name="ReactAsync">The reaction.</param>
internal sealed record StreamReaction(string Name, bool IsAtHeaders, Func<Http2Server.Exchange, Task> ReactAsync)
{
    internal static StreamReaction Token(string accessToken = "access-1") =>
        new("token", IsAtHeaders: false, exchange => exchange.RespondAsync(Answer.TokenJson(accessToken)));

    /// <summary>RST_STREAM.</summary>
    internal static StreamReaction Reset(StreamError code, bool isAtHeaders = false) => new(
        $"RST_STREAM({code}){(isAtHeaders ? " at the headers" : "")}", isAtHeaders,
        exchange => exchange.Connection.WriteAsync(FrameType.Reset, 0, exchange.StreamId, Word((int)code)));

    /// <summary>GOAWAY with a last stream below the one of the request.</summary>
    internal static StreamReaction GoAway(StreamError code = StreamError.NoError, bool isAtHeaders = false) => new(
        $"GOAWAY({code}, 0){(isAtHeaders ? " at the headers" : "")}", isAtHeaders,
        exchange => exchange.Connection.WriteAsync(FrameType.GoAway, 0, 0, [.. Word(0), .. Word((int)code)]));

    /// <summary>GOAWAY with the stream of the request as the last one, which the server may have processed, and the end of the connection.</summary>
    internal static StreamReaction GoAwayAfterAll(StreamError code = StreamError.NoError) => new(
        $"GOAWAY({code}, the stream) and the end", IsAtHeaders: false,
        async exchange =>
        {
            await exchange.Connection.WriteAsync(FrameType.GoAway, 0, 0, [.. Word(exchange.StreamId), .. Word((int)code)]);
            exchange.Connection.Socket.Shutdown(System.Net.Sockets.SocketShutdown.Both);
        });

    /// <summary>The end of the connection.</summary>
    internal static StreamReaction Close() => new("the end of the connection", IsAtHeaders: false, static exchange =>
    {
        exchange.Connection.Socket.Shutdown(System.Net.Sockets.SocketShutdown.Both);
        return Task.CompletedTask;
    });

    public override string ToString() => Name;

    private static byte[] Word(int value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }
}
