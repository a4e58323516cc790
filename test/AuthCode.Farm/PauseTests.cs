using AuthCode.Farm.Instances;
using AuthCode.Farm.Parts;

namespace AuthCode.Farm;

/// <summary>An instance stops in the middle of a refresh for longer than its lease, as a virtual machine does that is moved.</summary>
internal sealed class PauseTests(StoreKind store) : FarmFixture(store)
{
    [Test]
    public async Task Before_it_sends_it_looks_again_and_takes_what_another_instance_has_received()
    {
        (Tally tally, int refreshes, int revoked) = await PauseAsync(GatePlace.Prepare, grace: TimeSpan.Zero);

        Assert.That((tally.ToString(), refreshes, revoked), Is.EqualTo(("2 tokens, 0 foreign, 0 missing", 1, 0)));
    }

    [Test]
    public async Task As_it_sends_the_grace_period_of_the_server_saves_the_session()
    {
        (Tally tally, int refreshes, int revoked) = await PauseAsync(GatePlace.Send, grace: TimeSpan.FromSeconds(60));

        Assert.That((tally.ToString(), refreshes, revoked), Is.EqualTo(("2 tokens, 0 foreign, 0 missing", 2, 0)));
    }

    [Test]
    public async Task After_the_response_the_grace_period_of_the_server_saves_the_session()
    {
        (Tally tally, int refreshes, int revoked) = await PauseAsync(GatePlace.Response, grace: TimeSpan.FromSeconds(60));

        Assert.That((tally.ToString(), refreshes, revoked), Is.EqualTo(("2 tokens, 0 foreign, 0 missing", 2, 0)));
    }

    private async Task<(Tally Tally, int Refreshes, int Revoked)> PauseAsync(GatePlace place, TimeSpan grace)
    {
        await using ServiceFarm farm = await ServiceFarm.StartAsync(Store, instances: 2, grace: grace);
        InstanceProcess paused = farm.Instances[0], other = farm.Instances[1];
        Session[] sessions = await farm.SignInAsync(paused, 1);
        await farm.AcquireAsync(sessions, calls: 1);
        await farm.ExpireTokensAsync();
        await paused.AskAsync(new Command("close") { Place = place });
        Task<Tally> first = ServiceFarm.AcquireAsync(paused, sessions);
        await paused.GateReachedAsync();

        paused.Pause();
        Tally second = await ServiceFarm.AcquireAsync(other, sessions);
        Task opened = paused.AskAsync(new Command("open"));
        paused.Resume();
        await opened;
        Tally both = ServiceFarm.Sum([await first, second]);

        int refreshes = farm.Refreshes;

        // What is left must be one session that goes on.
        await farm.ExpireTokensAsync();
        Tally later = await farm.AcquireAsync(sessions, calls: 1);
        Assert.That(later.ToString(), Is.EqualTo("2 tokens, 0 foreign, 0 missing"));
        return (both, refreshes, farm.Aad.RevokedFamilies);
    }
}
