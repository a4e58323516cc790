using System.Net;
using System.Runtime.InteropServices;
using System.Text;

namespace AuthCode.Tests.Scenarios.Leaks;

/// <summary>The memory of this process, searched for refresh tokens of sessions that are over.</summary>
[Platform("Linux")]
[NonParallelizable]
internal sealed class MemoryScanTests
{
    private const int Sessions = 2_000;

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
        private int _serial;

        /// <summary>What all refresh tokens begin with, masked.</summary>
        internal static byte[] Marker { get; } = [.. Enumerable.Range(0, 24).Select(static i => (byte)(MemoryScan.Mask ^ (byte)('A' + ((i * 7) % 26))))];

        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) => new(HttpStatusCode.OK)
        {
            RequestMessage = request,
            Content = new StreamContent(new Response(Interlocked.Increment(ref _serial))) { Headers = { ContentType = new("application/json") } },
        };

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(Send(request, cancellationToken));

        private sealed class Response(int serial) : ReadStream
        {
            private readonly byte[] _before = Encoding.ASCII.GetBytes(
                $"{{\"token_type\":\"Bearer\",\"expires_in\":3600,\"access_token\":\"access-{serial}\",\"refresh_token\":\"");

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
