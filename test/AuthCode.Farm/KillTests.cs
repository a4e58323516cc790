using AuthCode.Farm.Instances;
using AuthCode.Farm.Parts;

namespace AuthCode.Farm;

/// <summary>An instance is killed in the middle of a refresh. The lease that it leaves behind expires after 10 seconds.</summary>
internal sealed class KillTests(StoreKind store) : FarmFixture(store)
{
    [Test]
    public async Task Before_the_request_is_sent_another_instance_refreshes_instead()
    {
        (Tally tally, int refreshes, int revoked) = await KillAsync(GatePlace.Send, grace: TimeSpan.Zero);

        Assert.That((tally.ToString(), refreshes, revoked), Is.EqualTo(("1 tokens, 0 foreign, 0 missing", 1, 0)));
    }

    [Test]
    public async Task After_the_response_another_instance_refreshes_again_within_the_grace_period_of_the_server()
    {
        (Tally tally, int refreshes, int revoked) = await KillAsync(GatePlace.Response, grace: TimeSpan.FromSeconds(60));

        Assert.That((tally.ToString(), refreshes, revoked), Is.EqualTo(("1 tokens, 0 foreign, 0 missing", 2, 0)));
    }

    [Test]
    public async Task After_the_response_the_session_is_lost_at_a_server_without_a_grace_period()
    {
        (Tally tally, _, int revoked) = await KillAsync(GatePlace.Response, grace: TimeSpan.Zero);

        Assert.That((tally.ToString(), revoked), Is.EqualTo(("0 tokens, 0 foreign, 0 missing, 1 sign-in required", 1)));
    }

    private async Task<(Tally Tally, int Refreshes, int Revoked)> KillAsync(GatePlace place, TimeSpan grace)
    {
        await using ServiceFarm farm = await ServiceFarm.StartAsync(Store, instances: 2, grace: grace);
        InstanceProcess victim = farm.Instances[0], other = farm.Instances[1];
        Session[] sessions = await farm.SignInAsync(victim, 1);
        await farm.AcquireAsync(sessions, calls: 1);
        await farm.ExpireTokensAsync();
        await victim.AskAsync(new Command("close") { Place = place });
        _ = ServiceFarm.AcquireAsync(victim, sessions).ContinueWith(static ended => ended.Exception, TaskScheduler.Default);
        await victim.GateReachedAsync();

        victim.Kill();
        Tally tally = await ServiceFarm.AcquireAsync(other, sessions);
        return (tally, farm.Refreshes, farm.Aad.RevokedFamilies);
    }
}
