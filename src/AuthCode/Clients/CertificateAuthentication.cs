using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AuthCode;

/// <summary>A certificate whose key signs a new assertion for each attempt (RFC 7523 section 2.2).</summary>
internal sealed class CertificateAuthentication : ClientAuthentication
{
    // What Entra ID takes, and PS256 needs no less (RFC 7518 section 3.5).
    private const int ShortestKey = 2048;

    private readonly X509Certificate2 _certificate;
    private readonly bool _sendCertificateChain;

    internal CertificateAuthentication(X509Certificate2 certificate, bool sendCertificateChain)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        using RSA? key = certificate.HasPrivateKey ? certificate.GetRSAPrivateKey() : null;
        if (key is null)
        {
            throw new ArgumentException(
                "The certificate must have an RSA private key: load it from a PFX, or from PEM with its key (X509Certificate2.CreateFromPem).",
                nameof(certificate));
        }

        if (key.KeySize < ShortestKey)
        {
            throw new ArgumentException($"The certificate's RSA key must have {ShortestKey} bits or more: it has {key.KeySize}.", nameof(certificate));
        }

        _certificate = certificate;
        _sendCertificateChain = sendCertificateChain;
    }

    internal override void Check(DateTimeOffset now, string parameterName)
    {
        if (now.UtcDateTime >= _certificate.NotAfter.ToUniversalTime())
        {
            throw new ArgumentException(
                $"The client certificate expired on {_certificate.NotAfter.ToUniversalTime():O}: register and pass a new one.", parameterName);
        }
    }

    internal override void Authenticate(ClientRequest request, CancellationToken cancellationToken) =>
        AssertionAuthentication.AddAssertion(
            request, ClientAssertionBuilder.Build(_certificate, _sendCertificateChain, request.ClientId, request.TokenEndpoint, request.Now));
}
