using AuthCode.Benchmarks.Subjects;
using Azure.Core;
using Microsoft.Extensions.Time.Testing;

namespace AuthCode.Benchmarks.Scenarios;

/// <summary>A thousand callers at once on a credential without a valid token, at a server whose codes and refresh tokens work once.</summary>
internal static class Stampede
{
    private const int Callers = 1000;
    private static readonly TimeSpan AnswerTakes = TimeSpan.FromMilliseconds(50);

    internal static async Task<IEnumerable<Measure>> RunAsync() =>
    [
        .. await ColdAsync("AuthCode", static http => Clients.AuthCode(http)),
        .. await ColdAsync("Azure.Identity", static http => Clients.AzureIdentity(http)),
        .. await ExpiredAsync("AuthCode", static (http, time) => Clients.AuthCode(http, time: time)),
        .. await ExpiredAsync("Azure.Identity", static (http, _) => Clients.AzureIdentity(http)),
    ];

    private static async Task<Measure[]> ColdAsync(string subject, Func<HttpClient, TokenCredential> make)
    {
        using var server = new TokenServer(isStrict: true, delay: AnswerTakes);
        int failed = await FailuresOfAllAsync(make(server.ToClient()));
        return
        [
            new Measure("1,000 callers on a cold credential: requests", subject, server.Requests, ""),
            new Measure("1,000 callers on a cold credential: callers that fail", subject, failed, ""),
        ];
    }

    private static async Task<Measure[]> ExpiredAsync(string subject, Func<HttpClient, TimeProvider, TokenCredential> make)
    {
        // The first token has expired when it comes; the clock of AuthCode stands still and so needs a step.
        using var server = new TokenServer(isStrict: true, delay: AnswerTakes) { Life = TimeSpan.FromSeconds(1) };
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        TokenCredential credential = make(server.ToClient(), time);
        await credential.GetTokenAsync(Clients.Request, CancellationToken.None);
        time.Advance(TimeSpan.FromSeconds(2));
        server.Life = TimeSpan.FromHours(1);
        int failed = await FailuresOfAllAsync(credential);
        return
        [
            new Measure("1,000 callers on an expired token: requests", subject, server.Requests - 1, ""),
            new Measure("1,000 callers on an expired token: callers that fail", subject, failed, ""),
        ];
    }

    private static async Task<int> FailuresOfAllAsync(TokenCredential credential)
    {
        var start = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<bool>[] callers = [.. Enumerable.Range(0, Callers).Select(_ => CallAsync())];
        start.SetResult();
        bool[] served = await Task.WhenAll(callers);
        return served.Count(static ok => !ok);

        async Task<bool> CallAsync()
        {
            await start.Task;
            try
            {
                return (await credential.GetTokenAsync(Clients.Request, CancellationToken.None)).Token.Length > 0;
            }
            catch (Exception e) when (e is AuthenticationFailedException or Azure.Identity.AuthenticationFailedException)
            {
                return false;
            }
        }
    }
}
