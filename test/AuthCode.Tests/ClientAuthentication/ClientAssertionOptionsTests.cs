using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using AuthCode.Tests.Scenarios.Providers;
using Microsoft.IdentityModel.Tokens;

namespace AuthCode.Tests;

/// <summary>Assertions for servers that want another algorithm, audience or type than Entra ID.</summary>
internal sealed class ClientAssertionOptionsTests(bool isAsync) : ProviderFixture(isAsync)
{
    [TestCase(ClientAssertionAlgorithm.PS256)]
    [TestCase(ClientAssertionAlgorithm.RS256)]
    [TestCase(ClientAssertionAlgorithm.ES256)]
    public async Task The_algorithm_is_the_chosen_one_on_both_grants(ClientAssertionAlgorithm algorithm)
    {
        X509Certificate2 certificate = algorithm == ClientAssertionAlgorithm.ES256 ? SharedCertificate.OnTheCurve : SharedCertificate.OfTheClient;
        await using AuthorizationCodeCredential credential = Credential(options =>
            options.ClientAuthentication = ClientAuthentication.Certificate(certificate, new ClientAssertionOptions { Algorithm = algorithm }));

        await GetToken(credential, "read");
        await GetToken(credential, "write");

        string[] assertions = [.. Server.At("/token").Select(static sent => sent["client_assertion"]!)];
        Assert.That(assertions.Select(static assertion => new Jwt(assertion).Header["alg"].GetString()), Is.EqualTo(new[] { algorithm.ToString(), algorithm.ToString() }));
        Assert.That(assertions.Select(assertion => IsSigned(assertion, certificate, algorithm)), Is.All.True);
    }

    [TestCase(ClientAssertionAudience.Automatic, Provider.Issuer)]
    [TestCase(ClientAssertionAudience.Issuer, Provider.Issuer)]
    [TestCase(ClientAssertionAudience.Endpoint, Provider.TokenEndpoint)]
    public async Task The_audience_is_the_party_that_gets_the_assertion(ClientAssertionAudience audience, string expected)
    {
        await using AuthorizationCodeCredential credential = Credential(options => options.ClientAuthentication =
            ClientAuthentication.Certificate(SharedCertificate.OfTheClient, new ClientAssertionOptions { Audience = audience, Type = "client-authentication+jwt" }));

        await GetToken(credential, "read");

        var assertion = new Jwt(Server.At("/token").Single()["client_assertion"]!);
        Assert.That((assertion.Claims["aud"].GetString(), assertion.Header["typ"].GetString()), Is.EqualTo((expected, "client-authentication+jwt")));
    }

    [Test]
    public async Task Metadata_that_names_a_foreign_endpoint_gets_an_assertion_for_its_own_issuer_only()
    {
        Server.Metadata["token_endpoint"] = "https://victim.example/token";
        await using AuthorizationCodeCredential credential = Credential(static options => options.ClientAuthentication = ClientAuthentication.Certificate(SharedCertificate.OfTheClient));

        await GetToken(credential, "read");

        Assert.That(new Jwt(Server.At("/token").Single()["client_assertion"]!).Claims["aud"].GetString(), Is.EqualTo(Provider.Issuer));
    }

    [Test]
    public void Options_and_certificates_that_do_not_fit_are_refused()
    {
        X509Certificate2 rsa = SharedCertificate.OfTheClient;
        using X509Certificate2 other = Some.CurveCertificate(ECCurve.NamedCurves.nistP384);
        using X509Certificate2 open = X509CertificateLoader.LoadCertificate(rsa.RawData);
        Assert.Multiple(() =>
        {
            Assert.That(() => ClientAuthentication.Certificate(SharedCertificate.OnTheCurve), Refusal.Of("certificate", "must have an RSA private key"));
            Assert.That(() => With(rsa, ClientAssertionAlgorithm.ES256), Refusal.Of("certificate", "a private key on the curve P-256"));
            Assert.That(() => With(other, ClientAssertionAlgorithm.ES256), Refusal.Of("certificate", "a private key on the curve P-256"));
            Assert.That(() => With(open, ClientAssertionAlgorithm.ES256), Refusal.Of("certificate", "a private key on the curve P-256"));
            Assert.That(() => With(rsa, (ClientAssertionAlgorithm)9), Refusal.Of("options", "Algorithm and Audience must be members"));
            Assert.That(() => ClientAuthentication.Certificate(rsa, new ClientAssertionOptions { Type = "a b" }), Refusal.Of("options", "Type must be a media type"));
            Assert.That(() => ClientAuthentication.Certificate(rsa, (ClientAssertionOptions)null!), Refusal.OfNull("options"));
        });
    }

    [Test]
    public void The_issuer_as_audience_needs_a_server_that_is_known_by_it() => Assert.That(
        static () => new AuthorizationCodeClient(The.Tenant, The.Client, new AuthorizationCodeClientOptions
        {
            ClientAuthentication = ClientAuthentication.Certificate(SharedCertificate.OfTheClient, new ClientAssertionOptions { Audience = ClientAssertionAudience.Issuer }),
        }),
        Refusal.Of("options", "ClientAssertionAudience.Issuer needs a server"));

    [Test]
    public void So_does_one_of_certificates_that_a_callback_returns_which_is_not_called_for_that()
    {
        var authentication = ClientAuthentication.Certificate(
            static _ => throw new InvalidOperationException(), new ClientAssertionOptions { Audience = ClientAssertionAudience.Issuer });
        var plain = AuthorizationServer.OAuthServer(new Uri(Provider.AuthorizationEndpoint), new Uri(Provider.TokenEndpoint));
        Assert.Multiple(() =>
        {
            Assert.That(
                () => new AuthorizationCodeClient(The.Tenant, The.Client, new AuthorizationCodeClientOptions { ClientAuthentication = authentication }),
                Refusal.Of("options", "ClientAssertionAudience.Issuer needs a server"));
            Assert.That(
                () => new AuthorizationCodeCredential(The.Tenant, The.Client, The.Code, The.Redirect, new AuthorizationCodeCredentialOptions { ClientAuthentication = authentication }),
                Refusal.Of("options", "ClientAssertionAudience.Issuer needs a server"));
            Assert.That(() => Client(options => options.ClientAuthentication = authentication, plain), Refusal.Of("options", "ClientAssertionAudience.Issuer needs a server"));
            Assert.That(() => Client(options => options.ClientAuthentication = authentication), Throws.Nothing);
        });
    }

    private static ClientAuthentication With(X509Certificate2 certificate, ClientAssertionAlgorithm algorithm) =>
        ClientAuthentication.Certificate(certificate, new ClientAssertionOptions { Algorithm = algorithm });

    private static bool IsSigned(string assertion, X509Certificate2 certificate, ClientAssertionAlgorithm algorithm)
    {
        byte[] signed = Encoding.ASCII.GetBytes(assertion[..assertion.LastIndexOf('.')]);
        byte[] signature = Base64UrlEncoder.DecodeBytes(assertion[(assertion.LastIndexOf('.') + 1)..]);
        using ECDsa? curve = certificate.GetECDsaPublicKey();
        using RSA? rsa = certificate.GetRSAPublicKey();
        return curve?.VerifyData(signed, signature, HashAlgorithmName.SHA256)
            ?? rsa!.VerifyData(signed, signature, HashAlgorithmName.SHA256, algorithm == ClientAssertionAlgorithm.RS256 ? RSASignaturePadding.Pkcs1 : RSASignaturePadding.Pss);
    }
}
