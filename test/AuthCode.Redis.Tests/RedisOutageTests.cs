using StackExchange.Redis;

namespace AuthCode.Redis.Tests;

/// <summary>A server that is down, at the start or later.</summary>
internal sealed class RedisOutageTests
{
    private static readonly DateTimeOffset Later = TimeProvider.System.GetUtcNow().AddDays(1);

    private RedisServer _server = null!;

    [SetUp]
    public async Task StartAsync() => _server = await RedisServer.StartAsync();

    [TearDown]
    public async Task StopAsync() => await _server.DisposeAsync();

    [Test]
    public async Task While_the_server_is_down_each_operation_fails_and_afterwards_it_succeeds()
    {
        await using Instance one = await Instance.StartAsync(_server, configure: RedisServer.Impatient);
        await one.Store.TryWriteAsync("k", Session(1), 0);
        _server.Stop();

        Assert.Multiple(() =>
        {
            Assert.That(async () => await one.Store.ReadAsync("k"), Throws.InstanceOf<RedisException>().Or.InstanceOf<TimeoutException>());
            Assert.That(async () => await one.Store.TryWriteAsync("k", Session(2), 1), Throws.InstanceOf<RedisException>().Or.InstanceOf<TimeoutException>());
            Assert.That(async () => await one.Store.EndAsync("k", Later), Throws.InstanceOf<RedisException>().Or.InstanceOf<TimeoutException>());
        });

        // The scripts are no longer at the server either.
        await _server.RestartAsync();
        Assert.That(() => IsWritten(one, "again"), Is.True.After(20_000, 100));
        Assert.That((await one.Store.ReadAsync("again"))!.Value.Version, Is.EqualTo(1));
    }

    [Test]
    public async Task A_caller_who_cancels_does_not_wait_for_a_server_that_hangs()
    {
        await using Instance one = await Instance.StartAsync(_server, configure: static options => options.AsyncTimeout = 60_000);
        await _server.ExecuteAsync("CLIENT", "PAUSE", 60_000, "ALL");
        using var cancellation = new CancellationTokenSource();

        Task<StoredSession?> reading = one.Store.ReadAsync("k", cancellation.Token).AsTask();
        await cancellation.CancelAsync();

        Assert.That(async () => await reading, Throws.InstanceOf<OperationCanceledException>());

        // The connection would wait for the response when it is closed.
        _server.Stop();
    }

    [Test]
    public async Task A_connection_that_could_not_be_established_is_tried_again_and_its_subscription_begins_then()
    {
        int attempts = 0;
        await using ConnectionMultiplexer multiplexer = await _server.ConnectAsync();
        using var connection = new RedisConnection(
            () => Interlocked.Increment(ref attempts) <= 2 ? throw new RedisConnectionException(ConnectionFailureType.UnableToConnect, "no") : multiplexer, database: -1);
        connection.TryOpen();
        var store = new RedisSessionStore(connection, "test:");
        int notices = 0;
        using IDisposable subscription = store.Subscribe(_ => Interlocked.Increment(ref notices));

        Assert.That(async () => await store.ReadAsync("k"), Throws.TypeOf<RedisConnectionException>());
        Assert.That((await store.ReadAsync("k"), attempts), Is.EqualTo(((StoredSession?)null, 3)));
        Assert.That(() => _server.ExecuteAsync("PUBLISH", "test:changes", "k").GetAwaiter().GetResult().ToString(), Is.EqualTo("1").After(10_000, 20));
        Assert.That(() => Volatile.Read(ref notices), Is.GreaterThan(0).After(10_000, 20));
    }

    [Test]
    public async Task Callers_share_an_attempt_to_connect()
    {
        int attempts = 0;
        await using ConnectionMultiplexer multiplexer = await _server.ConnectAsync();
        using var gate = new ManualResetEventSlim();
        using var connection = new RedisConnection(
            () =>
            {
                Interlocked.Increment(ref attempts);
                gate.Wait();
                return multiplexer;
            },
            database: -1);
        var store = new RedisSessionStore(connection, "test:");

        Task<StoredSession?>[] readers = [.. Enumerable.Range(0, 8).Select(_ => store.ReadAsync("k").AsTask())];
        gate.Set();
        await Task.WhenAll(readers);

        Assert.That(attempts, Is.EqualTo(1));
    }

    private static bool IsWritten(Instance instance, string key)
    {
        try
        {
            return instance.Store.TryWriteAsync(key, Session(1), 0).AsTask().GetAwaiter().GetResult();
        }
        catch (Exception e) when (e is RedisException or TimeoutException)
        {
            return false;
        }
    }

    private static StoredSession Session(long version) => new(new byte[] { 1, 2, 3 }, version, Later);
}
