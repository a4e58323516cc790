using AuthCode.Farm.Instances;
using AuthCode.Farm.Parts;

namespace AuthCode.Farm;

/// <summary>All tokens of all users expire at once, and all instances want new ones.</summary>
internal sealed class RefreshStormTests(StoreKind store) : FarmFixture(store)
{
    private const int Users = 200;
    private const int CallsAtEachOfFour = 10;

    [Test]
    public async Task Each_session_is_refreshed_once_by_the_whole_farm()
    {
        await using ServiceFarm farm = await ServiceFarm.StartAsync(Store, instances: 4);
        IReadOnlyList<Session> sessions = await farm.SignInAsync(Users);
        await farm.AcquireAsync(sessions, calls: 1);
        await farm.ExpireTokensAsync();

        Tally tally = await farm.AcquireAsync(sessions, CallsAtEachOfFour);

        Assert.Multiple(() =>
        {
            Assert.That(tally.ToString(), Is.EqualTo($"{Users * CallsAtEachOfFour * 4} tokens, 0 foreign, 0 missing"));
            Assert.That((farm.Refreshes, farm.Aad.RevokedFamilies), Is.EqualTo((Users, 0)));
        });
    }
}
