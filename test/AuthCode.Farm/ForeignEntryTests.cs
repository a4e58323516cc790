using AuthCode.Farm.Instances;
using AuthCode.Farm.Parts;

namespace AuthCode.Farm;

/// <summary>Entries of Redis stand under other keys than their own, or are damaged: nobody gets the session of another user by that.</summary>
internal sealed class ForeignEntryTests(StoreKind store) : FarmFixture(store)
{
    private const int Users = 10;

    [Test]
    public async Task Entries_that_were_swapped_among_users_are_no_sessions()
    {
        await using ServiceFarm farm = await ServiceFarm.StartAsync(Store, instances: 1);
        IReadOnlyList<Session> sessions = await farm.SignInAsync(Users);

        farm.Redis.SwapAll();
        Tally tally = await ServiceFarm.AcquireAsync(await farm.AddInstanceAsync(), sessions);

        Assert.That(tally.ToString(), Is.EqualTo($"0 tokens, 0 foreign, {Users} missing"));
    }

    [Test]
    public async Task Entries_that_were_cut_off_are_no_sessions()
    {
        await using ServiceFarm farm = await ServiceFarm.StartAsync(Store, instances: 1);
        IReadOnlyList<Session> sessions = await farm.SignInAsync(Users);

        farm.Redis.TruncateAll();
        Tally tally = await ServiceFarm.AcquireAsync(await farm.AddInstanceAsync(), sessions);

        Assert.That(tally.ToString(), Is.EqualTo($"0 tokens, 0 foreign, {Users} missing"));
    }

    [Test]
    public async Task The_entries_of_another_client_are_no_sessions()
    {
        await using ServiceFarm farm = await ServiceFarm.StartAsync(Store, instances: 1);
        IReadOnlyList<Session> sessions = await farm.SignInAsync(Users);

        Tally tally = await ServiceFarm.AcquireAsync(await farm.AddInstanceAsync(clientId: "00000000-0000-4000-8000-00000000000a"), sessions);

        Assert.That(tally.ToString(), Is.EqualTo($"0 tokens, 0 foreign, {Users} missing"));
    }
}
