using System.Net;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using AuthCode.Tests.Scenarios.Farm;

namespace AuthCode.Tests.Scenarios.Leaks;

/// <summary>The memory of this process, searched for refresh tokens of sessions that are over.</summary>
[Platform("Linux")]
[NonParallelizable]
internal sealed class MemoryScanTests
{
    private const int Sessions = 2_000;
    private const int Forgotten = 200;

    [Test]
    public async Task No_refresh_token_is_left_of_sessions_that_were_disposed_of()
    {
        using var server = new TokenFountain();
        AuthorizationCodeCredential[] credentials = [.. Enumerable.Range(0, Sessions).Select(_ => Some.Credential(server))];
        foreach (AuthorizationCodeCredential credential in credentials)
        {
            await credential.GetTokenAsync(Some.Request(The.Vault), default);
            await credential.GetTokenAsync(Some.Request(The.Storage), default);
        }

        Compact();
        int alive = MemoryScan.Count(TokenFountain.Marker);
        foreach (AuthorizationCodeCredential credential in credentials)
        {
            credential.Dispose();
        }

        Compact();
        Assert.Multiple(() =>
        {
            Assert.That(alive, Is.EqualTo(Sessions), "each session keeps one refresh token");
            Assert.That(MemoryScan.Count(TokenFountain.Marker), Is.Zero);
        });
    }

    [Test]
    public async Task No_refresh_token_is_left_of_sessions_that_nobody_has_any_more()
    {
        using var server = new TokenFountain();
        List<AuthorizationCodeCredential> kept = await AcquireAndForgetMost(server);

        Compact();

        Assert.That(MemoryScan.Count(TokenFountain.Marker), Is.EqualTo(kept.Count));
        kept.ForEach(static credential => credential.Dispose());
    }

    [Test]
    public async Task Of_sessions_that_have_left_the_memory_for_the_store_no_refresh_token_is_left()
    {
        using var server = new TokenFountain();
        var options = new AuthorizationCodeClientOptions { HttpClient = new HttpClient(server), ClientAuthentication = ClientAuthentication.None };
        options.Sessions.Store = new MemoryStore();
        options.Sessions.Protector = new AesProtector();
        options.Sessions.MostInMemory = 1;
        var client = new AuthorizationCodeClient(AuthorizationServer.OpenIdProvider(new Uri(Provider.Issuer)), The.Client, options);
        for (int user = 0; user < Forgotten; user++)
        {
            await SignIn(client, server, $"subject-{user}");
        }

        Compact();

        Assert.That(MemoryScan.Count(TokenFountain.Marker), Is.EqualTo(1), "that of the session in memory");
        GC.KeepAlive(client);
    }

    // Nothing of the sessions is on the stack of a test afterwards.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<List<AuthorizationCodeCredential>> AcquireAndForgetMost(TokenFountain server)
    {
        // Those that are kept keep their neighbors' memory from being given back to the system.
        List<AuthorizationCodeCredential> kept = [];
        for (int session = 0; session < Forgotten; session++)
        {
            AuthorizationCodeCredential credential = Some.Credential(server);
            await credential.GetTokenAsync(Some.Request(The.Vault), default);
            if (session % 10 == 0)
            {
                kept.Add(credential);
            }
        }

        return kept;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task SignIn(AuthorizationCodeClient client, TokenFountain server, string subject)
    {
        AuthorizationRequest request = await client.CreateAuthorizationRequestAsync(The.Redirect, ["a"]);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        server.IdToken = Provider.IdToken(request.Transaction.Nonce.Value, claims =>
        {
            claims["sub"] = subject;
            claims["iat"] = now.ToUnixTimeSeconds();
            claims["exp"] = now.AddHours(1).ToUnixTimeSeconds();
        });
        await client.CompleteSignInAsync(request.Transaction, new Uri($"{The.Redirect}?code={The.Code}&state={request.Transaction.State}"));
    }

    // Garbage is no excuse: what the collector moves leaves a copy behind.
    private static void Compact()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
    }

    /// <summary>Token responses whose refresh tokens are nowhere but where they are read to.</summary>
    private sealed class TokenFountain : HttpMessageHandler
    {
        private readonly HttpMessageInvoker _documents = new(new Provider());
        private int _serial;

        /// <summary>What all refresh tokens begin with, masked.</summary>
        internal static byte[] Marker { get; } = [.. Enumerable.Range(0, 24).Select(static i => (byte)(MemoryScan.Mask ^ (byte)('A' + ((i * 7) % 26))))];

        /// <summary>The ID token of the responses; <see langword="null"/> for none.</summary>
        internal string? IdToken { get; set; }

        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            HttpResponseMessage response = request.Method == HttpMethod.Get
                ? _documents.Send(new HttpRequestMessage(HttpMethod.Get, request.RequestUri), cancellationToken)
                : new(HttpStatusCode.OK) { Content = new StreamContent(new Response(Interlocked.Increment(ref _serial), IdToken)) { Headers = { ContentType = new("application/json") } } };
            response.RequestMessage = request;
            return response;
        }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(Send(request, cancellationToken));

        private sealed class Response(int serial, string? idToken) : ReadStream
        {
            private readonly byte[] _before = Encoding.ASCII.GetBytes(
                $"{{\"token_type\":\"Bearer\",\"expires_in\":3600,{(idToken is null ? "" : $"\"id_token\":\"{idToken}\",")}\"access_token\":\"access-{serial}\",\"refresh_token\":\"");

            private readonly byte[] _after = Encoding.ASCII.GetBytes($"-{serial:D8}\"}}");
            private bool _isRead;

            public override int Read(Span<byte> buffer)
            {
                if (_isRead)
                {
                    return 0;
                }

                _isRead = true;
                _before.CopyTo(buffer);
                Span<byte> token = buffer.Slice(_before.Length, Marker.Length);
                for (int i = 0; i < token.Length; i++)
                {
                    token[i] = (byte)(Marker[i] ^ MemoryScan.Mask);
                }

                _after.CopyTo(buffer[(_before.Length + token.Length)..]);
                return _before.Length + token.Length + _after.Length;
            }

            public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.FromResult(Read(buffer.Span));
        }
    }

    /// <summary>Counts a text in the writable memory of this process. The text is given masked, so that it is not found itself.</summary>
    private static class MemoryScan
    {
        internal const byte Mask = 0xA5;
        private const int ChunkSize = 1 << 20;

        internal static int Count(byte[] masked)
        {
            int found = 0;
            byte[] chunk = GC.AllocateArray<byte>(ChunkSize, pinned: true);
            long own = Marshal.UnsafeAddrOfPinnedArrayElement(chunk, 0);
            using FileStream memory = new("/proc/self/mem", FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            foreach ((long start, long end) in WritableRanges().SelectMany(range => Without(range, own, own + ChunkSize)))
            {
                for (long at = start; at < end; at += ChunkSize - masked.Length + 1)
                {
                    found += CountIn(Read(memory, at, chunk.AsSpan(0, (int)Math.Min(ChunkSize, end - at))), masked);
                }
            }

            Array.Clear(chunk);
            return found;
        }

        // What the search itself has read is not searched.
        private static (long Start, long End)[] Without((long Start, long End) range, long start, long end) =>
            range.End <= start || range.Start >= end ? [range] : [(range.Start, Math.Max(range.Start, start)), (Math.Min(range.End, end), range.End)];

        private static ReadOnlySpan<byte> Read(FileStream memory, long at, Span<byte> chunk)
        {
            try
            {
                memory.Position = at;
                return chunk[..memory.Read(chunk)];
            }
            catch (IOException)
            {
                // Reserved, or gone meanwhile.
                return default;
            }
        }

        private static int CountIn(ReadOnlySpan<byte> bytes, byte[] masked)
        {
            int found = 0;
            byte first = (byte)(masked[0] ^ Mask);
            for (int at = bytes.IndexOf(first); at >= 0 && at + masked.Length <= bytes.Length;)
            {
                int same = 1;
                while (same < masked.Length && (bytes[at + same] ^ Mask) == masked[same])
                {
                    same++;
                }

                found += same == masked.Length ? 1 : 0;
                int next = bytes[(at + 1)..].IndexOf(first);
                at = next < 0 ? -1 : at + 1 + next;
            }

            return found;
        }

        private static List<(long Start, long End)> WritableRanges()
        {
            var ranges = new List<(long, long)>();
            foreach (string line in File.ReadLines("/proc/self/maps"))
            {
                string[] fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                if (fields[1].StartsWith("rw", StringComparison.Ordinal))
                {
                    string[] bounds = fields[0].Split('-');
                    ranges.Add((Convert.ToInt64(bounds[0], 16), Convert.ToInt64(bounds[1], 16)));
                }
            }

            return ranges;
        }
    }
}
