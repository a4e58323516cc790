using System.Globalization;
using AuthCode.Tests.Scenarios.Farm;

namespace AuthCode.Tests.Scenarios.Scaling;

/// <summary>What sessions take of the memory of a process beside the characters of their tokens.</summary>
/// <remarks>By default 5,000 sessions; the environment variable <c>AUTHCODE_SESSIONS</c> has another number.</remarks>
[NonParallelizable]
internal sealed class MemoryTests(bool isAsync) : FarmFixture(isAsync)
{
    private const int MostBytes = 1024;

    private static readonly int Sessions = int.Parse(Environment.GetEnvironmentVariable("AUTHCODE_SESSIONS") ?? "5000", CultureInfo.InvariantCulture);

    [Test]
    public async Task A_session_takes_no_more_than_one_kibibyte_beside_its_tokens()
    {
        var protector = new UnboundProtector();
        SignedInUser user = await SignIn(Instance(options => options.Protector = protector, withLeases: false));
        var store = new CopyingStore(Store);
        AuthorizationCodeClient client = Instance(
            options =>
            {
                (options.Store, options.Protector) = (store, protector);
                options.RevalidateAfter = TimeSpan.FromHours(1);
                options.MostInMemory = int.MaxValue;
            },
            withLeases: false);
        int characters = (await GetToken(user.Credential, Some.Request("a"))).Token.Length;
        string[] keys = [.. Enumerable.Range(0, Sessions + 100).Select(static number => number.ToString("x43", CultureInfo.InvariantCulture))];

        // The first ones bring what all have in common.
        await FindAsync(client, keys.AsMemory(Sessions));
        long before = TotalMemory();
        await FindAsync(client, keys.AsMemory(0, Sessions));
        long each = (TotalMemory() - before) / Sessions;

        // Two bytes for a character of the access token, and one for those of the refresh token, which is about as long, and of the ID token.
        each -= (3 * characters) + user.IdToken.Length;
        TestContext.Out.WriteLine($"{each} bytes for each of {Sessions} sessions");
        Assert.That(each, Is.InRange(300, MostBytes));
        GC.KeepAlive(client);
        GC.KeepAlive(user);
    }

    // Sessions of other tests that nobody has any more are gone after their finalizers have run.
    private static long TotalMemory()
    {
        for (int i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        return GC.GetTotalMemory(forceFullCollection: true);
    }

    private static async Task FindAsync(AuthorizationCodeClient client, ReadOnlyMemory<string> keys)
    {
        for (int i = 0; i < keys.Length; i++)
        {
            Assert.That(await client.Sessions.FindAsync(keys.Span[i]), Is.Not.Null);
        }
    }

    /// <summary>Has the one session of another store under every key that the other store does not have.</summary>
    private sealed class CopyingStore(MemoryStore store) : ISessionStore
    {
        private readonly StoredSession _session = store.Entries.Values.MaxBy(static entry => entry.Data.Length);

        public async ValueTask<StoredSession?> ReadAsync(string key, CancellationToken cancellationToken = default) =>
            await store.ReadAsync(key, cancellationToken) ?? _session;

        public ValueTask<bool> TryWriteAsync(string key, StoredSession session, long expectedVersion, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        public ValueTask EndAsync(string key, DateTimeOffset until, CancellationToken cancellationToken = default) => throw new NotSupportedException();
    }

    /// <summary>Lets entries be read under any key.</summary>
    private sealed class UnboundProtector : ISessionProtector
    {
        public byte[] Protect(ReadOnlySpan<byte> data, SessionBinding binding) => data.ToArray();

        public byte[]? Unprotect(ReadOnlySpan<byte> data, SessionBinding binding) => data.ToArray();
    }
}
