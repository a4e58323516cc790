using AuthCode.Farm.Instances;
using AuthCode.Farm.Parts;
using AuthCode.Tests.Scenarios.Leaks;

namespace AuthCode.Farm;

/// <summary>Everything that is in Redis, and everything that instances log: no token, no key of a session and no user is in it, in any encoding.</summary>
internal sealed class CanaryTests(StoreKind store) : FarmFixture(store)
{
    private const int Users = 5;

    [Test]
    public async Task Redis_and_the_logs_hold_no_secret()
    {
        await using ServiceFarm farm = await ServiceFarm.StartAsync(Store, instances: 2);
        IReadOnlyList<Session> sessions = await farm.SignInAsync(Users);
        await farm.AcquireAsync(sessions, calls: 1);
        string[] codes = [.. farm.Aad.TokenRequests.Select(static request => request.Form.GetValueOrDefault("code")).OfType<string>()];
        await farm.ExpireTokensAsync();
        await farm.AcquireAsync(sessions, calls: 1);
        string[] accessTokens = [.. (await farm.Instances[0].AskAsync(new Command("show") { Sessions = sessions, Scope = ServiceFarm.Scope })).Tokens];
        string[] refreshTokens = [.. farm.Aad.TokenRequests.Select(static request => request.Form.GetValueOrDefault("refresh_token")).OfType<string>()];
        Assert.That((codes.Length, accessTokens.Length, refreshTokens.Length), Is.EqualTo((Users, Users, Users)));

        string everything = farm.Redis.Dump() + string.Concat(farm.Instances.Select(static instance => instance.Log));

        string[] secrets = [.. codes, .. accessTokens, .. refreshTokens, .. sessions.SelectMany(static session => new[] { session.Key, session.ObjectId }), ServiceFarm.UserName];
        Assert.Multiple(() =>
        {
            Assert.That(everything, Has.Length.GreaterThan(10_000));
            Assert.That(secrets.Where(secret => Canaries.FormsOf(secret).Any(form => everything.Contains(form, StringComparison.OrdinalIgnoreCase))), Is.Empty);
        });
    }
}
