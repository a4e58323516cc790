namespace AuthCode.Tests.Metadata;

/// <summary>Which issuers are an authority's: each cloud has several names, External ID and B2C have issuers of their own.</summary>
internal sealed class EntraServerTests
{
    private const string Public = "https://login.microsoftonline.com/";
    private const string China = "https://login.chinacloudapi.cn/";
    private const string ExternalId = "https://contoso.ciamlogin.com/";
    private const string Personal = "9188040d-6c67-4c5b-b112-36a304b66dad";

    [TestCase(Public, The.Tenant, $"https://login.microsoftonline.com/{The.Tenant}/v2.0", true)]
    [TestCase(Public, The.Tenant, $"https://login.windows.net/{The.Tenant}/v2.0", true)]
    [TestCase("https://login.windows.net", The.Tenant, $"https://login.microsoftonline.com/{The.Tenant}/v2.0", true)]
    [TestCase(Public, The.Tenant, $"https://login.microsoftonline.us/{The.Tenant}/v2.0", false)]
    [TestCase(Public, The.Tenant, $"https://login.microsoftonline.com/{Personal}/v2.0", false)]
    [TestCase(Public, The.Tenant, $"https://login.microsoftonline.com/{The.Tenant}/v2.0/", false)]
    [TestCase(Public, The.Tenant, $"https://login.microsoftonline.com/{The.Tenant}", false)]
    [TestCase(Public, The.Tenant, $"https://login.microsoftonline.com.evil.example/{The.Tenant}/v2.0", false)]
    [TestCase(Public, The.Tenant, $"http://login.microsoftonline.com/{The.Tenant}/v2.0", false)]
    [TestCase(Public, "contoso.example", $"https://login.microsoftonline.com/{The.Tenant}/v2.0", true)]
    [TestCase(Public, "contoso.example", "https://login.microsoftonline.com/contoso.example/v2.0", false)]
    [TestCase(Public, "consumers", $"https://login.microsoftonline.com/{Personal}/v2.0", true)]
    [TestCase(Public, "consumers", $"https://login.microsoftonline.com/{The.Tenant}/v2.0", false)]
    [TestCase(Public, "common", $"https://login.microsoftonline.com/{The.Tenant}/v2.0", true)]
    [TestCase(China, The.Tenant, $"https://login.partner.microsoftonline.cn/{The.Tenant}/v2.0", true)]
    [TestCase(China, The.Tenant, $"https://login.microsoftonline.com/{The.Tenant}/v2.0", false)]
    [TestCase("https://login.microsoftonline.us/", The.Tenant, $"https://login.microsoftonline.us/{The.Tenant}/v2.0", true)]
    [TestCase(ExternalId, The.Tenant, $"https://{The.Tenant}.ciamlogin.com/{The.Tenant}/v2.0", true)]
    [TestCase(ExternalId, "contoso.onmicrosoft.com", $"https://{The.Tenant}.ciamlogin.com/{The.Tenant}/v2.0", true)]
    [TestCase(ExternalId, The.Tenant, $"https://{Personal}.ciamlogin.com/{The.Tenant}/v2.0", false)]
    [TestCase("https://fs.example/", "adfs", "https://fs.example/adfs", true)]
    [TestCase("https://fs.example/", "adfs", "https://fs.example/adfs/v2.0", false)]
    [TestCase(Public, The.Tenant, "/v2.0", false)]
    [TestCase(Public, The.Tenant, "", false)]
    public void An_issuer_is_the_authoritys_or_not(string authority, string tenant, string issuer, bool expected) =>
        Assert.That(Server(authority).IsIssuer(issuer, Tenant.Of(tenant)), Is.EqualTo(expected));

    [TestCase(Public, "common", "https://login.microsoftonline.com/{tenantid}/v2.0", true)]
    [TestCase(Public, "organizations", "https://login.microsoftonline.com/{tenantid}/v2.0", true)]
    [TestCase(Public, The.Tenant, "https://login.microsoftonline.com/{tenantid}/v2.0", false)]
    [TestCase(China, "common", "https://login.partner.microsoftonline.cn/{tenantid}/v2.0", true)]
    [TestCase(Public, "common", "https://evil.example/{tenantid}/v2.0", false)]
    public void The_template_is_for_whoever_signs_in(string authority, string tenant, string issuer, bool expected) =>
        Assert.That(Server(authority).IsMetadataIssuer(issuer, Tenant.Of(tenant)), Is.EqualTo(expected));

    [TestCase(Public, "https://login.microsoftonline.com/common/discovery/v2.0/keys", true)]
    [TestCase(China, "https://login.partner.microsoftonline.cn/common/discovery/v2.0/keys", true)]
    [TestCase(ExternalId, $"https://{The.Tenant}.ciamlogin.com/{The.Tenant}/discovery/v2.0/keys", true)]
    [TestCase(Public, "https://evil.example/keys", false)]
    [TestCase(Public, "https://login.microsoftonline.us/keys", false)]
    [TestCase(Public, "http://login.microsoftonline.com/keys", false)]
    public void Keys_are_at_the_authority(string authority, string address, bool expected) =>
        Assert.That(Server(authority).MayName(new Uri(address)), Is.EqualTo(expected));

    [Test]
    public void A_policy_of_B2C_has_endpoints_and_an_issuer_of_its_own()
    {
        AuthorizationServer server = AuthorizationServer.AzureB2C(new Uri("https://contoso.b2clogin.com/"), "contoso.onmicrosoft.com", "B2C_1_signin");
        TenantId tenant = Tenant.Of("contoso");

        Assert.Multiple(() =>
        {
            Assert.That(server.Known(tenant)!.Token.AbsoluteUri, Is.EqualTo("https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_signin/oauth2/v2.0/token"));
            Assert.That(server.MetadataAddresses(tenant).Single().AbsoluteUri, Is.EqualTo("https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_signin/v2.0/.well-known/openid-configuration"));
            Assert.That(server.IsMetadataIssuer($"https://contoso.b2clogin.com/{The.Tenant}/v2.0/", tenant), Is.True);
            Assert.That(server.IsMetadataIssuer($"https://fabrikam.b2clogin.com/{The.Tenant}/v2.0/", tenant), Is.False);
        });
    }

    [TestCase("http://contoso.b2clogin.com/", "contoso.onmicrosoft.com", "B2C_1_x", "authorityHost", "The authority host must be")]
    [TestCase("https://contoso.b2clogin.com/", "..", "B2C_1_x", "tenantId", "The tenant id must be")]
    [TestCase("https://contoso.b2clogin.com/", "contoso.onmicrosoft.com", "", "policy", "The policy must be")]
    [TestCase("https://contoso.b2clogin.com/", "contoso.onmicrosoft.com", "a/b", "policy", "The policy must be")]
    [TestCase("https://contoso.b2clogin.com/", "contoso.onmicrosoft.com", "..", "policy", "The policy must be")]
    public void A_policy_that_cannot_be_one_is_refused(string host, string tenant, string policy, string parameter, string message) =>
        Assert.That(() => AuthorizationServer.AzureB2C(new Uri(host), tenant, policy), Refusal.Of(parameter, message));

    [Test]
    public void Servers_that_could_send_secrets_elsewhere_are_refused()
    {
        var good = new Uri("https://op.example/");
        AuthorizationServer Provider(AuthorizationServerOptions options) => AuthorizationServer.OpenIdProvider(good, options);
        Assert.Multiple(() =>
        {
            Assert.That(() => AuthorizationServer.OpenIdProvider(new Uri("http://op.example/")), Refusal.Of("issuer", "The issuer must be"));
            Assert.That(() => AuthorizationServer.OpenIdProvider(new Uri("https://op.example/?x=1")), Refusal.Of("issuer", "The issuer must be"));
            Assert.That(() => AuthorizationServer.OpenIdProvider(new Uri("/op", UriKind.Relative)), Refusal.Of("issuer", "The issuer must be"));
            Assert.That(() => AuthorizationServer.OpenIdProvider(null!), Refusal.OfNull("issuer"));
            Assert.That(() => Provider(new AuthorizationServerOptions { MetadataAddress = new Uri("http://op.example/") }), Refusal.Of("options", "MetadataAddress must be"));
            Assert.That(() => AuthorizationServer.OAuthServer(new Uri("http://op.example/"), good), Refusal.Of("authorizationEndpoint", "The endpoint must be"));
            Assert.That(() => AuthorizationServer.OAuthServer(good, new Uri("https://a@op.example/")), Refusal.Of("tokenEndpoint", "The endpoint must be"));
            Assert.That(() => AuthorizationServer.OAuthServer(good, good, new AuthorizationServerOptions { Issuer = new Uri("https://op.example/#x") }), Refusal.Of("options", "Issuer must be"));
            Assert.That(() => AuthorizationServer.OAuthServer(null!, good), Refusal.OfNull("authorizationEndpoint"));
            Assert.That(() => AuthorizationServer.OAuthServer(good, null!), Refusal.OfNull("tokenEndpoint"));
            Assert.That(() => new AuthorizationCodeClient((AuthorizationServer)null!, The.Client), Refusal.OfNull("server"));
            Assert.That(() => new AuthorizationCodeClient(AuthorizationServer.OpenIdProvider(good), " "), Refusal.Of("clientId", "The client id must be"));
            Assert.That(AuthorizationServer.OpenIdProvider(good).ToString(), Is.EqualTo("https://op.example/"));
        });
    }

    private static AuthorizationServer Server(string authority) => AuthorizationServer.EntraId(The.Tenant, new Uri(authority));
}
