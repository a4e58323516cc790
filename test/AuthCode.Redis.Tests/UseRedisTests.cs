using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using StackExchange.Redis;

namespace AuthCode.Redis.Tests;

/// <summary>The registration: its settings, and what happens at the start of the host.</summary>
internal sealed class UseRedisTests
{
    [TestCase("")]
    [TestCase(null)]
    [TestCase("a b:")]
    [TestCase("a\n")]
    [TestCase("é:")]
    [TestCase("{a}:")]
    public void A_prefix_that_is_not_usable_is_refused(string? prefix) => Assert.That(
        () => Create(options => options.KeyPrefix = prefix!), Refusal.Of("configure", "KeyPrefix must be printable ASCII characters"));

    [Test]
    public void A_negative_database_is_refused() => Assert.That(
        () => Create(static options => options.Database = -1), Refusal.Of("configure", "Database must be zero or more"));

    [Test]
    public void A_connection_and_a_key_exclude_each_other() => Assert.That(
        () => Create(static options => (options.Connection, options.ConnectionKey) = (static _ => null!, "key")), Refusal.Of("configure", "Connection and ConnectionKey exclude each other"));

    [Test]
    public void A_builder_is_required() => Assert.That(static () => AuthCodeRedisExtensions.UseRedis(null!), Refusal.OfNull("builder"));

    [Test]
    public void A_missing_connection_fails_the_start_and_names_the_line_to_add()
    {
        using IHost host = Create();

        Assert.That(() => host.StartAsync(), Throws.TypeOf<InvalidOperationException>().With.Message.Contains("services.AddSingleton<IConnectionMultiplexer>").And.Message.Contains("AddRedisClient"));
    }

    [Test]
    public void A_missing_keyed_connection_fails_the_start_and_names_the_key()
    {
        using IHost host = Create(
            static options => options.ConnectionKey = "sessions",
            static services => services.AddSingleton<IConnectionMultiplexer>(static _ => throw new RedisConnectionException(ConnectionFailureType.UnableToConnect, "not this one")));

        Assert.That(() => host.StartAsync(), Throws.TypeOf<InvalidOperationException>().With.Message.Contains("'sessions'").And.Message.Contains("AddKeyedSingleton"));
    }

    [Test]
    public void A_mistake_in_the_registration_of_the_connection_fails_the_start()
    {
        using IHost host = Create(services: static services => services.AddSingleton<IConnectionMultiplexer>(static _ => ConnectionMultiplexer.Connect("unknown=true")));

        Assert.That(() => host.StartAsync(), Throws.TypeOf<ArgumentException>());
    }

    [Test]
    public async Task A_connection_that_cannot_be_established_does_not_prevent_the_start()
    {
        int attempts = 0;
        using IHost host = Create(services: services => services.AddSingleton<IConnectionMultiplexer>(_ =>
        {
            attempts++;
            throw new RedisConnectionException(ConnectionFailureType.UnableToConnect, "down");
        }));

        await host.StartAsync();
        await host.StopAsync();

        Assert.That(attempts, Is.EqualTo(1));
    }

    [Test]
    public async Task The_connection_is_the_keyed_one_if_there_is_a_key()
    {
        await using RedisServer server = await RedisServer.StartAsync();
        await using ConnectionMultiplexer connection = await server.ConnectAsync();
        using IHost host = Create(static options => options.ConnectionKey = "sessions", services => services.AddKeyedSingleton<IConnectionMultiplexer>("sessions", connection));

        await host.StartAsync();

        Assert.That(() => Subscribers(server, "authcode:changes"), Is.EqualTo(1).After(10_000, 20));
    }

    [Test]
    public async Task The_connection_is_the_provided_one_if_there_is_one_and_the_host_leaves_it_open()
    {
        await using RedisServer server = await RedisServer.StartAsync();
        await using ConnectionMultiplexer connection = await server.ConnectAsync();
        using (IHost host = Create(options => (options.Connection, options.KeyPrefix) = (_ => connection, "shop:")))
        {
            await host.StartAsync();
            Assert.That(() => Subscribers(server, "shop:changes"), Is.EqualTo(1).After(10_000, 20));
        }

        Assert.That(() => Subscribers(server, "shop:changes"), Is.Zero.After(10_000, 20));
        Assert.That(await connection.GetDatabase().PingAsync(), Is.GreaterThan(TimeSpan.Zero));
    }

    [Test]
    public void What_the_service_has_set_itself_stays()
    {
        ISessionProtector protector = new Nothing();
        ISessionLeases leases = new Nothing();
        AuthorizationCodeClientOptions? used = null;
        using IHost host = Extensions.Tests.Hosts.Create(
            Extensions.Tests.Hosts.AzureAd(("ClientId", "c"), ("TenantId", "common")),
            builder => builder.ConfigureClient((_, options) => (options.Sessions.Protector, options.Sessions.Leases) = (protector, leases)).UseRedis().ConfigureClient((_, options) => used = options),
            static services => services.AddSingleton<IConnectionMultiplexer>(static _ => throw new RedisConnectionException(ConnectionFailureType.UnableToConnect, "down")));

        _ = host.Services.GetRequiredService<AuthorizationCodeClient>();

        Assert.That((used!.Sessions.Protector, used.Sessions.Leases), Is.EqualTo((protector, leases)));
    }

    private static long Subscribers(RedisServer server, string channel) => (long)server.ExecuteAsync("PUBSUB", "NUMSUB", channel).GetAwaiter().GetResult()[1];

    private static IHost Create(Action<RedisSessionOptions>? configure = null, Action<IServiceCollection>? services = null) => Extensions.Tests.Hosts.Create(
        Extensions.Tests.Hosts.AzureAd(("ClientId", "c"), ("TenantId", "common")), builder => builder.UseRedis(configure), services);

    private sealed class Nothing : ISessionProtector, ISessionLeases
    {
        public byte[] Protect(ReadOnlySpan<byte> data, SessionBinding binding) => data.ToArray();

        public byte[]? Unprotect(ReadOnlySpan<byte> data, SessionBinding binding) => null;

        public ValueTask<ISessionLease?> TryAcquireAsync(string key, CancellationToken cancellationToken = default) => ValueTask.FromResult<ISessionLease?>(null);
    }
}
