using System.Globalization;
using System.Text.RegularExpressions;
using AuthCode.Tests.House;
using AuthCode.Tests.Scenarios.Farm;

namespace AuthCode.Tests.Scenarios.Scaling;

/// <summary>The figures of docs/scaling.md are those of the simulation, and its costs are those of the library.</summary>
internal sealed partial class ScalingTests(bool isAsync) : FarmFixture(isAsync)
{
    private const double Active1 = 100_000;
    private const double Active100 = 10_000_000;

    [Test]
    public async Task A_load_a_look_and_a_refresh_cost_what_the_simulation_assumes()
    {
        AuthorizationCodeClient one = Instance(), other = Instance();
        SignedInUser user = await SignIn(one);
        var commands = new List<string>();
        Store.Before = operation =>
        {
            commands.Add(operation);
            return Task.CompletedTask;
        };

        async Task<int> CostOf(Func<Task> act)
        {
            commands.Clear();
            await act();
            return commands.Count;
        }

        int load = await CostOf(async () => await other.Sessions.FindAsync(user.SessionKey));
        int look = await CostOf(async () => await other.Sessions.FindAsync(user.SessionKey));
        AuthorizationCodeCredential credential = await On(other, user.SessionKey);
        int refresh = await CostOf(async () => await Refresh(credential, 1));

        // The store's part: lease and release are two more commands, and the notice of a write is one.
        Assert.That(
            (load, look, refresh),
            Is.EqualTo((FarmSimulation.Costs.Load, FarmSimulation.Costs.Look, FarmSimulation.Costs.Refresh - 3)));
    }

    [Test]
    public void The_page_quotes_the_simulation()
    {
        FarmSimulation shared = new FarmSimulation { Instances = 10 }.Run();
        FarmSimulation withCae = new FarmSimulation { Instances = 10, TokenLife = (TimeSpan.FromHours(24), TimeSpan.FromHours(28)) }.Run();
        FarmSimulation notShared = new FarmSimulation { Instances = 10, SharesTokens = false }.Run();
        FarmSimulation withoutNotices = new FarmSimulation { Instances = 10, HasNotices = false, RevalidateAfter = TimeSpan.FromMinutes(1) }.Run();
        FarmSimulation withAffinity = new FarmSimulation { Instances = 1 }.Run();
        FarmSimulation scattered = new FarmSimulation { Instances = 1_000 }.Run();
        (string Row, double Rate)[] rates =
        [
            ("token requests", shared.Refreshes), ("token requests, continuous access evaluation", withCae.Refreshes), ("token requests, access tokens not shared", notShared.Refreshes),
            ("commands of Redis", shared.Commands), ("commands, without notices, a look each minute", withoutNotices.Commands), ("commands, a user stays on one instance", withAffinity.Commands),
            ("commands, a user meets a thousand instances", scattered.Commands),
        ];
        string page = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docs", "scaling.md"));
        Dictionary<string, string[]> rows = Row().Matches(page).DistinctBy(static row => row.Groups[1].Value).ToDictionary(static row => row.Groups[1].Value, static row => new[] { row.Groups[2].Value, row.Groups[3].Value });

        Assert.Multiple(() =>
        {
            foreach ((string name, double rate) in rates)
            {
                Assert.That(rows.GetValueOrDefault(name), Is.EqualTo(new[] { Rounded(rate * Active1), Rounded(rate * Active100) }), name);
            }
        });
    }

    // Two digits: the assumptions are not better than that.
    private static string Rounded(double rate)
    {
        double unit = Math.Pow(10, Math.Max(0, Math.Floor(Math.Log10(rate)) - 1));
        return (Math.Round(rate / unit) * unit).ToString(rate < 10 ? "0.0" : "#,0", CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"^\| ([^|]+?) \| ([\d.,]+) \| ([\d.,]+) \|$", RegexOptions.Multiline)]
    private static partial Regex Row();
}
