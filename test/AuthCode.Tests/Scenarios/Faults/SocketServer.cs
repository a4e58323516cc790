using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace AuthCode.Tests.Scenarios.Faults;

/// <summary>What a server does with a request that it has read in full: write bytes, wait, end or break the connection.</summary>
internal delegate Task Reaction(SocketServer.Exchange exchange);

/// <summary>A server of real sockets on loopback that reacts by a script, and breaks the connection after each reaction.</summary>
internal sealed class SocketServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentQueue<Reaction> _script;
    private readonly ConcurrentQueue<string> _requests = new();
    private readonly ConcurrentQueue<string> _heads = new();
    private readonly CancellationTokenSource _end = new();
    private readonly X509Certificate2? _certificate;
    private readonly Task _accepting;
    private int _connections;

    internal SocketServer(IEnumerable<Reaction> script, X509Certificate2? certificate = null)
    {
        _script = new ConcurrentQueue<Reaction>(script);
        _certificate = certificate;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    internal Uri Authority => new($"{(_certificate is null ? "http" : "https")}://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");

    /// <summary>The bodies of the requests, in the order in which they came.</summary>
    internal IReadOnlyList<string> Requests => [.. _requests];

    /// <summary>The request lines and headers of the requests.</summary>
    internal IReadOnlyList<string> Heads => [.. _heads];

    internal int Connections => _connections;

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
                Interlocked.Increment(ref _connections);
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
            bool reads = !_script.TryPeek(out Reaction? next) || next != React.ResetUnread;
            _requests.Enqueue(reads ? await ReadRequestAsync(stream, _end.Token) : await ReadFirstByteAsync(stream));
            if (_script.TryDequeue(out Reaction? reaction))
            {
                await reaction(new Exchange(socket, stream, _end.Token));
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or SocketException or ObjectDisposedException
            or System.Security.Authentication.AuthenticationException)
        {
            // The client has gone, or the test has ended.
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
        await secure.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate }, _end.Token);
        return secure;
    }

    // What is left unread makes the end of the connection a reset.
    private async Task<string> ReadFirstByteAsync(Stream stream)
    {
        await stream.ReadExactlyAsync(new byte[1], _end.Token);
        return "(unread)";
    }

    private async Task<string> ReadRequestAsync(Stream stream, CancellationToken cancellationToken)
    {
        var received = new MemoryStream();
        byte[] buffer = new byte[4096];
        while (true)
        {
            int read = await stream.ReadAsync(buffer, cancellationToken);
            if (read == 0)
            {
                throw new IOException("The client closed before its request was complete.");
            }

            received.Write(buffer, 0, read);
            string text = Encoding.Latin1.GetString(received.GetBuffer(), 0, (int)received.Length);
            int end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (end >= 0 && text.Length - end - 4 >= LengthOf(text[..end]))
            {
                _heads.Enqueue(text[..end]);
                return text[(end + 4)..];
            }
        }
    }

    private static int LengthOf(string headers)
    {
        const string Name = "content-length:";
        string? line = headers.Split("\r\n").FirstOrDefault(static line => line.StartsWith(Name, StringComparison.OrdinalIgnoreCase));
        return line is null ? 0 : int.Parse(line[Name.Length..], System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>A connection whose request has been read.</summary>
    internal sealed record Exchange(Socket Socket, Stream Stream, CancellationToken End)
    {
        internal async Task WriteAsync(string text) => await WriteAsync(Encoding.UTF8.GetBytes(text));

        internal async Task WriteAsync(byte[] bytes)
        {
            await Stream.WriteAsync(bytes, End);
            await Stream.FlushAsync(End);
        }

        /// <summary>A reset instead of an orderly end.</summary>
        internal void Reset() => Socket.Close(0);
    }
}
