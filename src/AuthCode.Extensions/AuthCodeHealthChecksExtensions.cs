using AuthCode;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the health checks of clients.</summary>
public static class AuthCodeHealthChecksExtensions
{
    private const string DefaultName = "authcode";
    private const string Tag = "ready";

    /// <summary>Adds a health check of the only client of the host, of the name <c>authcode</c> and with the tag <c>ready</c>: for readiness, never for liveness.</summary>
    /// <param name="checks">The health checks of the host.</param>
    /// <returns>The health checks.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="checks"/> is <see langword="null"/>.</exception>
    /// <remarks>If the host has several clients, or none, the check fails and says so: name the client.</remarks>
    public static IHealthChecksBuilder AddAuthCode(this IHealthChecksBuilder checks)
    {
        ArgumentNullException.ThrowIfNull(checks);
        return checks.Add(new HealthCheckRegistration(DefaultName, static provider => new AuthCodeHealthCheck(name: null, provider), failureStatus: null, [Tag]));
    }

    /// <summary>Adds a health check of a client: for readiness, never for liveness.</summary>
    /// <param name="checks">The health checks of the host.</param>
    /// <param name="client">The name of the client.</param>
    /// <param name="name">The name of the check; <see langword="null"/> for <c>authcode</c>.</param>
    /// <param name="failureStatus">The status of a failure; <see langword="null"/> for <see cref="HealthStatus.Unhealthy"/>.</param>
    /// <param name="tags">The tags; <see langword="null"/> for <c>ready</c>.</param>
    /// <param name="timeout">How long the check may take; <see langword="null"/> for no limit but those of the library and the store.</param>
    /// <returns>The health checks.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="checks"/> or <paramref name="client"/> is <see langword="null"/>.</exception>
    /// <remarks>
    /// A failure is a certificate that cannot be loaded or has expired, metadata of the authorization server that cannot be read (asked
    /// every five minutes) although tokens need it and it has never been read, and a session store or protector that does not return what
    /// it was given. Degraded are other metadata that cannot be read, a certificate that expires within 14 days, sessions that could not be
    /// stored, and keys of Data Protection that are persisted nowhere. No token is requested, none that is under way is waited for, and the
    /// data hold no secret and no user.
    /// </remarks>
    public static IHealthChecksBuilder AddAuthCode(
        this IHealthChecksBuilder checks, string client, string? name = null, HealthStatus? failureStatus = null, IEnumerable<string>? tags = null, TimeSpan? timeout = null)
    {
        ArgumentNullException.ThrowIfNull(checks);
        ArgumentNullException.ThrowIfNull(client);
        return checks.Add(new HealthCheckRegistration(name ?? DefaultName, provider => new AuthCodeHealthCheck(client, provider), failureStatus, tags ?? [Tag], timeout));
    }
}
