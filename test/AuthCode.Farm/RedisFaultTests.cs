using System.Diagnostics;
using System.Globalization;
using AuthCode.Farm.Instances;
using AuthCode.Farm.Parts;

namespace AuthCode.Farm;

/// <summary>Redis is gone for a while, comes back empty, is slow, or fails now and then.</summary>
/// <remarks>Gone is for as long as the calls of a test take; the environment variable <c>AUTHCODE_FARM_OUTAGE</c> has a number of seconds.</remarks>
internal sealed class RedisFaultTests(StoreKind store) : FarmFixture(store)
{
    private const int Users = 20;

    private static readonly TimeSpan Outage =
        TimeSpan.FromSeconds(int.Parse(Environment.GetEnvironmentVariable("AUTHCODE_FARM_OUTAGE") ?? "0", CultureInfo.InvariantCulture));

    [Test]
    public async Task While_it_is_stopped_sessions_in_memory_go_on_and_are_stored_when_it_is_back_although_it_is_empty()
    {
        await using ServiceFarm farm = await ServiceFarm.StartAsync(Store, instances: 1, RefreshTokenUse.Reusable, storeTimeoutSeconds: 2);
        InstanceProcess instance = farm.Instances[0];
        Session[] sessions = await farm.SignInAsync(instance, Users);
        farm.Redis.Stop();
        long stopped = Stopwatch.GetTimestamp();

        Tally valid = await ServiceFarm.AcquireAsync(instance, sessions);
        while (valid.Tokens == Users && Stopwatch.GetElapsedTime(stopped) < Outage)
        {
            valid = await ServiceFarm.AcquireAsync(instance, sessions);
        }

        await farm.ExpireTokensAsync();
        Tally refreshed = await ServiceFarm.AcquireAsync(instance, sessions);
        farm.Redis.StartAgain();
        await instance.FlushedAsync();
        Tally elsewhere = await ServiceFarm.AcquireAsync(await farm.AddInstanceAsync(), sessions);

        Assert.That(
            (valid.ToString(), refreshed.ToString(), elsewhere.ToString(), farm.Refreshes),
            Is.EqualTo(($"{Users} tokens, 0 foreign, 0 missing", $"{Users} tokens, 0 foreign, 0 missing", $"{Users} tokens, 0 foreign, 0 missing", Users)));
    }

    [Test]
    public async Task When_it_comes_back_empty_at_a_strict_server_no_refresh_token_is_sent_twice()
    {
        await using ServiceFarm farm = await ServiceFarm.StartAsync(Store, instances: 2);
        IReadOnlyList<Session> sessions = await farm.SignInAsync(Users);
        await farm.AcquireAsync(sessions, calls: 1);
        await farm.ExpireTokensAsync();
        Tally some = await ServiceFarm.AcquireAsync(farm.Instances[0], sessions);
        farm.Redis.Stop();
        farm.Redis.StartAgain();
        await farm.ExpireTokensAsync();

        Tally tally = await farm.AcquireAsync(sessions, calls: 2);

        Assert.Multiple(() =>
        {
            Assert.That(some.Tokens, Is.EqualTo(Users));
            Assert.That((farm.Aad.RevokedFamilies, tally.Foreign), Is.EqualTo((0, 0)));
            Assert.That(tally.Failures.Keys, Is.SubsetOf(new[] { "sign-in required" }), $"{tally}");
        });
    }

    [Test]
    public async Task While_it_is_slow_each_session_is_refreshed_once()
    {
        await using ServiceFarm farm = await ServiceFarm.StartAsync(Store, instances: 2, hasProxy: true);
        IReadOnlyList<Session> sessions = await farm.SignInAsync(Users);
        await farm.AcquireAsync(sessions, calls: 1);
        await farm.ExpireTokensAsync();
        farm.Proxy.Delay = TimeSpan.FromMilliseconds(5);

        Tally tally = await farm.AcquireAsync(sessions, calls: 2);

        Assert.That((tally.ToString(), farm.Refreshes, farm.Aad.RevokedFamilies), Is.EqualTo(($"{Users * 4} tokens, 0 foreign, 0 missing", Users, 0)));
    }

    [Test]
    public async Task While_one_command_in_five_fails_sessions_in_memory_go_on()
    {
        await using ServiceFarm farm = await ServiceFarm.StartAsync(Store, instances: 2, RefreshTokenUse.Reusable, hasProxy: true, storeTimeoutSeconds: 2);
        IReadOnlyList<Session> sessions = await farm.SignInAsync(Users);
        await farm.AcquireAsync(sessions, calls: 1);
        farm.Proxy.FailsOneIn = 5;

        Tally valid = await farm.AcquireAsync(sessions, calls: 2);
        await farm.ExpireTokensAsync();
        Tally refreshed = await farm.AcquireAsync(sessions, calls: 2);
        bool hasFailed = farm.Proxy.Failed > 0;
        farm.Proxy.FailsOneIn = 0;
        foreach (InstanceProcess instance in farm.Instances)
        {
            await instance.FlushedAsync();
        }

        Assert.That(
            (hasFailed, valid.ToString(), refreshed.ToString()),
            Is.EqualTo((true, $"{Users * 4} tokens, 0 foreign, 0 missing", $"{Users * 4} tokens, 0 foreign, 0 missing")));
    }
}
