using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AuthCode;

/// <summary>Whether a client could sign users in and keep their sessions: its metadata can be read, and what could not be stored is stored. No token is requested.</summary>
/// <param name="name">The name of the client.</param>
/// <param name="services">The services of the host.</param>
internal sealed class AuthCodeHealthCheck(string name, IServiceProvider services) : IHealthCheck
{
    private static readonly Uri Probe = new("https://localhost/authcode-health");

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        AuthorizationCodeClient client = services.GetRequiredKeyedService<AuthorizationCodeClient>(name);
        try
        {
            // Creating a request needs the metadata of a discovered server, which is kept for a day.
            await client.CreateAuthorizationRequestAsync(Probe, ["openid"], cancellationToken: cancellationToken).ConfigureAwait(false);
        }
        catch (AuthenticationFailedException e)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, "The metadata of the authorization server cannot be read.", e);
        }

        int unstored = await client.Sessions.FlushAsync(cancellationToken).ConfigureAwait(false);
        return unstored == 0
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Degraded($"{unstored} sessions could not be stored: the session store does not respond.");
    }
}
