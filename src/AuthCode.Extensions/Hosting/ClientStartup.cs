using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuthCode;

/// <summary>Creates a client when the host starts, so that a mistake in its configuration is told then, and stores what is left when it stops.</summary>
/// <param name="name">The name of the client.</param>
/// <param name="services">The services of the host.</param>
internal sealed class ClientStartup(string name, IServiceProvider services) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _ = services.GetRequiredKeyedService<AuthorizationCodeClient>(name);
        return Task.CompletedTask;
    }

    // Requests that are under way are waited for; what the store does not take now is lost with the process.
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        int lost = await services.GetRequiredKeyedService<UserSessions>(name).FlushAsync(cancellationToken).ConfigureAwait(false);
        if (lost > 0)
        {
            ILogger logger = services.GetService<ILoggerFactory>()?.CreateLogger(ExtensionsLog.Category) ?? NullLogger.Instance;
            ExtensionsLog.NotStored(logger, name, lost);
        }
    }
}
