using AuthCode.Farm.Instances;
using AuthCode.Farm.Parts;

namespace AuthCode.Farm;

/// <summary>An instance is stopped, as a rolling deployment does, while it refreshes.</summary>
internal sealed class StopTests(StoreKind store) : FarmFixture(store)
{
    private const int Users = 20;

    [Test]
    public async Task What_is_in_flight_is_finished_and_stored()
    {
        await using ServiceFarm farm = await ServiceFarm.StartAsync(Store, instances: 2);
        InstanceProcess stopped = farm.Instances[0], other = farm.Instances[1];
        Session[] sessions = await farm.SignInAsync(stopped, Users);
        await farm.ExpireTokensAsync();
        using var atServer = new CountdownEvent(Users);
        var respond = new TaskCompletionSource();
        farm.Aad.Options.BeforeTokenResponse = _ =>
        {
            atServer.Signal();
            return respond.Task;
        };
        _ = ServiceFarm.AcquireAsync(stopped, sessions).ContinueWith(static ended => ended.Exception, TaskScheduler.Default);
        Assert.That(atServer.Wait(TimeSpan.FromSeconds(60)), "Not all refreshes have reached the server.");

        Task<int> exit = stopped.TerminateAsync();
        // A process that does not wait for its refreshes ends before the server responds.
        await Task.WhenAny(exit, Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System));
        farm.Aad.Options.BeforeTokenResponse = null;
        respond.SetResult();
        int code = await exit;
        Tally tally = await ServiceFarm.AcquireAsync(other, sessions);

        Assert.That((code, tally.ToString(), farm.Refreshes, farm.Aad.RevokedFamilies), Is.EqualTo((0, $"{Users} tokens, 0 foreign, 0 missing", Users, 0)));
    }
}
