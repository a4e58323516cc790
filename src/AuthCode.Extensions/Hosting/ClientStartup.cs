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
    // Kept: the services can have been disposed of when the host stops, by a test host for example.
    private UserSessions? _sessions;
    private ILogger _logger = NullLogger.Instance;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _ = services.GetRequiredKeyedService<AuthorizationCodeClient>(name);
        _sessions = services.GetRequiredKeyedService<UserSessions>(name);
        _logger = services.GetService<ILoggerFactory>()?.CreateLogger(ExtensionsLog.Category) ?? _logger;
        return Task.CompletedTask;
    }

    // Requests that are under way are waited for; what the store does not take now is lost with the process.
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_sessions is null)
        {
            return;
        }

        try
        {
            LogUnlessNone(await _sessions.FlushAsync(cancellationToken).ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
            // The time to stop is over.
            LogUnlessNone(_sessions.PendingCount);
            throw;
        }
    }

    private void LogUnlessNone(int lost)
    {
        if (lost > 0)
        {
            ExtensionsLog.NotStored(_logger, name, lost);
        }
    }
}
