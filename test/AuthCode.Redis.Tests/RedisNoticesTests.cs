using System.Threading.Channels;

namespace AuthCode.Redis.Tests;

/// <summary>Notices of changes between instances, each with a server of its own, since the tests end its connections.</summary>
internal sealed class RedisNoticesTests
{
    private static readonly DateTimeOffset Later = TimeProvider.System.GetUtcNow().AddDays(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Channel<string> _notices = Channel.CreateUnbounded<string>();
    private RedisServer _server = null!;

    [SetUp]
    public async Task StartAsync() => _server = await RedisServer.StartAsync();

    [TearDown]
    public async Task StopAsync() => await _server.DisposeAsync();

    [Test]
    public async Task A_write_and_an_end_are_told_to_the_other_instance()
    {
        await using Instance one = await Instance.StartAsync(_server), other = await Instance.StartAsync(_server);
        using IDisposable subscription = await SubscribeAsync(other);

        await one.Store.TryWriteAsync("written", Session(1), 0);
        string written = await NextAsync();
        await one.Store.EndAsync("ended", Later);

        Assert.That((written, await NextAsync()), Is.EqualTo(("written", "ended")));
    }

    [Test]
    public async Task A_write_that_did_not_succeed_is_not_told()
    {
        await using Instance one = await Instance.StartAsync(_server), other = await Instance.StartAsync(_server);
        using IDisposable subscription = await SubscribeAsync(other);

        await one.Store.TryWriteAsync("refused", Session(2), 1);
        await one.Store.TryWriteAsync("written", Session(1), 0);

        Assert.That(await NextAsync(), Is.EqualTo("written"));
    }

    [Test]
    public async Task Another_prefix_is_not_told()
    {
        await using Instance one = await Instance.StartAsync(_server), other = await Instance.StartAsync(_server), stranger = await Instance.StartAsync(_server, "stranger:");
        using IDisposable subscription = await SubscribeAsync(other);

        await stranger.Store.TryWriteAsync("strange", Session(1), 0);
        await one.Store.TryWriteAsync("own", Session(1), 0);

        Assert.That(await NextAsync(), Is.EqualTo("own"));
    }

    [Test]
    public async Task Several_subscribers_of_an_instance_take_one_subscription_at_the_server()
    {
        await using Instance one = await Instance.StartAsync(_server);
        int others = 0;
        using IDisposable first = await SubscribeAsync(one), second = one.Store.Subscribe(_ => Interlocked.Increment(ref others));

        await one.Store.TryWriteAsync("k", Session(1), 0);

        Assert.That((await NextAsync(), await SubscribersAsync()), Is.EqualTo(("k", 1L)));
        Assert.That(() => Volatile.Read(ref others), Is.EqualTo(1).After(5000, 20));
    }

    [Test]
    public async Task Nothing_is_told_after_the_end_of_a_subscription()
    {
        await using Instance one = await Instance.StartAsync(_server);
        var ended = new List<string>();
        using IDisposable kept = await SubscribeAsync(one);
        one.Store.Subscribe(ended.Add).Dispose();

        await one.Store.TryWriteAsync("k", Session(1), 0);

        Assert.That((await NextAsync(), ended), Is.EqualTo(("k", new List<string>())));
    }

    [Test]
    public async Task The_end_of_a_host_ends_its_subscription_and_not_the_connection()
    {
        await using Instance one = await Instance.StartAsync(_server);
        _ = await SubscribeAsync(one);

        one.EndSubscriptions();

        Assert.That(() => SubscribersAsync().GetAwaiter().GetResult(), Is.Zero.After(5000, 20));
        Assert.That(await one.Store.TryWriteAsync("k", Session(1), 0), Is.True);
    }

    [Test]
    public async Task A_subscription_that_was_cut_is_renewed()
    {
        await using Instance one = await Instance.StartAsync(_server), other = await Instance.StartAsync(_server);
        using IDisposable subscription = await SubscribeAsync(other);

        // The two instances and the administrator each have a connection for subscriptions.
        await _server.ExecuteAsync("CLIENT", "KILL", "TYPE", "pubsub");
        for (int version = 0; _notices.Reader.Count == 0 && version < 300; version++)
        {
            await one.Store.TryWriteAsync("k", Session(version + 1), version);
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }

        Assert.That(await NextAsync(), Is.EqualTo("k"));
    }

    [Test]
    public async Task A_user_without_the_right_to_publish_can_write()
    {
        await _server.ExecuteAsync("ACL", "SETUSER", "writer", "on", ">pass", "~*", "+@all", "resetchannels");
        await using Instance one = await Instance.StartAsync(_server, configure: static options => (options.User, options.Password) = ("writer", "pass"));
        using IDisposable subscription = one.Store.Subscribe(key => _notices.Writer.TryWrite(key));

        Assert.That(
            (await one.Store.TryWriteAsync("k", Session(1), 0), (await one.Store.ReadAsync("k"))!.Value.Version, _notices.Reader.Count), Is.EqualTo((true, 1L, 0)));
    }

    [Test]
    public async Task A_client_without_publish_and_subscribe_can_write()
    {
        await using Instance one = await Instance.StartAsync(
            _server, configure: static options => options.CommandMap = StackExchange.Redis.CommandMap.Create(["SUBSCRIBE", "PUBLISH", "UNSUBSCRIBE"], available: false));
        using IDisposable subscription = one.Store.Subscribe(key => _notices.Writer.TryWrite(key));

        Assert.That((await one.Store.TryWriteAsync("k", Session(1), 0), (await one.Store.ReadAsync("k"))!.Value.Version), Is.EqualTo((true, 1L)));
    }

    private async Task<IDisposable> SubscribeAsync(Instance instance)
    {
        long before = await SubscribersAsync();
        IDisposable subscription = instance.Store.Subscribe(key => _notices.Writer.TryWrite(key));
        Assert.That(() => SubscribersAsync().GetAwaiter().GetResult(), Is.GreaterThan(before).After(10_000, 10));
        return subscription;
    }

    private async Task<long> SubscribersAsync() => (long)(await _server.ExecuteAsync("PUBSUB", "NUMSUB", "test:changes"))[1];

    private async Task<string> NextAsync()
    {
        using var limit = new CancellationTokenSource(Patience, TimeProvider.System);
        return await _notices.Reader.ReadAsync(limit.Token);
    }

    private static StoredSession Session(long version) => new(new byte[] { 1, 2, 3 }, version, Later);
}
