using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AuthCode;

/// <summary>A certificate whose key signs a new assertion for each attempt (RFC 7523 section 2.2).</summary>
internal sealed class CertificateAuthentication : ClientAuthentication
{
    // What Entra ID takes, and PS256 needs no less (RFC 7518 section 3.5).
    private const int ShortestRsaKey = 2048;

    private readonly X509Certificate2 _certificate;
    private readonly ClientAssertionBuilder _builder;

    /// <param name="certificate">The certificate.</param>
    /// <param name="options">How assertions are signed.</param>
    /// <param name="parameterName">The parameter that the caller passed the certificate as, for messages.</param>
    internal CertificateAuthentication(X509Certificate2 certificate, ClientAssertionOptions options, string parameterName)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        ArgumentNullException.ThrowIfNull(options);
        _builder = new ClientAssertionBuilder(options);
        if (options.Algorithm == ClientAssertionAlgorithm.ES256)
        {
            RequireCurve(certificate, parameterName);
        }
        else
        {
            RequireRsa(certificate, parameterName);
        }

        _certificate = certificate;
    }

    internal override void Check(DateTimeOffset now, string? issuer, string parameterName)
    {
        if (ProblemAt(now) is { } problem)
        {
            throw new ArgumentException(problem, parameterName);
        }

        _builder.Check(issuer, parameterName);
    }

    /// <summary>What is wrong with the certificate now; <see langword="null"/> when nothing is.</summary>
    internal string? ProblemAt(DateTimeOffset now) => now.UtcDateTime >= _certificate.NotAfter.ToUniversalTime()
        ? $"The client certificate expired on {_certificate.NotAfter.ToUniversalTime():O}: register and pass a new one."
        : null;

    internal override void Authenticate(ClientRequest request, CancellationToken cancellationToken)
    {
        request.Fingerprint = _certificate.GetHashCode();
        AssertionAuthentication.AddAssertion(request, _builder.Build(_certificate, request));
    }

    private static void RequireRsa(X509Certificate2 certificate, string parameterName)
    {
        using RSA? key = certificate.HasPrivateKey ? certificate.GetRSAPrivateKey() : null;
        if (key is null)
        {
            throw new ArgumentException(
                "The certificate must have an RSA private key: load it from a PFX, or from PEM with its key (X509Certificate2.CreateFromPem). " +
                "A key on P-256 signs with ClientAssertionAlgorithm.ES256.",
                parameterName);
        }

        if (key.KeySize < ShortestRsaKey)
        {
            throw new ArgumentException($"The certificate's RSA key must have {ShortestRsaKey} bits or more: it has {key.KeySize}.", parameterName);
        }
    }

    private static void RequireCurve(X509Certificate2 certificate, string parameterName)
    {
        using ECDsa? key = certificate.HasPrivateKey ? certificate.GetECDsaPrivateKey() : null;
        if (key is null || !P256.IsCurveOf(key))
        {
            throw new ArgumentException("For ClientAssertionAlgorithm.ES256 the certificate must have a private key on the curve P-256.", parameterName);
        }
    }
}
