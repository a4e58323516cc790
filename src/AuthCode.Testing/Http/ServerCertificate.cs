using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AuthCode.Testing.Http;

/// <summary>A self-signed certificate for a server on this machine, in a temporary file, since WireMock reads one from nowhere else. Disposing it deletes the file.</summary>
internal sealed class ServerCertificate : IDisposable
{
    private readonly byte[] _rawData;

    private ServerCertificate(X509Certificate2 certificate)
    {
        _rawData = certificate.RawData;
        Password = RandomNumberGenerator.GetHexString(32);
        Path = System.IO.Path.GetTempFileName();
        File.WriteAllBytes(Path, certificate.Export(X509ContentType.Pfx, Password));
    }

    internal string Path { get; }

    internal string Password { get; }

    internal static ServerCertificate Create()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        using X509Certificate2 certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(30));
        return new ServerCertificate(certificate);
    }

    internal X509Certificate2 PublicPart() =>
#if NET9_0_OR_GREATER
        X509CertificateLoader.LoadCertificate(_rawData);
#else
        new(_rawData);
#endif

    public void Dispose() => File.Delete(Path);
}
