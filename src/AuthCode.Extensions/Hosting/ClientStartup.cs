using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AuthCode;

/// <summary>Creates a client when the host starts, so that a mistake in its configuration is told then, and stores what is left when it stops.</summary>
/// <param name="name">The name of the client.</param>
/// <param name="services">The services of the host.</param>
internal sealed class ClientStartup(string name, IServiceProvider services) : IHostedService
{
    // Kept: the services can have been disposed of when the host stops, by a test host for example.
    private UserSessions? _sessions;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _ = services.GetRequiredKeyedService<AuthorizationCodeClient>(name);
        _sessions = services.GetRequiredKeyedService<UserSessions>(name);
        return Task.CompletedTask;
    }

    // Refreshes that are under way store their result themselves; this is for what the store did not take before.
    public Task StopAsync(CancellationToken cancellationToken) => _sessions?.FlushAsync(cancellationToken) ?? Task.CompletedTask;
}
