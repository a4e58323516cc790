namespace AuthCode.Tests;

/// <summary>The arguments that both constructors have.</summary>
[TestFixture(false, TestName = "With a redirect URI")]
[TestFixture(true, TestName = "With a client secret")]
internal sealed class ArgumentTests(bool withSecret)
{
    private readonly ScriptedEndpoint _endpoint = new();

    [TearDown]
    public void Nothing_was_sent() => _endpoint.Verify();

    [TestCase(The.Tenant)]
    [TestCase("8F4C1D2E-5A6B-4C7D-8E9F-0A1B2C3D4E5F")]
    [TestCase("contoso.onmicrosoft.com")]
    [TestCase("common")]
    [TestCase("organizations")]
    [TestCase("consumers")]
    [TestCase("adfs")]
    public void A_tenant_that_is_a_GUID_or_a_domain_name_is_taken(string tenant) => Assert.That(() => Make(tenant: tenant), Throws.Nothing);

    [TestCase("")]
    [TestCase(" ")]
    [TestCase("\t")]
    [TestCase(".")]
    [TestCase("..")]
    [TestCase("../c4n4ry")]
    [TestCase("%2e%2e")]
    [TestCase("c4n4ry/x")]
    [TestCase("c4n4ry\\x")]
    [TestCase("c4n4ry?x")]
    [TestCase("c4n4ry#x")]
    [TestCase("c4n4ry\r\n")]
    [TestCase("c4n4ry\0")]
    [TestCase("tenant of c4n4ry")]
    public void A_malformed_tenant_is_refused(string tenant) =>
        Assert.That(() => Make(tenant: tenant), Refusal.Of("tenantId", "a GUID or a domain name"));

    [Test]
    public void No_tenant_is_refused() => Assert.That(() => Make(tenant: null!), Refusal.OfNull("tenantId"));

    [TestCase(The.Client)]
    [TestCase("a client with spaces")]
    [TestCase("https://client.example/:\"{}~")]
    public void A_client_id_of_printable_ASCII_is_taken(string client) => Assert.That(() => Make(client: client), Throws.Nothing);

    [TestCase("")]
    [TestCase("   ")]
    [TestCase("c4n4ry\n")]
    [TestCase("c4n4ry\0")]
    [TestCase("c4n4ry\u007F")]
    [TestCase("c4n4ry\u00E9")]
    public void A_malformed_client_id_is_refused(string client) =>
        Assert.That(() => Make(client: client), Refusal.Of("clientId", "printable ASCII and not blank"));

    [Test]
    public void No_client_id_is_refused() => Assert.That(() => Make(client: null!), Refusal.OfNull("clientId"));

    [TestCase("x")]
    [TestCase("0.A:b/c+d=e&f g%20\"~")]
    public void A_code_of_printable_ASCII_is_taken(string code) => Assert.That(() => Make(code: code), Throws.Nothing);

    [TestCase("")]
    [TestCase(" ")]
    [TestCase("\t\n")]
    [TestCase("c4n4ry\r\n")]
    [TestCase("c4n4ry\0")]
    [TestCase("c4n4ry\u001B[2J")]
    [TestCase("c4n4ry\u00E9")]
    [TestCase("c4n4ry\uD83D\uDE00")]
    public void A_malformed_code_is_refused_and_not_repeated(string code) =>
        Assert.That(() => Make(code: code), Refusal.Of("authorizationCode", "the decoded 'code' parameter of the redirect"));

    [Test]
    public void No_code_is_refused() => Assert.That(() => Make(code: null!), Refusal.OfNull("authorizationCode"));

    [Test]
    public async Task No_options_are_the_defaults()
    {
        await using AuthorizationCodeCredential credential = withSecret
            ? new AuthorizationCodeCredential(The.Tenant, The.Client, The.Secret, The.Code)
            : new AuthorizationCodeCredential(The.Tenant, The.Client, The.Code, The.Redirect);

        Assert.That(credential.ToString(), Does.Not.Contain(The.Code).And.Not.Contain(The.Secret));
    }

    private AuthorizationCodeCredential Make(string tenant = The.Tenant, string client = The.Client, string code = The.Code)
    {
        AuthorizationCodeCredentialOptions options = Some.Options(_endpoint, configure: static options => options.CodeVerifier = The.Verifier);
        return withSecret
            ? new AuthorizationCodeCredential(tenant, client, The.Secret, code, options)
            : new AuthorizationCodeCredential(tenant, client, code, The.Redirect, options);
    }
}
