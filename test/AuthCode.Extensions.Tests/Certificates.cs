using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AuthCode.Extensions.Tests;

/// <summary>Certificates that sign themselves, and files of them.</summary>
internal static class Certificates
{
    internal static X509Certificate2 Create(string subject, DateTimeOffset? notBefore = null, DateTimeOffset? notAfter = null, int bits = 2048)
    {
        using RSA key = RSA.Create(bits);
        return new CertificateRequest(subject, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(notBefore ?? The.Now.AddYears(-6), notAfter ?? The.Now.AddYears(60));
    }

    internal static string Pem(X509Certificate2 certificate)
    {
        using RSA key = certificate.GetRSAPrivateKey()!;
        return certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem();
    }

    internal static string Pem(string subject)
    {
        using X509Certificate2 certificate = Create(subject);
        return Pem(certificate);
    }

    internal static string Base64(string subject, string? password = null, DateTimeOffset? notAfter = null, int bits = 2048)
    {
        using X509Certificate2 certificate = Create(subject, notAfter: notAfter, bits: bits);
        return Convert.ToBase64String(certificate.Export(X509ContentType.Pfx, password));
    }
}
