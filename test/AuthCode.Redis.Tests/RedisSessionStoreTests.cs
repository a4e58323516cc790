using StackExchange.Redis;

namespace AuthCode.Redis.Tests;

/// <summary>Versions, ends and expiry, at a real server.</summary>
internal sealed class RedisSessionStoreTests
{
    private static readonly DateTimeOffset Later = DateTimeOffset.FromUnixTimeMilliseconds(TimeProvider.System.GetUtcNow().AddDays(1).ToUnixTimeMilliseconds());
    private static readonly DateTimeOffset Past = Later.AddDays(-2);

    // One server for all: each test has a prefix of its own.
    private static RedisServer _server = null!;
    private static int _tests;

    private readonly string _prefix = $"test{Interlocked.Increment(ref _tests)}:";
    private Instance _instance = null!;

    private RedisSessionStore Store => _instance.Store;

    [OneTimeSetUp]
    public static async Task StartAsync() => _server = await RedisServer.StartAsync();

    [OneTimeTearDown]
    public static async Task StopAsync() => await _server.DisposeAsync();

    [SetUp]
    public async Task ConnectAsync() => _instance = await Instance.StartAsync(_server, _prefix);

    [TearDown]
    public async Task DisconnectAsync() => await _instance.DisposeAsync();

    [Test]
    public async Task What_was_written_is_read()
    {
        byte[] data = [.. Enumerable.Range(0, 256).Select(static number => (byte)number)];
        await Store.TryWriteAsync("k", new StoredSession(data, 7, Later), 0);

        StoredSession stored = (await Store.ReadAsync("k"))!.Value;

        Assert.That((stored.Data.ToArray(), stored.Version, stored.ExpiresOn, stored.IsEnded), Is.EqualTo((data, 7L, Later, false)));
        Assert.That(await Store.ReadAsync("other"), Is.Null);
    }

    [TestCase(0, true)]
    [TestCase(1, false)]
    public async Task Over_nothing_only_a_first_version_is_written(long expected, bool isWritten)
    {
        Assert.That(await Store.TryWriteAsync("k", Session(2), expected), Is.EqualTo(isWritten));
        Assert.That((await Store.ReadAsync("k"))?.Version, Is.EqualTo(isWritten ? 2L : null));
    }

    [TestCase(0, false)]
    [TestCase(1, false)]
    [TestCase(2, true)]
    [TestCase(3, false)]
    public async Task A_write_succeeds_over_the_version_that_it_names(long expected, bool isWritten)
    {
        await Store.TryWriteAsync("k", Session(1), 0);
        await Store.TryWriteAsync("k", Session(2), 1);

        Assert.That(await Store.TryWriteAsync("k", Session(9), expected), Is.EqualTo(isWritten));
        Assert.That((await Store.ReadAsync("k"))!.Value.Version, Is.EqualTo(isWritten ? 9 : 2));
    }

    [TestCase(long.MaxValue - 1, long.MaxValue)]
    [TestCase(1L << 53, (1L << 53) + 1)]
    public async Task Versions_are_compared_exactly(long version, long next)
    {
        await Store.TryWriteAsync("k", Session(version), 0);

        bool overNext = await Store.TryWriteAsync("k", Session(1), next);
        bool overVersion = await Store.TryWriteAsync("k", Session(next), version);

        Assert.That((overNext, overVersion, (await Store.ReadAsync("k"))!.Value.Version), Is.EqualTo((false, true, next)));
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public async Task What_has_ended_is_never_written_over(long expected)
    {
        await Store.TryWriteAsync("k", Session(1), 0);
        await Store.EndAsync("k", Later);

        bool isWritten = await Store.TryWriteAsync("k", Session(9), expected);

        StoredSession stored = (await Store.ReadAsync("k"))!.Value;
        Assert.That((isWritten, stored.IsEnded, stored.Version, stored.ExpiresOn), Is.EqualTo((false, true, 2L, Later)));
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(2)]
    public async Task A_mark_that_was_written_under_a_version_is_never_written_over(long expected)
    {
        await Store.TryWriteAsync("k", Session(1), 0);
        bool isMarked = await Store.TryWriteAsync("k", new StoredSession(ReadOnlyMemory<byte>.Empty, 2, Later), 1);

        bool isWritten = await Store.TryWriteAsync("k", Session(9), expected);

        Assert.That((isMarked, isWritten, (await Store.ReadAsync("k"))!.Value.IsEnded), Is.EqualTo((true, false, true)));
    }

    [Test]
    public async Task What_is_not_there_can_be_ended()
    {
        await Store.EndAsync("k", Later);

        Assert.That(((await Store.ReadAsync("k"))!.Value.IsEnded, await Store.TryWriteAsync("k", Session(1), 0)), Is.EqualTo((true, false)));
    }

    [Test]
    public async Task What_has_ended_can_be_ended_again()
    {
        await Store.EndAsync("k", Later);
        await Store.EndAsync("k", Later.AddDays(1));

        StoredSession stored = (await Store.ReadAsync("k"))!.Value;
        Assert.That((stored.IsEnded, stored.ExpiresOn), Is.EqualTo((true, Later.AddDays(1))));
    }

    [TestCase(0, true)]
    [TestCase(5, false)]
    public async Task What_has_expired_is_not_there(long expected, bool isWritten)
    {
        await Store.TryWriteAsync("k", Session(5) with { ExpiresOn = Past }, 0);

        StoredSession? expired = await Store.ReadAsync("k");

        Assert.That((expired, await Store.TryWriteAsync("k", Session(6), expected)), Is.EqualTo(((StoredSession?)null, isWritten)));
    }

    [Test]
    public async Task The_mark_of_an_end_expires()
    {
        await Store.EndAsync("k", Past);

        Assert.That((await Store.ReadAsync("k"), await Store.TryWriteAsync("k", Session(1), 0)), Is.EqualTo(((StoredSession?)null, true)));
    }

    [Test]
    public async Task The_server_removes_a_session_when_it_expires_and_each_write_moves_the_time()
    {
        await Store.TryWriteAsync("k", Session(1) with { ExpiresOn = Later.AddDays(1) }, 0);
        await Store.TryWriteAsync("k", Session(2), 1);
        DateTime? written = await _server.Database().KeyExpireTimeAsync(_prefix + "k");
        await Store.EndAsync("k", Later.AddHours(1));
        DateTime? ended = await _server.Database().KeyExpireTimeAsync(_prefix + "k");

        Assert.That((written, ended), Is.EqualTo(((DateTime?)Later.UtcDateTime, (DateTime?)Later.AddHours(1).UtcDateTime)));
    }

    [Test]
    public async Task The_latest_time_that_there_is_can_be_stored()
    {
        await Store.TryWriteAsync("k", Session(1) with { ExpiresOn = DateTimeOffset.MaxValue }, 0);

        Assert.That((await Store.ReadAsync("k"))!.Value.ExpiresOn.ToUnixTimeMilliseconds(), Is.EqualTo(DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()));
    }

    [Test]
    public async Task One_of_many_writers_of_two_instances_wins_each_version()
    {
        await using Instance other = await Instance.StartAsync(_server, _prefix);
        for (int version = 0; version < 10; version++)
        {
            bool[] written = await Task.WhenAll(Enumerable.Range(0, 16).Select(writer => Task.Run(
                async () => await (writer % 2 == 0 ? Store : other.Store).TryWriteAsync("k", Session(version + 1), version))));

            Assert.That(written.Count(static isWritten => isWritten), Is.EqualTo(1));
        }
    }

    [Test]
    public async Task Writers_and_an_end_leave_the_mark_of_the_end()
    {
        await using Instance other = await Instance.StartAsync(_server, _prefix);
        await Task.WhenAll(Enumerable.Range(0, 16).Select(writer => Task.Run(async () =>
        {
            if (writer == 8)
            {
                await other.Store.EndAsync("k", Later);
            }
            else
            {
                StoredSession? stored = await Store.ReadAsync("k");
                await Store.TryWriteAsync("k", Session((stored?.Version ?? 0) + 1), stored?.Version ?? 0);
            }
        })));

        Assert.That((await Store.ReadAsync("k"))!.Value.IsEnded, Is.True);
    }

    [Test]
    public async Task Keys_begin_with_the_prefix_and_no_other_key_is_written()
    {
        await Store.TryWriteAsync("written", Session(1), 0);
        await Store.EndAsync("ended", Later);

        Assert.That(_server.Keys().Select(static key => key.ToString()).Where(key => key.StartsWith(_prefix, StringComparison.Ordinal)), Is.EquivalentTo([_prefix + "written", _prefix + "ended"]));
    }

    [Test]
    public async Task Another_prefix_is_another_store()
    {
        await using Instance other = await Instance.StartAsync(_server, _prefix + "other:");
        await Store.TryWriteAsync("k", Session(1), 0);

        Assert.That(await other.Store.ReadAsync("k"), Is.Null);
    }

    [Test]
    public async Task Another_database_is_another_store()
    {
        await using Instance other = await Instance.StartAsync(_server, _prefix, database: 3);
        await using Instance byConnection = await Instance.StartAsync(_server, _prefix, configure: static options => options.DefaultDatabase = 3);
        await other.Store.TryWriteAsync("k", Session(4), 0);

        Assert.That(
            (await Store.ReadAsync("k"), (await byConnection.Store.ReadAsync("k"))?.Version, await _server.Database(3).KeyExistsAsync(_prefix + "k")),
            Is.EqualTo(((StoredSession?)null, 4L, true)));
    }

    [TestCase("version", "none")]
    [TestCase("version", "-1")]
    [TestCase("expires", "none")]
    [TestCase("expires", "99999999999999999")]
    public async Task What_another_program_wrote_is_no_session(string field, string value)
    {
        await Store.TryWriteAsync("k", Session(1), 0);
        await _server.Database().HashSetAsync(_prefix + "k", field, value);

        Assert.That(await Store.ReadAsync("k"), Is.Null);
    }

    [Test]
    public async Task Something_else_under_a_key_is_a_failure_and_is_not_overwritten()
    {
        await _server.Database().StringSetAsync(_prefix + "k", "text");

        Assert.Multiple(async () =>
        {
            Assert.That(async () => await Store.ReadAsync("k"), Throws.TypeOf<RedisServerException>());
            Assert.That(async () => await Store.TryWriteAsync("k", Session(1), 0), Throws.TypeOf<RedisServerException>());
            Assert.That((string?)await _server.Database().StringGetAsync(_prefix + "k"), Is.EqualTo("text"));
        });
    }

    [Test]
    public async Task A_caller_who_has_canceled_gets_no_result()
    {
        var canceled = new CancellationToken(canceled: true);
        await _server.ExecuteAsync("PING");

        Assert.Multiple(() =>
        {
            Assert.That(async () => await Store.ReadAsync("k", canceled), Throws.InstanceOf<OperationCanceledException>());
            Assert.That(async () => await Store.TryWriteAsync("k", Session(1), 0, canceled), Throws.InstanceOf<OperationCanceledException>());
            Assert.That(async () => await Store.EndAsync("k", Later, canceled), Throws.InstanceOf<OperationCanceledException>());
        });
    }

    private static StoredSession Session(long version) => new(new byte[] { 1, 2, 3 }, version, Later);
}
