using System.Diagnostics;
using AuthCode.Farm.Instances;
using AuthCode.Farm.Parts;
using AuthCode.Testing;
using Azure.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using StackExchange.Redis;

namespace AuthCode.Farm.Measuring;

/// <summary>What a refresh costs with each store, beside the same commands of Redis sent by hand.</summary>
internal static class StoreCosts
{
    private const int Warming = 100;
    private const int Measured = 1_000;

    internal static async Task RunAsync()
    {
        using RedisServer server = RedisServer.Start();
        DirectoryInfo keyRing = Directory.CreateTempSubdirectory("farm-keys");
        using FakeAad aad = FakeAad.Start(static options => (options.AcceptAssertion, options.ClientSecret) = (static _ => true, null));
        using IConnectionMultiplexer redis = server.Connect();
        var settings = new InstanceSettings(
            aad.AuthorityHost.AbsoluteUri, aad.TenantId, aad.ClientId, server.Address, keyRing.FullName, StoreKind.Redis, RefreshTokenUse.SingleUse, TimeSpan.FromSeconds(2), TimeSpan.Zero);
        (string Name, Func<int, Task> Act)[] subjects =
        [
            ("the commands of Redis by hand", number => CommandsAsync(redis.GetDatabase(), number)),
            ("no store", await SubjectAsync(aad, settings, redis, store: null)),
            ("UseRedis", await SubjectAsync(aad, settings, redis, StoreKind.Redis)),
            ("UseDistributedCache, in Redis, with locks", await SubjectAsync(aad, settings, redis, StoreKind.DistributedCache)),
        ];

        var times = subjects.ToDictionary(static subject => subject.Name, static _ => new List<double>());
        for (int i = 0; i < Warming + Measured; i++)
        {
            // Taken in turns, so that a noisy moment meets all of them.
            foreach ((string name, Func<int, Task> act) in subjects)
            {
                long started = Stopwatch.GetTimestamp();
                await act(i);
                if (i >= Warming)
                {
                    times[name].Add(Stopwatch.GetElapsedTime(started).TotalMicroseconds);
                }
            }
        }

        foreach ((string name, List<double> all) in times)
        {
            all.Sort();
            Console.WriteLine($"{name,-45} {all[all.Count / 2],8:0} µs (p50) {all[all.Count * 9 / 10],8:0} µs (p90)");
        }

        keyRing.Delete(recursive: true);
    }

    /// <summary>A refresh of one session, each time because whatever was issued before is no longer good.</summary>
    private static async Task<Func<int, Task>> SubjectAsync(FakeAad aad, InstanceSettings settings, IConnectionMultiplexer redis, StoreKind? store)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Services.AddSingleton(redis);
        Instance.AddClient(builder, settings, store, ClientAuthentication.Assertion(static _ => ValueTask.FromResult("an-assertion-of-the-farm")));
        var canned = new CannedRefreshes();
        builder.Services.AddHttpClient(Instance.Name).AddHttpMessageHandler(() => canned);
        IHost host = builder.Build();
        await host.StartAsync();
        AuthorizationCodeClient client = host.Services.GetRequiredService<AuthorizationCodeClient>();
        AuthorizationRequest request = await client.CreateAuthorizationRequestAsync(aad.RedirectUri, [ServiceFarm.Scope]);
        using var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        using HttpResponseMessage page = await browser.GetAsync(request.Uri);
        SignedInUser user = await client.CompleteSignInAsync(request.Transaction, page.Headers.Location!);
        canned.IsOn = true;
        return async number => await user.Credential.GetTokenAsync(
            new TokenRequestContext([ServiceFarm.Scope], claims: "{\"access_token\":{\"nbf\":{\"essential\":true,\"value\":\"" + (1_700_000_000 + number) + "\"}}}"), CancellationToken.None);
    }

    // Lease, the session and its account, a conditional write, the account again, a notice, and the release.
    private static async Task CommandsAsync(IDatabase database, int number)
    {
        const string Write = "redis.call('HMGET', KEYS[1], 'version', 'data') redis.call('HSET', KEYS[1], 'version', ARGV[1], 'data', ARGV[2], 'expires', ARGV[3]) redis.call('PEXPIREAT', KEYS[1], ARGV[3]) return 1";
        byte[] data = new byte[CannedRefreshes.AccessTokenLength + CannedRefreshes.RefreshTokenLength + 500];
        RedisValue[] fields = ["version", "data", "expires"];
        await database.StringSetAsync("floor:lease", "mine", TimeSpan.FromSeconds(10), When.NotExists);
        await database.HashGetAsync("floor:session", fields);
        await database.HashGetAsync("floor:account", fields);
        await database.ScriptEvaluateAsync(Write, ["floor:session"], [number, data, TimeProvider.System.GetUtcNow().AddDays(14).ToUnixTimeMilliseconds()]);
        await database.PublishAsync(RedisChannel.Literal("floor:changes"), "floor:session");
        await database.HashGetAsync("floor:account", fields);
        await database.ScriptEvaluateAsync("if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0", ["floor:lease"], ["mine"]);
    }
}
