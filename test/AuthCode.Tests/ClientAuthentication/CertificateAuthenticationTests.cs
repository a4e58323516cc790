using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;

namespace AuthCode.Tests;

/// <summary>The assertion that a certificate signs (RFC 7523, and Entra's certificate credentials), on both grants.</summary>
internal sealed class CertificateAuthenticationTests(bool isAsync) : BothGrants(isAsync)
{
    private const string JwtBearer = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    private readonly FakeTimeProvider _time = new(The.Now);

    private static X509Certificate2 Certificate => SharedCertificate.OfTheClient;

    [Test]
    public async Task The_assertion_is_sent_with_the_client_ID_and_its_type_and_no_secret()
    {
        IReadOnlyList<SentRequest> requests = await Send();

        Assert.Multiple(() =>
        {
            foreach (SentRequest sent in requests)
            {
                Assert.That(sent["client_id"], Is.EqualTo(The.Client));
                Assert.That(sent["client_assertion_type"], Is.EqualTo(JwtBearer));
                Assert.That(sent["client_secret"], Is.Null);
                Assert.That(sent.Headers.Authorization, Is.Null);
            }
        });
    }

    [Test]
    public async Task The_header_names_PS256_and_the_certificates_SHA_256_thumbprint()
    {
        IReadOnlyDictionary<string, JsonElement> header = Assertion((await Send())[0]).Header;

        Assert.Multiple(() =>
        {
            Assert.That(header["alg"].GetString(), Is.EqualTo("PS256"));
            Assert.That(header["typ"].GetString(), Is.EqualTo("JWT"));
            Assert.That(header["x5t#S256"].GetString(), Is.EqualTo(Base64Url.EncodeToString(SHA256.HashData(Certificate.RawData))));
            Assert.That(header.Keys, Is.EquivalentTo(new[] { "alg", "typ", "x5t#S256" }));
        });
    }

    [Test]
    public async Task The_claims_are_about_the_client_for_the_tenants_token_endpoint()
    {
        IReadOnlyList<SentRequest> requests = await Send();

        Assert.Multiple(() =>
        {
            foreach (IReadOnlyDictionary<string, JsonElement> claims in requests.Select(static sent => Assertion(sent).Claims))
            {
                Assert.That(claims["iss"].GetString(), Is.EqualTo(The.Client));
                Assert.That(claims["sub"].GetString(), Is.EqualTo(The.Client));
                Assert.That(claims["aud"].GetString(), Is.EqualTo($"https://{The.AuthorityHost}/{The.Tenant}/oauth2/v2.0/token"));
                Assert.That(claims.Keys, Is.EquivalentTo(new[] { "iss", "sub", "aud", "jti", "iat", "nbf", "exp" }));
            }
        });
    }

    [Test]
    public async Task It_lives_for_10_minutes_from_now_in_numeric_dates()
    {
        IReadOnlyDictionary<string, JsonElement> claims = Assertion((await Send())[0]).Claims;

        long now = The.Now.ToUnixTimeSeconds();
        Assert.That(
            new[] { "iat", "nbf", "exp" }.Select(name => (claims[name].ValueKind, claims[name].GetInt64())),
            Is.EqualTo(new[] { (JsonValueKind.Number, now), (JsonValueKind.Number, now), (JsonValueKind.Number, now + 600) }));
    }

    [Test]
    public async Task It_is_signed_with_the_certificates_key()
    {
        using X509Certificate2 other = Some.Certificate();
        Jwt assertion = Assertion((await Send())[1]);

        Assert.That((assertion.IsSignedBy(Certificate), assertion.IsSignedBy(other)), Is.EqualTo((true, false)));
    }

    [Test]
    public async Task The_audience_is_the_token_endpoint_of_the_tenant_that_was_asked_for()
    {
        var endpoint = new ScriptedEndpoint(Answer.Token(), Answer.Token());
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint, _time, options =>
        {
            options.ClientAuthentication = ClientAuthentication.Certificate(Certificate);
            options.AdditionallyAllowedTenants.Add("*");
        });

        await GetToken(credential, Some.Request(The.Vault, tenant: "contoso.example"));
        await GetToken(credential, Some.Request(The.Vault, tenant: "fabrikam.example"));

        endpoint.Verify();
        Assert.That(
            endpoint.Requests.Select(static sent => Assertion(sent).Claims["aud"].GetString()),
            Is.EqualTo(endpoint.Requests.Select(static sent => sent.Uri.AbsoluteUri)));
    }

    [Test]
    public async Task Each_attempt_has_an_assertion_of_its_own()
    {
        Answer throttled = Answer.Status(HttpStatusCode.TooManyRequests, "0");
        var endpoint = new ScriptedEndpoint(throttled, Answer.Token(), Answer.Token());
        await using AuthorizationCodeCredential credential = Credential(endpoint, Certificate);

        await SendBoth(credential);

        endpoint.Verify();
        Assert.That(endpoint.Requests.Select(static sent => Assertion(sent).Claims["jti"].GetString()), Is.Unique.And.All.Not.Empty);
    }

    [Test]
    public async Task The_certificate_itself_is_sent_when_asked_for()
    {
        IReadOnlyList<SentRequest> requests = await Send(
            static options => options.ClientAuthentication = ClientAuthentication.Certificate(Certificate, new ClientAssertionOptions { SendCertificateChain = true }), _time);

        JsonElement chain = Assertion(requests[0]).Header["x5c"];
        Assert.That(chain.EnumerateArray().Select(static entry => entry.GetString()), Is.EqualTo(new[] { Convert.ToBase64String(Certificate.RawData) }));
    }

    [Test]
    public async Task A_client_id_with_quotes_adds_no_claims()
    {
        const string Client = "x\",\"sub\":\"admin";
        var endpoint = new ScriptedEndpoint(Answer.Token());
        await using var credential = new AuthorizationCodeCredential(
            The.Tenant, Client, The.Code, The.Redirect, Some.Options(endpoint, _time, static options => options.ClientAuthentication = ClientAuthentication.Certificate(Certificate)));

        await GetToken(credential);

        IReadOnlyDictionary<string, JsonElement> claims = Assertion(endpoint.Requests.Single()).Claims;
        Assert.That((claims["iss"].GetString(), claims["sub"].GetString(), claims.Count), Is.EqualTo((Client, Client, 7)));
    }

    [Test]
    public async Task A_certificate_that_was_disposed_is_a_clear_failure_and_leaves_the_code()
    {
        X509Certificate2 certificate = Some.Certificate();
        var endpoint = new ScriptedEndpoint();
        await using AuthorizationCodeCredential credential = Credential(endpoint, certificate);
        certificate.Dispose();

        AuthenticationFailedException failure = await Failure(credential);
        AuthenticationFailedException again = await Failure(credential);

        endpoint.Verify();
        Assert.Multiple(() =>
        {
            Assert.That(failure.Message, Does.StartWith("The client authentication failed").And.Contain("nothing was sent"));
            Assert.That(failure.InnerException, Is.Not.Null);
            Assert.That(again.Message, Is.EqualTo(failure.Message));
        });
    }

    private Task<IReadOnlyList<SentRequest>> Send() =>
        Send(static options => options.ClientAuthentication = ClientAuthentication.Certificate(Certificate), _time);

    private AuthorizationCodeCredential Credential(ScriptedEndpoint endpoint, X509Certificate2 certificate) =>
        Some.Credential(endpoint, _time, options => options.ClientAuthentication = ClientAuthentication.Certificate(certificate));

    private static Jwt Assertion(SentRequest sent) => new(sent["client_assertion"]!);
}
