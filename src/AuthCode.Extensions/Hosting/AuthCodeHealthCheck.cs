using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AuthCode;

/// <summary>Whether a client could sign users in and keep their sessions. No token is requested, and nothing of it says anything about a user.</summary>
/// <param name="name">The name of the client; <see langword="null"/> for the only one.</param>
/// <param name="services">The services of the host.</param>
internal sealed class AuthCodeHealthCheck(string? name, IServiceProvider services) : IHealthCheck
{
    // Enough for somebody to order, receive and roll out another one.
    private static readonly TimeSpan CertificateWarning = TimeSpan.FromDays(14);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        // Here and not when the check is made: what is thrown here is the result of the check.
        string key = name ?? OnlyName();
        RegisteredClient client = services.GetRequiredKeyedService<RegisteredClient>(key);
        var findings = new HealthFindings(context.Registration.FailureStatus);
        findings.Note("client", key);
        await LookAtCredentialAsync(client, findings, cancellationToken).ConfigureAwait(false);
        LookAtMetadata(client, await services.GetRequiredKeyedService<MetadataProbe>(key).FindAsync(cancellationToken).ConfigureAwait(false), findings);
        if (client.Sessions.Store is not null)
        {
            await LookAtSessionsAsync(client, findings, cancellationToken).ConfigureAwait(false);
        }

        return findings.ToResult();
    }

    private string OnlyName() => services.GetServices<RegisteredName>().ToArray() is [var only]
        ? only.Name
        : throw new InvalidOperationException("The host has several clients, or none: name the client that the check is of, as AddHealthChecks().AddAuthCode(\"entra\").");

    // An outage of the metadata alone must not take a service out of rotation whose sessions go on.
    private static void LookAtMetadata(RegisteredClient client, MetadataReading metadata, HealthFindings findings)
    {
        findings.Note("metadata", metadata.Failure is null ? "works" : "failed");
        if (metadata.Failure is not { } failure)
        {
            return;
        }

        const string Unreadable = "The metadata of the authorization server cannot be read";
        if (metadata.HasWorked)
        {
            findings.Degrade($"{Unreadable}: what was read before serves on.", failure);
        }
        else if (!client.NeedsMetadataForTokens)
        {
            findings.Degrade($"{Unreadable}: sessions go on, and users can sign in only if it was read before.", failure);
        }
        else
        {
            findings.Fail($"{Unreadable}.", failure);
        }
    }

    private static async Task LookAtCredentialAsync(RegisteredClient client, HealthFindings findings, CancellationToken cancellationToken)
    {
        if (client.Credential.AssertionFile is { } file && !File.Exists(file))
        {
            findings.Fail("The file of the client assertion does not exist.");
        }

        if (client.Credential.GetCertificate is not { } getCertificate)
        {
            return;
        }

        try
        {
            X509Certificate2 certificate = await getCertificate(cancellationToken).ConfigureAwait(false);
            DateTimeOffset expiresOn = certificate.NotAfter.ToUniversalTime();
            findings.Note("certificateExpiresOn", expiresOn);
            TimeSpan left = expiresOn - client.Time.GetUtcNow();
            if (left <= TimeSpan.Zero)
            {
                findings.Fail($"The client certificate expired on {expiresOn:O}.");
            }
            else if (left <= CertificateWarning)
            {
                findings.Degrade($"The client certificate expires on {expiresOn:O}: register and install a new one.");
            }
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            findings.Fail($"The client certificate cannot be loaded ({e.GetType().Name}).");
        }
    }

    private static async Task LookAtSessionsAsync(RegisteredClient client, HealthFindings findings, CancellationToken cancellationToken)
    {
        bool works = await SessionStoreProbe.TryAsync(client.Sessions, client.Time, findings, cancellationToken).ConfigureAwait(false);
        findings.Note("keyRing", client.KeyRingProblem is null ? "no problem seen" : "not persisted");
        if (client.KeyRingProblem is { } problem)
        {
            findings.Degrade($"The keys that encrypt sessions are {problem}: sessions do not outlive them, and other instances cannot read them.");
        }

        if (!works)
        {
            return;
        }

        // What could not be stored before is stored now; what is left says that something goes wrong still. Token requests are not waited for.
        int unstored = await client.Client.Sessions.StorePendingAsync(cancellationToken).ConfigureAwait(false);
        findings.Note("unstoredSessions", unstored);
        if (unstored > 0)
        {
            findings.Degrade($"{unstored} sessions of this process could not be stored: other instances do not have their newest tokens.");
        }
    }
}
