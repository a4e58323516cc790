using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Azure.Core;

namespace AuthCode.Tests;

/// <summary>Builders of what a test needs but does not care about.</summary>
internal static class Some
{
    internal static ServerProfile Dialect { get; } = new EntraProfile(ServerSettings.None);

    /// <summary>The parameters of a token request.</summary>
    internal static TokenParameters Parameters(TenantId tenant) => new(tenant, [The.Vault], claims: "{}", resource: null, Guid.Empty);

    internal static TokenRequestContext Request(params string[] scopes) => new(scopes.Length == 0 ? [The.Vault] : scopes);

    internal static TokenRequestContext Request(string scope, string? claims = null, string? tenant = null, bool cae = false, string? requestId = null) =>
        new([scope], requestId, claims, tenant, cae);

    internal static AuthorizationCodeCredentialOptions Options(HttpMessageHandler endpoint, TimeProvider? time = null, Action<AuthorizationCodeCredentialOptions>? configure = null)
    {
        var options = new AuthorizationCodeCredentialOptions
        {
            AuthorityHost = The.Authority,
            HttpClient = new HttpClient(endpoint) { Timeout = Timeout.InfiniteTimeSpan },
            TimeProvider = time ?? TimeProvider.System,
        };
        // Most tests count requests and not waits.
        options.Retry.Delay = TimeSpan.Zero;
        configure?.Invoke(options);
        return options;
    }

    internal static AuthorizationCodeClientOptions ClientOptions(HttpMessageHandler endpoint)
    {
        var options = new AuthorizationCodeClientOptions { AuthorityHost = The.Authority, HttpClient = new HttpClient(endpoint) { Timeout = Timeout.InfiniteTimeSpan } };
        options.Retry.Delay = TimeSpan.Zero;
        return options;
    }

    internal static AuthorizationCodeCredential Credential(HttpMessageHandler endpoint, TimeProvider? time = null, Action<AuthorizationCodeCredentialOptions>? configure = null) =>
        new(The.Tenant, The.Client, The.Code, The.Redirect, Options(endpoint, time, configure));

    internal static X509Certificate2 Certificate(DateTimeOffset? notAfter = null)
    {
        using RSA key = RSA.Create(2048);
        DateTimeOffset end = notAfter ?? new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero);
        return new CertificateRequest("CN=the client", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero), end);
    }

    internal static X509Certificate2 CurveCertificate(ECCurve curve)
    {
        using ECDsa key = ECDsa.Create(curve);
        return new CertificateRequest("CN=the client", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero));
    }

    /// <summary>A server's certificate for a name, signed by itself.</summary>
    internal static X509Certificate2 ServerCertificate(string name, DateTimeOffset notAfter)
    {
        using RSA key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        return request.CreateSelfSigned(new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero), notAfter);
    }
}
