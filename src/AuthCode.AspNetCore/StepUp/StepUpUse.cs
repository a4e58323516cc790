using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AuthCode;

/// <summary>Warns once the host has started, if nobody has called <c>UseAuthCode</c>: its pipeline is complete only then.</summary>
/// <param name="logger">The logger.</param>
internal sealed class StepUpUse(ILogger<StepUpMiddleware> logger) : IHostedLifecycleService
{
    private volatile bool _isUsed;

    internal void Note() => _isUsed = true;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        if (!_isUsed)
        {
            Log.NotUsed(logger);
        }

        return Task.CompletedTask;
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
