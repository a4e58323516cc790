using Microsoft.Extensions.Time.Testing;

namespace AuthCode.Testing.Tests;

/// <summary>The address of the fake, the issuer of its tokens, version 1, and clients in a browser.</summary>
internal sealed class ServerTests
{
    private static readonly Uri SinglePage = new("https://app.example/signin-oidc");

    [Test]
    public async Task On_https_a_client_that_trusts_its_certificate_is_served()
    {
        using FakeAad aad = FakeAad.Start(static options => options.UseHttps = true);
        string? shown = null;
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, errors) =>
        {
            shown = certificate!.GetCertHashString();
            return shown == aad.Certificate!.GetCertHashString() && !errors.HasFlag(System.Net.Security.SslPolicyErrors.RemoteCertificateNameMismatch);
        };
        using var http = new HttpClient(handler);

        string configuration = await Text(http, new Uri(aad.AuthorityHost, $"{aad.TenantId}/v2.0/.well-known/openid-configuration"));

        Assert.Multiple(() =>
        {
            Assert.That(aad.AuthorityHost.Scheme, Is.EqualTo("https"));
            Assert.That(aad.Certificate!.HasPrivateKey, Is.False);
            Assert.That(shown, Is.Not.Null);
            Assert.That(configuration, Does.Contain($"\"token_endpoint\":\"{aad.AuthorityHost}"));
        });
    }

    [Test]
    public void On_http_there_is_no_certificate()
    {
        using FakeAad aad = FakeAad.Start();

        Assert.That(aad.Certificate, Is.Null);
    }

    [Test]
    public async Task The_issuer_and_further_claims_of_access_tokens_can_be_set()
    {
        using var caller = new Caller(static options =>
        {
            options.Issuer = "https://sts.windows.net/{tenantid}/";
            options.AccessTokenClaims["roles"] = new[] { "reader" };
            options.AccessTokenClaims["ver"] = "1.0";
            options.AccessTokenClaims["aud"] = "evil";
        });

        Reply reply = await caller.RedeemAsync(("scope", $"{The.Vault} openid"));
        Reply configuration = await caller.GetAsync($"{caller.Aad.TenantId}/v2.0/.well-known/openid-configuration");

        string issuer = $"https://sts.windows.net/{caller.Aad.TenantId}/";
        Assert.Multiple(() =>
        {
            Assert.That((reply.AccessClaims.Claims["iss"].GetString(), reply.IdClaims.Claims["iss"].GetString(), configuration["issuer"]), Is.EqualTo((issuer, issuer, issuer)));
            Assert.That(reply.AccessClaims.Claims["ver"].GetString(), Is.EqualTo("1.0"));
            Assert.That(reply.AccessClaims.Claims["roles"].GetRawText(), Does.Contain("reader"));
            Assert.That(reply.AccessClaims.Claims["aud"].GetString(), Is.Not.EqualTo("evil"));
        });
    }

    [Test]
    public async Task A_tenant_that_is_named_by_a_domain_has_a_GUID_in_its_issuer()
    {
        using var caller = new Caller { Tenant = "Contoso.example" };

        Reply reply = await caller.RedeemAsync(("scope", $"{The.Vault} openid"));
        Reply configuration = await caller.GetAsync("contoso.example/v2.0/.well-known/openid-configuration");

        string id = caller.Aad.TenantIdOf("contoso.EXAMPLE");
        Assert.Multiple(() =>
        {
            Assert.That(Guid.TryParse(id, out _));
            Assert.That((reply.IdClaims.Claims["tid"].GetString(), reply.IdClaims.Claims["iss"].GetString()), Is.EqualTo((id, $"{caller.Aad.AuthorityHost}{id}/v2.0")));
            Assert.That(configuration["issuer"], Is.EqualTo(reply.IdClaims.Claims["iss"].GetString()));
            Assert.That(caller.Aad.TenantIdOf("fabrikam.example"), Is.Not.EqualTo(id));
        });
    }

    [TestCase(0, 0, false)]
    [TestCase(30, 30, true)]
    [TestCase(30, 31, false)]
    public async Task A_rotated_refresh_token_is_accepted_within_the_grace_and_revokes_the_sign_in_after_it(int grace, int after, bool isAccepted)
    {
        var time = new FakeTimeProvider();
        using var caller = new Caller(options =>
        {
            options.TimeProvider = time;
            options.RevokeOnReplay = true;
            options.RefreshTokenReuseGrace = TimeSpan.FromSeconds(grace);
        });
        string first = await caller.SignInAsync();
        string second = (await caller.RefreshAsync(first)).RefreshToken!;
        time.Advance(TimeSpan.FromSeconds(after));

        Reply replay = await caller.RefreshAsync(first);
        Reply successor = await caller.RefreshAsync(second);

        Assert.That(replay, isAccepted ? Reply.Granted : Reply.Refused("invalid_grant", 50173));
        Assert.That(successor, isAccepted ? Reply.Granted : Reply.Refused("invalid_grant", 50173));
        Assert.That(caller.Aad.RevokedFamilies, Is.EqualTo(isAccepted ? 0 : 1));
    }

    [Test]
    public async Task A_code_of_a_web_application_is_refused_to_a_browser()
    {
        using var caller = new Caller();
        caller.Headers["Origin"] = "https://app.example";

        Assert.That(await caller.RedeemAsync(), Reply.Refused("invalid_request", 9002326));
    }

    [Test]
    public async Task A_code_of_a_single_page_application_is_for_a_browser()
    {
        using var caller = new Caller(static options =>
        {
            options.ClientSecret = null;
            options.SinglePageRedirectUris = [SinglePage];
        });

        Reply refused = await caller.RedeemAsync();
        caller.Headers["Origin"] = "https://app.example";

        Assert.That(refused, Reply.Refused("invalid_request", 9002327));
        Assert.That(await caller.RedeemAsync(), Reply.Granted);
    }

    [Test]
    public async Task Version_1_takes_a_resource_instead_of_scopes()
    {
        using var caller = new Caller();
        Reply authorized = await caller.GetAsync(
            $"{caller.Aad.TenantId}/oauth2/authorize?client_id={caller.Aad.ClientId}&response_type=code&redirect_uri={Uri.EscapeDataString(caller.Aad.RedirectUri.OriginalString)}&resource=https%3A%2F%2Fvault.azure.net");
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["client_id"] = caller.Aad.ClientId,
            ["client_secret"] = caller.Aad.ClientSecret!,
            ["grant_type"] = "authorization_code",
            ["code"] = authorized.Returned["code"],
            ["redirect_uri"] = caller.Aad.RedirectUri.OriginalString,
            ["resource"] = "https://vault.azure.net",
        });

        Reply reply = await caller.PostAsync(form, new Uri(caller.Aad.AuthorityHost, $"{caller.Aad.TenantId}/oauth2/token"));

        Assert.Multiple(() =>
        {
            Assert.That(reply, Reply.Granted);
            Assert.That((reply["resource"], reply["expires_in"], reply.AccessClaims.Claims["aud"].GetString()), Is.EqualTo(("https://vault.azure.net", "3600", "https://vault.azure.net")));
            Assert.That(reply["expires_on"], Does.Match("^[0-9]{10}$"));
            Assert.That(reply.RefreshToken, Is.Not.Null);
        });
    }

    private static async Task<string> Text(HttpClient http, Uri address)
    {
        using HttpResponseMessage response = await http.GetAsync(address);
        using var body = new StreamReader(await response.Content.ReadAsStreamAsync());
        return await body.ReadToEndAsync();
    }
}
