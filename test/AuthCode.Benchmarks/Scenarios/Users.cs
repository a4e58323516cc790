using System.Diagnostics;
using AuthCode.Benchmarks.Subjects;
using Azure.Core;

namespace AuthCode.Benchmarks.Scenarios;

/// <summary>Many users of one app registration: the time to sign them all in, and what each of them keeps.</summary>
internal static class Users
{
    internal static async Task<IEnumerable<Measure>> RunAsync(int users)
    {
        using var server = new TokenServer();
        HttpClient http = server.ToClient();
        AuthorizationCodeClient client = Clients.AuthCodeClient(http);
        var floor = new Floor(http);
        Uri endpoint = Floor.Endpoint(The.Authority, The.Tenant);

        var subjects = new List<(string Subject, Func<int, Task<object>> SignIn)>
        {
            ("Floor", async user =>
            {
                Floor.Tokens tokens = await floor.RedeemAsync(endpoint, The.Code);
                floor.Keep(user.ToString(System.Globalization.CultureInfo.InvariantCulture), tokens);
                return floor;
            }),
            ("AuthCode", async _ =>
            {
                AuthorizationCodeCredential credential = client.CreateCredential(The.Code, The.Redirect);
                await credential.GetTokenAsync(Clients.Request);
                return credential;
            }),
            ("AuthCode, own registration", async _ => await SignInAsync(Clients.AuthCode(http))),
            ("Azure.Identity", async _ => await SignInAsync(Clients.AzureIdentity(http))),
        };

        var measures = new List<Measure>();
        foreach ((string subject, Func<int, Task<object>> signIn) in subjects.OrderBy(static _ => System.Security.Cryptography.RandomNumberGenerator.GetInt32(1000)))
        {
            for (int i = 0; i < 200; i++)
            {
                await signIn(i);
            }

            var kept = new object[users];
            long before = GC.GetTotalMemory(forceFullCollection: true);
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < users; i++)
            {
                kept[i] = await signIn(i + 200);
            }

            TimeSpan took = Stopwatch.GetElapsedTime(start);
            long after = GC.GetTotalMemory(forceFullCollection: true);
            GC.KeepAlive(kept);

            // Both tokens as the strings that anyone must keep.
            const double TokenStrings = 2 * (22 + (2.0 * TokenServer.TokenLength));
            measures.Add(new Measure($"create and redeem {users:N0} users", subject, took.TotalSeconds, "s"));
            measures.Add(new Measure("kept per user beyond two token strings", subject, ((after - before) / (double)users) - TokenStrings, "B"));
        }

        return measures;
    }

    private static async Task<object> SignInAsync(TokenCredential credential)
    {
        await credential.GetTokenAsync(Clients.Request, CancellationToken.None);
        return credential;
    }
}
