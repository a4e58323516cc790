using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using AuthCode.Tests.Scenarios.Providers;

namespace AuthCode.Tests;

/// <summary>A certificate that the connection shows (RFC 8705).</summary>
internal sealed class MutualTlsTests(bool isAsync) : ProviderFixture(isAsync)
{
    [Test]
    public async Task The_requests_carry_the_client_id_alone_on_both_grants()
    {
        await using AuthorizationCodeCredential credential = Credential(static options => options.ClientAuthentication = ClientAuthentication.MutualTlsBySuppliedHttpClient());

        await GetToken(credential, "read");
        await GetToken(credential, "write");

        Assert.That(
            Server.At("/token").Select(static sent => (sent["client_id"], sent["client_secret"], sent["client_assertion"])),
            Is.All.EqualTo((The.Client, (string?)null, (string?)null)));
    }

    [Test]
    public async Task The_addresses_for_it_are_used_where_the_metadata_names_some()
    {
        Server.Metadata["mtls_endpoint_aliases"] = new JsonObject { ["token_endpoint"] = "https://mtls.op.example/mtls/token" };
        Server.Answers["/mtls/token"] = Server.Answers["/token"];
        await using AuthorizationCodeCredential with = Credential(static options => options.ClientAuthentication = ClientAuthentication.MutualTlsBySuppliedHttpClient());
        await using AuthorizationCodeCredential without = Credential();

        await GetToken(with, "read");
        await GetToken(without, "read");

        Assert.That((Server.At("/mtls/token").Count, Server.At("/token").Count), Is.EqualTo((1, 1)));
    }

    [Test]
    public async Task A_connection_of_our_own_shows_the_certificate() =>
        Assert.That(await ShownOverAsync(SharedCertificate.OfTheClient), Is.EqualTo(SharedCertificate.OfTheClient.GetCertHashString()));

    [Test]
    public async Task A_new_connection_shows_the_certificate_of_a_callback_though_its_owner_has_disposed_of_it()
    {
        X509Certificate2 certificate = Some.Certificate();
        string thumbprint = certificate.Thumbprint;
        ClientAuthentication authentication = ClientAuthentication.MutualTls(_ => ValueTask.FromResult(certificate));
        await AuthenticateAsync(authentication);
        certificate.Dispose();

        Assert.That(await ShownOverAsync(((MutualTlsAuthentication)authentication).Presented!), Is.EqualTo(thumbprint));
    }

    private static async Task<string?> ShownOverAsync(X509Certificate2 ofClient)
    {
        using X509Certificate2 ofServer = Some.ServerCertificate("localhost", DateTimeOffset.MaxValue.AddYears(-1));
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using HttpClient http = SharedHttpClient.With(ofClient, (_, certificate, _, _) => certificate!.Equals(ofServer));

        Task<HttpResponseMessage> asking = http.GetAsync(new Uri($"https://localhost:{((IPEndPoint)listener.LocalEndpoint).Port}/"));
        using TcpClient connection = await listener.AcceptTcpClientAsync();
        await using var tls = new SslStream(connection.GetStream());
        await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
        {
            ServerCertificate = ofServer,
            ClientCertificateRequired = true,
            RemoteCertificateValidationCallback = static (_, certificate, _, _) => certificate is not null,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        });
        string? shown = tls.RemoteCertificate?.GetCertHashString();
        await tls.WriteAsync(Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
        using HttpResponseMessage answer = await asking;
        return shown;
    }

    [Test]
    public async Task A_certificate_of_a_callback_is_presented_and_can_be_rotated()
    {
        X509Certificate2[] certificates = [SharedCertificate.OfTheClient, SharedCertificate.OfTheClient, Some.Certificate(DateTimeOffset.MaxValue.AddYears(-1))];
        int calls = 0;
        ClientAuthentication authentication = ClientAuthentication.MutualTls(_ => ValueTask.FromResult(certificates[calls++]));
        var mutual = (MutualTlsAuthentication)authentication;
        HttpClient[] transports = [.. await Task.WhenAll(certificates.Select(async _ =>
        {
            await AuthenticateAsync(authentication);
            return mutual.Transport;
        }))];

        Assert.That((transports[0] == transports[1], transports[1] == transports[2]), Is.EqualTo((true, false)));
    }

    [Test]
    public async Task A_certificate_that_its_owner_disposed_of_after_a_rotation_stops_nothing()
    {
        X509Certificate2 first = Some.Certificate();
        using X509Certificate2 second = Some.Certificate();
        X509Certificate2 current = first;
        ClientAuthentication authentication = ClientAuthentication.MutualTls(_ => ValueTask.FromResult(current));
        var mutual = (MutualTlsAuthentication)authentication;
        await AuthenticateAsync(authentication);
        HttpClient before = mutual.Transport;
        current = second;
        first.Dispose();

        Assert.That(() => ClientOf(authentication, null), Throws.Nothing);
        Assert.That(() => AuthenticateAsync(authentication), Throws.Nothing);
        Assert.That(mutual.Transport, Is.Not.SameAs(before));
    }

    [Test]
    public async Task A_certificate_that_expired_after_it_was_presented_does_not_stop_a_new_client()
    {
        using X509Certificate2 certificate = Some.Certificate(The.Now.AddDays(1));
        ClientAuthentication authentication = ClientAuthentication.MutualTls(_ => ValueTask.FromResult(certificate));
        await AuthenticateAsync(authentication);
        Time.Advance(TimeSpan.FromDays(2));

        Assert.That(() => ClientOf(authentication, null, Time), Throws.Nothing);
    }

    [Test]
    public async Task An_expired_certificate_of_a_callback_is_refused_and_never_presented()
    {
        using X509Certificate2 good = Some.Certificate();
        using X509Certificate2 expired = Some.Certificate(The.Now.AddDays(-1));
        X509Certificate2 current = good;
        ClientAuthentication authentication = ClientAuthentication.MutualTls(_ => ValueTask.FromResult(current));
        var mutual = (MutualTlsAuthentication)authentication;
        await AuthenticateAsync(authentication);
        HttpClient before = mutual.Transport;
        current = expired;

        Assert.That(() => AuthenticateAsync(authentication), Refusal.Of("getCertificate", "The client certificate expired on 2026-11-22"));
        Assert.That(mutual.Transport, Is.SameAs(before));
    }

    [Test]
    public async Task A_callback_without_a_usable_certificate_leaves_the_code([Values] bool hasExpired)
    {
        using X509Certificate2 certificate = hasExpired
            ? Some.Certificate(new DateTimeOffset(2021, 1, 1, 0, 0, 0, TimeSpan.Zero))
            : X509CertificateLoader.LoadCertificate(SharedCertificate.OfTheClient.RawData);
        var client = new AuthorizationCodeClient(
            AuthorizationServer.OAuthServer(new Uri("https://op.example/a"), new Uri("https://op.example/t")),
            The.Client,
            new AuthorizationCodeClientOptions { ClientAuthentication = ClientAuthentication.MutualTls(_ => ValueTask.FromResult(certificate)) });
        await using AuthorizationCodeCredential credential = client.CreateCredential(The.Code, The.Redirect);

        AuthenticationFailedException failure = await Failure(credential);

        Assert.That((failure.Message[..32], failure.InnerException!.GetType(), failure.IsSignInRequired), Is.EqualTo(("The client authentication failed", typeof(ArgumentException), false)));
        Assert.That(((ArgumentException)failure.InnerException).ParamName, Is.EqualTo("getCertificate"));
    }

    [Test]
    public void Certificates_and_transports_that_do_not_fit_are_refused()
    {
        using X509Certificate2 open = X509CertificateLoader.LoadCertificate(SharedCertificate.OfTheClient.RawData);
        using X509Certificate2 expired = Some.Certificate(new DateTimeOffset(2021, 1, 1, 0, 0, 0, TimeSpan.Zero));
        Assert.Multiple(() =>
        {
            Assert.That(() => ClientAuthentication.MutualTls((X509Certificate2)null!), Refusal.OfNull("certificate"));
            Assert.That(() => ClientAuthentication.MutualTls(open), Refusal.Of("certificate", "must have its private key"));
            Assert.That(() => ClientOf(ClientAuthentication.MutualTls(expired), null), Refusal.Of("options", "The client certificate expired on 2021-01-01"));
            Assert.That(() => ClientOf(ClientAuthentication.MutualTlsBySuppliedHttpClient(), null), Refusal.Of("options", "needs an HTTP client"));
            Assert.That(() => ClientOf(ClientAuthentication.MutualTls(SharedCertificate.OfTheClient), new HttpClient(Server)), Refusal.Of("options", "A supplied HTTP client shows its own certificate"));
            Assert.That(() => ClientOf(ClientAuthentication.MutualTls(SharedCertificate.OfTheClient), null), Throws.Nothing);
        });
    }

    private async Task AuthenticateAsync(ClientAuthentication authentication)
    {
        using var form = new FormBody();
        using var message = new HttpRequestMessage();
        var request = new ClientRequest(ClientId.Parse(The.Client), The.Authority, AuthorizationServer.OpenIdProvider(Issuer), form, message.Headers, The.Now);
        if (IsAsync)
        {
            await authentication.AuthenticateAsync(request, CancellationToken.None);
        }
        else
        {
            authentication.Authenticate(request, CancellationToken.None);
        }
    }

    private static AuthorizationCodeClient ClientOf(ClientAuthentication authentication, HttpClient? http, TimeProvider? time = null) => new(
        AuthorizationServer.OpenIdProvider(Issuer),
        The.Client,
        new AuthorizationCodeClientOptions { ClientAuthentication = authentication, HttpClient = http, TimeProvider = time ?? TimeProvider.System });
}
