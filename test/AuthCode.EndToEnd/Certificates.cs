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

    internal static X509Certificate2 Curve()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new CertificateRequest("CN=the client", key, HashAlgorithmName.SHA256).CreateSelfSigned(Begin, End);
    }
}
