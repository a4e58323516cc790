using AuthCode.Farm.Instances;
using AuthCode.Farm.Parts;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.DependencyInjection;

namespace AuthCode.Farm;

/// <summary>The keys that sessions are encrypted with change, or are gone.</summary>
internal sealed class KeyRingTests(StoreKind store) : FarmFixture(store)
{
    private const int Users = 5;

    [Test]
    public async Task A_new_key_is_used_by_new_instances_and_understood_by_old_ones()
    {
        await using ServiceFarm farm = await ServiceFarm.StartAsync(Store, instances: 1);
        IReadOnlyList<Session> sessions = await farm.SignInAsync(Users);
        CreateKey(farm.KeyRing);
        InstanceProcess newer = await farm.AddInstanceAsync();
        await farm.ExpireTokensAsync();

        Tally atNewer = await ServiceFarm.AcquireAsync(newer, sessions);
        Tally atOlder = await ServiceFarm.AcquireAsync(farm.Instances[0], sessions);

        Assert.That((atNewer.ToString(), atOlder.ToString(), farm.Refreshes), Is.EqualTo(($"{Users} tokens, 0 foreign, 0 missing", $"{Users} tokens, 0 foreign, 0 missing", Users)));
    }

    [Test]
    public async Task Without_the_keys_sessions_are_missing_and_users_can_sign_in_again()
    {
        await using ServiceFarm farm = await ServiceFarm.StartAsync(Store, instances: 1);
        IReadOnlyList<Session> sessions = await farm.SignInAsync(Users);
        farm.Instances[0].Kill();
        foreach (FileInfo key in farm.KeyRing.GetFiles())
        {
            key.Delete();
        }

        InstanceProcess next = await farm.AddInstanceAsync();
        Tally lost = await ServiceFarm.AcquireAsync(next, sessions);
        Tally again = await ServiceFarm.AcquireAsync(next, await farm.SignInAsync(next, Users));

        Assert.That((lost.ToString(), again.ToString()), Is.EqualTo(($"0 tokens, 0 foreign, {Users} missing", $"{Users} tokens, 0 foreign, 0 missing")));
    }

    private static void CreateKey(DirectoryInfo folder)
    {
        IServiceCollection services = new ServiceCollection();
        services.AddDataProtection().SetApplicationName(Instance.ApplicationName).PersistKeysToFileSystem(folder);
        using ServiceProvider provider = services.BuildServiceProvider();
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        provider.GetRequiredService<IKeyManager>().CreateNewKey(now, now.AddDays(90));
    }
}
