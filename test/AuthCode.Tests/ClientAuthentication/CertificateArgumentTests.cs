using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Time.Testing;

namespace AuthCode.Tests;

/// <summary>Which certificates are taken.</summary>
internal sealed class CertificateArgumentTests
{
    private readonly ScriptedEndpoint _endpoint = new();

    [Test]
    public void No_certificate_is_refused() => Assert.That(static () => ClientAuthentication.Certificate((X509Certificate2)null!), Refusal.OfNull("certificate"));

    [Test]
    public void A_certificate_without_its_private_key_is_refused()
    {
        using X509Certificate2 certificate = Some.Certificate();
        using X509Certificate2 publicPart = X509CertificateLoader.LoadCertificate(certificate.RawData);

        Assert.That(() => ClientAuthentication.Certificate(publicPart), Refusal.Of("certificate", "must have an RSA private key"));
    }

    [Test]
    public void A_certificate_of_another_algorithm_is_refused()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 certificate =
            new CertificateRequest("CN=the client", key, HashAlgorithmName.SHA256).CreateSelfSigned(The.Now, The.Now.AddYears(1));

        Assert.That(() => ClientAuthentication.Certificate(certificate), Refusal.Of("certificate", "must have an RSA private key"));
    }

    [Test]
    public void A_certificate_with_a_short_key_is_refused()
    {
#pragma warning disable CA5385 // The key is short on purpose.
        using RSA key = RSA.Create(1024);
#pragma warning restore CA5385
        using X509Certificate2 certificate =
            new CertificateRequest("CN=the client", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSelfSigned(The.Now, The.Now.AddYears(1));

        Assert.That(() => ClientAuthentication.Certificate(certificate), Refusal.Of("certificate", "must have 2048 bits or more: it has 1024"));
    }

    [Test]
    public void A_certificate_that_expires_in_a_second_is_taken()
    {
        using X509Certificate2 certificate = Some.Certificate(notAfter: The.Now.AddSeconds(1));

        Assert.That(() => Make(certificate), Throws.Nothing);
    }

    [TestCase(0)]
    [TestCase(-1)]
    [TestCase(-86_400)]
    public void An_expired_certificate_is_refused_with_its_end_by_the_clock_of_the_options(int seconds)
    {
        using X509Certificate2 certificate = Some.Certificate(notAfter: The.Now.AddSeconds(seconds));

        Assert.That(() => Make(certificate), Refusal.Of("options", "expired on 2026-11-2"));
    }

    [Test]
    public void A_key_on_another_curve_of_as_many_bits_is_refused_for_ES256()
    {
        using X509Certificate2 koblitz = Some.CurveCertificate(ECCurve.CreateFromFriendlyName("secp256k1"));
        using X509Certificate2 brainpool = Some.CurveCertificate(ECCurve.NamedCurves.brainpoolP256r1);
        using X509Certificate2 good = Some.CurveCertificate(ECCurve.NamedCurves.nistP256);
        var options = new ClientAssertionOptions { Algorithm = ClientAssertionAlgorithm.ES256 };

        Assert.Multiple(() =>
        {
            Assert.That(() => ClientAuthentication.Certificate(koblitz, options), Refusal.Of("certificate", "private key on the curve P-256"));
            Assert.That(() => ClientAuthentication.Certificate(brainpool, options), Refusal.Of("certificate", "private key on the curve P-256"));
            Assert.That(() => ClientAuthentication.Certificate(good, options), Throws.Nothing);
        });
    }

    private AuthorizationCodeCredential Make(X509Certificate2 certificate) => Some.Credential(
        _endpoint, new FakeTimeProvider(The.Now), options => options.ClientAuthentication = ClientAuthentication.Certificate(certificate));
}
