using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace AuthCode.Tests.Scenarios.Faults;

/// <summary>A server of HTTP/2 frames on loopback (RFC 9113) that reacts to each request by a script: over TLS, or in the clear for a client that knows.</summary>
internal sealed class Http2Server : IAsyncDisposable
{
    private const int PrefaceLength = 24;
    private const byte EndStream = 0x1;
    private const byte Acknowledged = 0x1;
    private const byte EndHeaders = 0x4;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentQueue<StreamReaction> _script;
    private readonly ConcurrentQueue<string> _requests = new();
    private readonly CancellationTokenSource _end = new();
    private readonly X509Certificate2? _certificate;
    private readonly Task _accepting;
    private int _reactions;

    internal Http2Server(IEnumerable<StreamReaction> script, X509Certificate2? certificate = null)
    {
        _script = new ConcurrentQueue<StreamReaction>(script);
        _certificate = certificate;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    internal Uri Authority => new($"{(_certificate is null ? "http" : "https")}://localhost:{((IPEndPoint)_listener.LocalEndpoint).Port}/");

    /// <summary>The bodies of the requests that were read to their end.</summary>
    internal IReadOnlyList<string> Requests => [.. _requests];

    /// <summary>The number of requests that were reacted to; not those that their client took back.</summary>
    internal int Reactions => Volatile.Read(ref _reactions);

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _accepting;
        _listener.Stop();
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true)
            {
                Socket socket = await _listener.AcceptSocketAsync(_end.Token);
                serving.Add(ServeAsync(socket));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(serving);
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using Socket owned = socket;
        try
        {
            await using Stream stream = await OpenAsync(socket);
            await stream.ReadExactlyAsync(new byte[PrefaceLength], _end.Token);
            var connection = new Connection(socket, stream, _end.Token);
            await connection.WriteAsync(FrameType.Settings, 0, 0, []);
            while (true)
            {
                await HandleAsync(connection, await connection.ReadAsync());
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // One of the two has closed the connection, or the test has ended.
        }
    }

    private async Task<Stream> OpenAsync(Socket socket)
    {
        var plain = new NetworkStream(socket);
        if (_certificate is null)
        {
            return plain;
        }

        var secure = new SslStream(plain);
        var options = new SslServerAuthenticationOptions { ServerCertificate = _certificate, ApplicationProtocols = [SslApplicationProtocol.Http2] };
        await secure.AuthenticateAsServerAsync(options, _end.Token);
        return secure;
    }

    private async Task HandleAsync(Connection connection, Frame frame)
    {
        bool isAcknowledgement = (frame.Flags & Acknowledged) != 0;
        switch (frame.Type)
        {
            case FrameType.Settings when !isAcknowledgement:
                await connection.WriteAsync(FrameType.Settings, Acknowledged, 0, []);
                break;
            case FrameType.Ping when !isAcknowledgement:
                await connection.WriteAsync(FrameType.Ping, Acknowledged, 0, frame.Payload);
                break;
            case FrameType.Headers:
                connection.Body.SetLength(0);
                if (_script.TryPeek(out StreamReaction? reaction) && reaction.IsAtHeaders)
                {
                    await ReactAsync(connection, frame.StreamId);
                }

                break;
            case FrameType.Data:
                connection.Body.Write(frame.Payload);
                if ((frame.Flags & EndStream) != 0)
                {
                    _requests.Enqueue(Encoding.ASCII.GetString(connection.Body.ToArray()));
                    await ReactAsync(connection, frame.StreamId);
                }

                break;
        }
    }

    private async Task ReactAsync(Connection connection, int streamId)
    {
        if (connection.LastStream != streamId && _script.TryDequeue(out StreamReaction? reaction))
        {
            connection.LastStream = streamId;
            Interlocked.Increment(ref _reactions);
            await reaction.ReactAsync(new Exchange(connection, streamId));
        }
    }

    /// <summary>A request, and the stream that it came on.</summary>
    internal sealed record Exchange(Connection Connection, int StreamId)
    {
        internal async Task RespondAsync(string json)
        {
            // ":status: 200" by its index, and "content-type" by that of its name (RFC 7541 appendix A).
            await Connection.WriteAsync(FrameType.Headers, EndHeaders, StreamId, [0x88, 0x0f, 0x10, 16, .. "application/json"u8]);
            await Connection.WriteAsync(FrameType.Data, EndStream, StreamId, Encoding.UTF8.GetBytes(json));
        }
    }

    /// <summary>A connection, whose client sends one request at a time.</summary>
    internal sealed record Connection(Socket Socket, Stream Stream, CancellationToken End)
    {
        internal MemoryStream Body { get; } = new();

        /// <summary>The stream that was reacted to last.</summary>
        internal int LastStream { get; set; }

        internal async Task<Frame> ReadAsync()
        {
            byte[] head = new byte[9];
            await Stream.ReadExactlyAsync(head, End);
            byte[] payload = new byte[(head[0] << 16) | (head[1] << 8) | head[2]];
            await Stream.ReadExactlyAsync(payload, End);
            return new Frame((FrameType)head[3], head[4], BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(5)) & int.MaxValue, payload);
        }

        internal async Task WriteAsync(FrameType type, byte flags, int streamId, byte[] payload)
        {
            byte[] frame = new byte[9 + payload.Length];
            BinaryPrimitives.WriteInt32BigEndian(frame, (payload.Length << 8) | (int)type);
            frame[4] = flags;
            BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), streamId);
            payload.CopyTo(frame, 9);
            await Stream.WriteAsync(frame, End);
            await Stream.FlushAsync(End);
        }
    }

    internal readonly record struct Frame(FrameType Type, byte Flags, int StreamId, byte[] Payload);
}

/// <summary>The types of frames that the server knows (RFC 9113 section 6).</summary>
internal enum FrameType : byte
{
    Data = 0,
    Headers = 1,
    Reset = 3,
    Settings = 4,
    Ping = 6,
    GoAway = 7,
}
