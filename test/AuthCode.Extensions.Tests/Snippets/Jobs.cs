using Azure.Core;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AuthCode.Extensions.Tests.Snippets;

/// <summary>The worker of docs/background-jobs.md; BackgroundJobTests runs it.</summary>
internal static class Jobs
{
    internal static void Add(IServiceCollection services, IConfiguration configuration)
    {
        services.AddDataProtection().SetApplicationName("orders").PersistKeysToFileSystem(new DirectoryInfo(configuration["KeyRing"]!));
        services.AddAuthorizationCodeClient("entra", configuration.GetSection("AzureAd")).UseDistributedCache();
        services.AddHostedService<ExportWorker>();
    }

    internal sealed record Job(string SessionKey);

    /// <summary>A queue, as the service has one.</summary>
    internal interface IJobQueue
    {
        IAsyncEnumerable<Job> TakeAllAsync(CancellationToken cancellationToken);

        Task CompleteAsync(Job job);

        Task PutBackAsync(Job job, TimeSpan? delay);

        Task AwaitUserAsync(Job job, IReadOnlyList<string> scopes, string? claims);
    }

    /// <summary>The API that the jobs call.</summary>
    internal interface IOrders
    {
        Task ExportAsync(Job job, string accessToken, CancellationToken cancellationToken);
    }

    internal sealed class ExportWorker(UserSessions sessions, IJobQueue queue, IOrders orders) : BackgroundService
    {
        private static readonly string[] Scopes = ["api://orders/.default"];

        protected override Task ExecuteAsync(CancellationToken stoppingToken) => Parallel.ForEachAsync(
            queue.TakeAllAsync(stoppingToken), new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = stoppingToken }, RunAsync);

        private async ValueTask RunAsync(Job job, CancellationToken cancellationToken)
        {
            try
            {
                if (await sessions.FindAsync(job.SessionKey, cancellationToken) is not { } session)
                {
                    await queue.AwaitUserAsync(job, Scopes, claims: null); // signed out, expired or lost
                    return;
                }

                AccessToken token = await session.Credential.GetTokenAsync(new TokenRequestContext(Scopes), cancellationToken);
                await orders.ExportAsync(job, token.Token, cancellationToken);
                await queue.CompleteAsync(job);
            }
            catch (ObjectDisposedException)
            {
                await queue.AwaitUserAsync(job, Scopes, claims: null); // ended by another job of this process
            }
            catch (AuthenticationFailedException e)
            {
                await (e.IsSignInRequired ? queue.AwaitUserAsync(job, e.Scopes, e.Response?.Claims) : queue.PutBackAsync(job, e.Response?.RetryAfter));
            }
        }
    }
}
