using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuthCode;

/// <summary>Looks at the sessions in memory now and then, and has those refreshed whose tokens end soon. One timer for all sessions, and nothing of it can end the host.</summary>
/// <param name="name">The name of the client.</param>
/// <param name="options">What is refreshed.</param>
/// <param name="services">The services of the host.</param>
internal sealed class BackgroundRefresh(string name, BackgroundRefreshOptions options, IServiceProvider services) : BackgroundService
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        TimeProvider time = services.GetService<TimeProvider>() ?? TimeProvider.System;
        bool hasFailed = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(NextPause(), time, stoppingToken).ConfigureAwait(false);
                UserSessions sessions = services.GetRequiredKeyedService<UserSessions>(name);
                await sessions.RenewAsync(options.Within, options.MaxConcurrency, options.KeepAliveBefore, stoppingToken).ConfigureAwait(false);
                hasFailed = false;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                if (!hasFailed)
                {
                    ILogger logger = services.GetService<ILoggerFactory>()?.CreateLogger(ExtensionsLog.Category) ?? NullLogger.Instance;
                    ExtensionsLog.BackgroundRefreshFailed(logger, name, e.GetType().Name);
                }

                hasFailed = true;
            }
        }
    }

    // Spread by a quarter either way, so that instances that were started together do not go on together.
    private TimeSpan NextPause()
    {
        TimeSpan pause = options.Within / 4 < LongestPause ? options.Within / 4 : LongestPause;
        return pause * (0.75 + (RandomNumberGenerator.GetInt32(513) / 1024.0));
    }
}
