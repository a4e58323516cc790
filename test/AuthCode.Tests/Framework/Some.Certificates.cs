using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AuthCode.Tests;

/// <summary>Certificates, each signed by its own key.</summary>
internal static partial class Some
{
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
