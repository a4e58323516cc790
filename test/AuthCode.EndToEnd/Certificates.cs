using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AuthCode.EndToEnd;

/// <summary>Certificates of a client, signed by themselves.</summary>
internal static class Certificates
{
    private static readonly DateTimeOffset Begin = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset End = new(2100, 1, 1, 0, 0, 0, TimeSpan.Zero);

    internal static X509Certificate2 Rsa()
    {
        using RSA key = RSA.Create(2048);
        return new CertificateRequest("CN=the client", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSelfSigned(Begin, End);
    }

    /// <summary>One that a connection may present: servers look at what it is for.</summary>
    internal static X509Certificate2 OfTlsClient()
    {
        using RSA key = RSA.Create(2048);
        var request = new CertificateRequest("CN=the client", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.2")], critical: true));
        return request.CreateSelfSigned(Begin, End);
    }

    /// <summary>A server's, for one host.</summary>
    internal static X509Certificate2 OfServer(string host)
    {
        using RSA key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={host}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        return request.CreateSelfSigned(Begin, End);
    }

    internal static X509Certificate2 Curve()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new CertificateRequest("CN=the client", key, HashAlgorithmName.SHA256).CreateSelfSigned(Begin, End);
    }
}
