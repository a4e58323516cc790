using StackExchange.Redis;

namespace AuthCode.Redis.Tests;

/// <summary>Leases of two instances, each test with a server of its own, since some empty it or stop it.</summary>
internal sealed class RedisSessionLeasesTests
{
    private const string LeaseKey = "test:lease:k";

    private RedisServer _server = null!;
    private Instance _one = null!;
    private Instance _other = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _server = await RedisServer.StartAsync();
        _one = await Instance.StartAsync(_server);
        _other = await Instance.StartAsync(_server);
    }

    [TearDown]
    public async Task StopAsync()
    {
        // First the server: connections do not wait for one that hangs.
        await _server.DisposeAsync();
        await _one.DisposeAsync();
        await _other.DisposeAsync();
    }

    [Test]
    public async Task One_instance_has_a_lease_until_it_is_released()
    {
        ISessionLease? first = await _one.Leases.TryAcquireAsync("k");
        ISessionLease? meanwhile = await _other.Leases.TryAcquireAsync("k");
        await first!.DisposeAsync();
        await using ISessionLease? next = await _other.Leases.TryAcquireAsync("k");

        Assert.That((meanwhile, next?.IsLost), Is.EqualTo(((ISessionLease?)null, false)));
    }

    [Test]
    public async Task Leases_of_other_sessions_are_free()
    {
        await using ISessionLease? one = await _one.Leases.TryAcquireAsync("k"), another = await _other.Leases.TryAcquireAsync("another");

        Assert.That((one?.IsLost, another?.IsLost), Is.EqualTo((false, false)));
    }

    [Test]
    public async Task One_of_many_who_come_together_has_the_lease()
    {
        ISessionLease?[] leases = await Task.WhenAll(Enumerable.Range(0, 16).Select(caller => Task.Run(
            async () => await (caller % 2 == 0 ? _one : _other).Leases.TryAcquireAsync("k"))));

        Assert.That(leases.OfType<ISessionLease>().Count(), Is.EqualTo(1));
        await leases.OfType<ISessionLease>().Single().DisposeAsync();
    }

    [Test]
    public async Task A_lease_expires_10_seconds_after_its_instance_has_died()
    {
        await using ISessionLease? lease = await _one.Leases.TryAcquireAsync("k");

        Assert.That(await _server.Database().KeyTimeToLiveAsync(LeaseKey), Is.GreaterThan(TimeSpan.FromSeconds(5)).And.LessThanOrEqualTo(TimeSpan.FromSeconds(10)));
    }

    [Test]
    public async Task A_lease_is_renewed_while_it_is_held()
    {
        await using ISessionLease? lease = await _one.Leases.TryAcquireAsync("k");
        await _server.Database().KeyExpireAsync(LeaseKey, TimeSpan.FromSeconds(6));

        Assert.That(() => _server.Database().KeyTimeToLive(LeaseKey), Is.GreaterThan(TimeSpan.FromSeconds(6)).After(6000, 50));
        Assert.That(lease!.IsLost, Is.False);
    }

    [Test]
    public async Task A_lease_that_the_server_has_forgotten_is_lost()
    {
        await using ISessionLease? lease = await _one.Leases.TryAcquireAsync("k");
        await _server.ExecuteAsync("FLUSHALL");

        Assert.That(() => lease!.IsLost, Is.True.After(15_000, 50));
    }

    [Test]
    public async Task A_lease_that_another_instance_has_taken_is_lost_and_its_release_leaves_the_other_one_alone()
    {
        ISessionLease? lost = await _one.Leases.TryAcquireAsync("k");
        await _server.Database().KeyDeleteAsync(LeaseKey);
        ISessionLease? taken = null;

        // On a busy machine, an attempt can take longer than a lease may and is given up.
        Assert.That(async () => taken ??= await _other.Leases.TryAcquireAsync("k"), Is.Not.Null.After(15_000, 50));
        await using ISessionLease owned = taken!;
        Assert.That(() => lost!.IsLost, Is.True.After(15_000, 50));

        await lost!.DisposeAsync();

        Assert.That((await _server.Database().KeyExistsAsync(LeaseKey), owned.IsLost), Is.EqualTo((true, false)));
    }

    [Test]
    public async Task A_lease_that_cannot_be_renewed_is_lost()
    {
        await using Instance impatient = await Instance.StartAsync(_server, configure: RedisServer.Impatient);
        ISessionLease? lease = await impatient.Leases.TryAcquireAsync("k");
        Assert.That(lease, Is.Not.Null);
        await _server.ExecuteAsync("CLIENT", "PAUSE", 60_000, "ALL");

        Assert.That(() => lease!.IsLost, Is.True.After(30_000, 100));

        // The connection would wait for the response when it is closed.
        _server.Stop();
    }

    [Test]
    public async Task A_server_that_is_down_is_a_failure_and_not_a_lease_of_another_instance()
    {
        await using Instance impatient = await Instance.StartAsync(_server, configure: RedisServer.Impatient);
        _server.Stop();

        Assert.That(async () => await impatient.Leases.TryAcquireAsync("k"), Throws.InstanceOf<RedisException>().Or.InstanceOf<TimeoutException>());
    }

    [Test]
    public async Task A_server_that_hangs_is_a_failure_and_not_a_lease_of_another_instance()
    {
        await using Instance impatient = await Instance.StartAsync(_server, configure: RedisServer.Impatient);
        await _server.ExecuteAsync("CLIENT", "PAUSE", 60_000, "ALL");

        Assert.That(async () => await impatient.Leases.TryAcquireAsync("k"), Throws.InstanceOf<RedisException>().Or.InstanceOf<TimeoutException>());

        // The connection would wait for the response when it is closed.
        _server.Stop();
    }
}
