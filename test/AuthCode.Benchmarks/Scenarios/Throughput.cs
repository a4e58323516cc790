using System.Diagnostics;
using AuthCode.Benchmarks.Subjects;

namespace AuthCode.Benchmarks.Scenarios;

/// <summary>Cached tokens a second, by one thread and by two.</summary>
internal static class Throughput
{
    internal static async Task<IEnumerable<Measure>> RunAsync(TimeSpan time)
    {
        using var server = new TokenServer();
        HttpClient http = server.ToClient();
        using AuthorizationCodeCredential authCode = Clients.AuthCode(http);
        await authCode.GetTokenAsync(Clients.Request);
        Azure.Identity.AuthorizationCodeCredential azureIdentity = Clients.AzureIdentity(http);
        await azureIdentity.GetTokenAsync(Clients.Request);
        var floor = new Floor(http);
        floor.Keep(The.Scope, new Floor.Tokens("a", "r", 3600));

        (string Subject, Action Get)[] subjects =
        [
            ("Floor", () => floor.Find(The.Scope)),
            ("AuthCode", () => _ = authCode.GetToken(Clients.Request)),
            ("Azure.Identity", () => _ = azureIdentity.GetToken(Clients.Request)),
        ];
        var measures = new List<Measure>();
        foreach ((string subject, Action get) in subjects)
        {
            PerSecond(get, threads: 2, time);
            measures.Add(new Measure("cached tokens by 1 thread", subject, PerSecond(get, threads: 1, time) / 1e6, "M/s"));
            measures.Add(new Measure("cached tokens by 2 threads", subject, PerSecond(get, threads: 2, time) / 1e6, "M/s"));
        }

        return measures;
    }

    private static double PerSecond(Action get, int threads, TimeSpan time)
    {
        long calls = 0;
        long start = Stopwatch.GetTimestamp();
        Thread[] all = [.. Enumerable.Range(0, threads).Select(_ => new Thread(Run))];
        Array.ForEach(all, static thread => thread.Start());
        Array.ForEach(all, static thread => thread.Join());
        return calls / Stopwatch.GetElapsedTime(start).TotalSeconds;

        void Run()
        {
            const int Batch = 1000;
            long own = 0;
            while (Stopwatch.GetElapsedTime(start) < time)
            {
                for (int i = 0; i < Batch; i++)
                {
                    get();
                }

                own += Batch;
            }

            Interlocked.Add(ref calls, own);
        }
    }
}
