using System.Globalization;

namespace AuthCode.Tests.Scenarios.Farm;

/// <summary>
/// Two and three instances that refresh one session, in the orders of their steps: lease, read, send, write, release. Time passes only
/// when no instance can go on, so what is explored is the order of events, and not their durations. What no client can prevent must
/// happen in some order: docs/scaling.md says so.
/// </summary>
[Category("interleavings")]
internal sealed class InterleavingTests
{
    /// <summary>How many orders of a case are run at most, from the first on, and how many others beyond these.</summary>
    private static readonly int Most = int.TryParse(
        Environment.GetEnvironmentVariable("AUTHCODE_INTERLEAVINGS"), NumberStyles.None, CultureInfo.InvariantCulture, out int most) ? most : 700;

    [TestCase(2)]
    [TestCase(3)]
    public async Task With_leases_no_refresh_token_is_sent_twice_and_every_caller_gets_a_token(int instances) =>
        Holds(await ExploreAsync(world => world.RunAsync(instances)), static world => world.Replays == 0 && world.Failures == 0);

    [Test]
    public async Task Without_leases_a_server_that_only_refuses_a_used_token_costs_nobody_the_session() =>
        Holds(await ExploreAsync(static world => world.RunAsync(2), static world => world.HasLeases = false), static world => world.Failures == 0);

    [Test]
    public async Task Without_leases_some_order_replays_a_token() =>
        Happens(await ExploreAsync(static world => world.RunAsync(2), static world => world.HasLeases = false), static world => world.Replays > 0);

    [TestCase(2)]
    [TestCase(3)]
    public async Task After_a_sign_out_no_order_leaves_a_session_in_the_store(int instances) =>
        Holds(await ExploreAsync(world => world.RunAsync(instances, world.SignOut)), static world => world.Replays == 0 && !world.IsAlive);

    [Test]
    public async Task After_a_sign_out_and_a_crash_no_order_leaves_a_session_in_the_store() =>
        Holds(await ExploreAsync(static world => world.RunAsync(2, world.SignOut, world.Crash)), static world => !world.IsAlive);

    [Test]
    public async Task After_a_sign_out_and_a_pause_beyond_the_lease_no_order_leaves_a_session_in_the_store() =>
        Holds(await ExploreAsync(static world => world.RunAsync(2, world.SignOut, world.Pause)), static world => !world.IsAlive);

    [TestCase(2)]
    [TestCase(3)]
    public async Task After_a_flush_no_order_sends_a_token_that_the_store_did_not_confirm(int instances) =>
        Holds(await ExploreAsync(world => world.RunAsync(instances, world.Flush)), static world => world.Replays == 0);

    [Test]
    public async Task A_pause_beyond_the_lease_costs_nobody_the_session_where_the_server_has_a_grace_period() =>
        Holds(await ExploreAsync(static world => world.RunAsync(2, world.Pause), static world => world.HasGrace = true), static world => world.Failures == 0);

    [Test]
    public async Task A_pause_beyond_the_lease_replays_a_token_in_some_order_where_it_has_none() =>
        Happens(await ExploreAsync(static world => world.RunAsync(2, world.Pause)), static world => world.Replays > 0);

    [Test]
    public async Task A_crash_costs_nobody_the_session_where_the_server_has_a_grace_period() =>
        Holds(await ExploreAsync(static world => world.RunAsync(2, world.Crash), static world => world.HasGrace = true), static world => world.Failures == 0);

    [Test]
    public async Task A_crash_costs_the_session_in_some_order_where_it_has_none() =>
        Happens(await ExploreAsync(static world => world.RunAsync(2, world.Crash)), static world => !world.IsAlive);

    [Test]
    public async Task A_lost_response_costs_nobody_the_session_where_the_server_has_a_grace_period() =>
        Holds(await ExploreAsync(static world => world.RunAsync(2, world.Loss), static world => world.HasGrace = true), static world => world.IsAlive);

    [Test]
    public async Task A_lost_response_costs_the_session_in_some_order_where_it_has_none() =>
        Happens(await ExploreAsync(static world => world.RunAsync(2, world.Loss)), static world => !world.IsAlive);

    private static void Happens(IReadOnlyList<World> worlds, Func<World, bool> happens) => Assert.That(worlds.Any(happens), Is.True);

    private static void Holds(IReadOnlyList<World> worlds, Func<World, bool> holds)
    {
        World? bad = worlds.FirstOrDefault(world => !holds(world));
        Assert.That(bad is null ? "" : $"{bad.Replays} replays, {bad.Failures} failures, alive {bad.IsAlive}: {string.Join(" · ", bad.Trace)}", Is.Empty);
    }

    /// <summary>Runs all orders; if there are too many, the first ones and others at random.</summary>
    private static async Task<IReadOnlyList<World>> ExploreAsync(Func<World, Task> run, Action<World>? configure = null)
    {
        Seed seed = await Seed.MakeAsync();
        var worlds = new List<World>();
        List<int>? choices = [];
        while (choices is not null && worlds.Count < Most)
        {
            choices = Next(choices, (await RunAsync(choices)).Width);
        }

        TestContext.Out.WriteLine(choices is null ? $"all {worlds.Count} orders" : $"{worlds.Count} orders, and as many at random");
        ulong random = 1;
        for (int more = choices is null ? 0 : Most; more > 0; more--)
        {
            await RunAsync([.. Enumerable.Range(0, 200).Select(_ => NextRandom())]);
        }

        return worlds;

        // The same orders in each run, so that a failure can be repeated.
        int NextRandom() => (int)((random = (random * 6364136223846793005) + 1442695040888963407) >> 33);

        async Task<Interleaving> RunAsync(IReadOnlyList<int> taken)
        {
            var order = new Interleaving(taken);
            var world = new World(order, seed);
            configure?.Invoke(world);
            await run(world);
            worlds.Add(world);
            return order;
        }
    }

    // The last step that had another choice takes it, and what follows begins anew.
    private static List<int>? Next(List<int> choices, List<int> width)
    {
        int[] taken = [.. width.Select((_, at) => at < choices.Count ? choices[at] : 0)];
        int last = Enumerable.Range(0, taken.Length).LastOrDefault(at => taken[at] + 1 < width[at], -1);

        return last < 0 ? null : [.. taken[..last], taken[last] + 1];
    }
}
