using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Azure.Core;

namespace AuthCode.EndToEnd;

/// <summary>Sign-ins, refreshes and what else there is, at OpenIddict.</summary>
internal sealed class OpenIddictTests
{
    [TestCase("public", "none")]
    [TestCase("secret", "post")]
    [TestCase("secret", "basic")]
    [TestCase("key", "private_key_jwt")]
    public async Task A_user_signs_in_and_the_session_is_refreshed(string clientId, string method)
    {
        await using OpenIddictServer server = await OpenIddictServer.StartAsync();
        var tap = new WireTap();
        using var http = new HttpClient(tap);
        AuthorizationCodeClient client = server.Client(clientId, AuthenticationOf(method), options => options.HttpClient = http);

        SignedInUser user = await OpenIddictServer.SignInAsync(client, scopes: ["email", "api"]);
        AccessToken first = await user.Credential.GetTokenAsync(new TokenRequestContext(["api"]), CancellationToken.None);
        AccessToken second = await RefreshAsync(user, 1, "api");

        Assert.Multiple(() =>
        {
            Assert.That(user.AccountKey, Is.EqualTo($"{server.Issuer}|ada"));
            Assert.That(second.Token, Is.Not.EqualTo(first.Token));
            Assert.That(WireTap.Field(tap.FormsAt("/token")[0], "scope"), Is.Null, "OpenIddict refuses it with the code (ID2074)");
            Assert.That(tap.RefreshTokens, Is.Unique.And.Count.EqualTo(2), "refresh tokens rotate");
        });
    }

    [Test]
    public async Task A_client_is_known_by_the_certificate_of_its_connection()
    {
        using X509Certificate2 certificate = Certificates.OfServer("localhost");
        await using OpenIddictServer server = await OpenIddictServer.StartAsync(certificate);
        using HttpClient http = Trusting(certificate, OpenIddictServer.ClientCertificate);
        using HttpClient browser = Trusting(certificate, null);

        SignedInUser user = await OpenIddictServer.SignInAsync(
            server.Client("key", ClientAuthentication.MutualTlsBySuppliedHttpClient(), options => options.HttpClient = http), browser, "api");

        Assert.That((await RefreshAsync(user, 1, "api")).Token, Is.Not.Empty);
    }

    [Test]
    public async Task A_request_is_pushed()
    {
        await using OpenIddictServer server = await OpenIddictServer.StartAsync();

        SignedInUser user = await OpenIddictServer.SignInAsync(
            server.Client("secret", AuthenticationOf("post"), atServer: static options => options.UsePushedAuthorization = true), scopes: "api");

        Assert.That(user.Principal.Identity!.Name, Is.EqualTo("Ada Lovelace"));
    }

    [Test]
    public async Task Scopes_beyond_the_consent_are_refused_and_the_session_goes_on()
    {
        await using OpenIddictServer server = await OpenIddictServer.StartAsync();
        SignedInUser user = await OpenIddictServer.SignInAsync(server.Client("public"), scopes: "api");

        AuthenticationFailedException? failure = Assert.ThrowsAsync<AuthenticationFailedException>(
            () => user.Credential.GetTokenAsync(new TokenRequestContext(["reports"]), CancellationToken.None).AsTask());
        string later = (await RefreshAsync(user, 1, "api")).Token;

        Assert.That((failure!.Response?.Error, failure.IsSignInRequired, later.Length > 0), Is.EqualTo(("invalid_grant", true, true)));
    }

    [Test]
    public async Task A_refresh_for_fewer_scopes_takes_nothing_from_the_others()
    {
        await using OpenIddictServer server = await OpenIddictServer.StartAsync();
        SignedInUser user = await OpenIddictServer.SignInAsync(server.Client("public"), scopes: ["api", "reports", "email"]);

        await RefreshAsync(user, 1, "api");

        Assert.That((await RefreshAsync(user, 2, "reports")).Token, Is.Not.Empty);
    }

    [Test]
    public async Task A_refresh_token_that_was_used_is_good_for_half_a_minute_and_many_callers_send_each_once()
    {
        await using OpenIddictServer server = await OpenIddictServer.StartAsync();
        var tap = new WireTap();
        using var http = new HttpClient(tap);
        SignedInUser user = await OpenIddictServer.SignInAsync(server.Client("public", configure: options => options.HttpClient = http), scopes: "api");

        await Task.WhenAll(Enumerable.Range(0, 32).Select(i => RefreshAsync(user, i % 4, "api")));

        string?[] sent = [.. tap.FormsAt("/token").Select(static form => WireTap.Field(form, "refresh_token")).Where(static token => token is not null)];
        Assert.That(sent, Is.Unique.And.Length.EqualTo(4));
    }

    [Test]
    public async Task A_revoked_refresh_token_works_no_longer()
    {
        await using OpenIddictServer server = await OpenIddictServer.StartAsync();
        var tap = new WireTap();
        using var http = new HttpClient(tap);
        SignedInUser user = await OpenIddictServer.SignInAsync(server.Client("public", configure: options => options.HttpClient = http), scopes: "api");

        bool isRevoked = await user.Credential.RevokeAsync();

        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["grant_type"] = "refresh_token", ["client_id"] = "public", ["refresh_token"] = tap.RefreshTokens[0] });
        using HttpResponseMessage response = await http.PostAsync(new Uri(server.Issuer, "token"), form);
        Assert.That((isRevoked, response.StatusCode), Is.EqualTo((true, HttpStatusCode.BadRequest)));
    }

    [Test]
    public async Task Userinfo_and_sign_out_are_found()
    {
        await using OpenIddictServer server = await OpenIddictServer.StartAsync();
        AuthorizationCodeClient client = server.Client("public");
        SignedInUser user = await OpenIddictServer.SignInAsync(client, scopes: ["email", "profile"]);

        string? subject = (await client.GetUserInfoAsync(user)).FindFirst("sub")?.Value;
        Uri signOut = await client.CreateSignOutUriAsync(new Uri("https://app.example/bye"), user, "s");
        using var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        using HttpResponseMessage response = await browser.GetAsync(signOut);

        Assert.That((subject, response.Headers.Location?.AbsoluteUri), Is.EqualTo(("ada", "https://app.example/bye?state=s")));
    }

    private static ClientAuthentication AuthenticationOf(string method) => method switch
    {
        "post" => ClientAuthentication.Secret(OpenIddictServer.Secret),
        "basic" => ClientAuthentication.Secret(OpenIddictServer.Secret, ClientSecretMethod.Basic),
        "private_key_jwt" => ClientAuthentication.Certificate(OpenIddictServer.ClientCertificate),
        _ => ClientAuthentication.None,
    };

    // Claims of its own make it a request of its own.
    private static Task<AccessToken> RefreshAsync(SignedInUser user, int number, params string[] scopes) =>
        user.Credential.GetTokenAsync(new TokenRequestContext(scopes, claims: $$$"""{"access_token":{"claim-{{{number}}}":null}}"""), CancellationToken.None).AsTask();

    private static HttpClient Trusting(X509Certificate2 server, X509Certificate2? own) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        SslOptions = new SslClientAuthenticationOptions
        {
            ClientCertificates = own is null ? null : [own],
            RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate!.GetCertHashString() == server.GetCertHashString(),
        },
    });
}
