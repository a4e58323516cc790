using Azure.Core;

namespace AuthCode.Tests.Metadata;

/// <summary>What one server needs and another does not have: it works where it applies, and is refused where it does not.</summary>
internal sealed class AuthorizationServerOptionTests
{
    private static readonly Uri Issuer = new("https://op.example");
    private static readonly Uri Endpoint = new("https://op.example/endpoint");

    private static IEnumerable<TestCaseData> NotApplicable()
    {
        yield return Row("Issuer", static () => AuthorizationServer.OpenIdProvider(Issuer, new() { Issuer = Issuer }));
        yield return Row("MetadataAddress", static () => AuthorizationServer.OAuthServer(Endpoint, Endpoint, new() { MetadataAddress = Endpoint }));
        yield return Row("UsePushedAuthorization", static () => AuthorizationServer.OAuthServer(Endpoint, Endpoint, new() { UsePushedAuthorization = true }));
        yield return Row("AuthorityHost", static () => new AuthorizationCodeClient(
            AuthorizationServer.OpenIdProvider(Issuer), The.Client, new AuthorizationCodeClientOptions { AuthorityHost = The.Authority }));
        yield return Row("AuthorityHost", static () => new AuthorizationCodeClient(
            AuthorizationServer.EntraId(The.Tenant), The.Client, new AuthorizationCodeClientOptions { AuthorityHost = The.Authority }));
        yield return Row("AdditionallyAllowedTenants", static () => new AuthorizationCodeClient(
            AuthorizationServer.OpenIdProvider(Issuer), The.Client, new AuthorizationCodeClientOptions { AdditionallyAllowedTenants = { "*" } }));
        yield return Row("HttpClient and CreateHttpClient", static () => new AuthorizationCodeClient(
            The.Tenant, The.Client, new AuthorizationCodeClientOptions { HttpClient = new HttpClient(), CreateHttpClient = static () => new HttpClient() }));

        static TestCaseData Row(string option, Func<object> create) => new TestCaseData(option, create).SetArgDisplayNames(option, create.Method.Name);
    }

    [TestCaseSource(nameof(NotApplicable))]
    public void An_option_that_does_not_apply_is_refused_and_named(string option, Func<object> create) => Assert.That(() => create(), Refusal.Of("options", option));

    [TestCase(0)]
    [TestCase(-1)]
    [TestCase((365 * 24 * 3600) + 1)]
    public void An_unstated_life_must_be_positive_and_a_year_at_most(int seconds) => Assert.That(
        () => new AuthorizationServerOptions { UnstatedTokenLifetime = TimeSpan.FromSeconds(seconds) }, Throws.InstanceOf<ArgumentOutOfRangeException>());

    [Test]
    public async Task A_token_of_unstated_life_lives_as_long_as_the_option_says()
    {
        var endpoint = new ScriptedEndpoint(Answer.Json(System.Net.HttpStatusCode.OK, """{"access_token":"access-1","token_type":"Bearer"}"""));
        AuthorizationServer server = AuthorizationServer.OAuthServer(Endpoint, Endpoint, new() { UnstatedTokenLifetime = TimeSpan.FromHours(8) });
        var client = new AuthorizationCodeClient(server, The.Client, new AuthorizationCodeClientOptions
        {
            HttpClient = new HttpClient(endpoint),
            TimeProvider = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(The.Now),
        });
        await using AuthorizationCodeCredential credential = client.CreateCredential(The.Code, The.Redirect);

        AccessToken token = await credential.GetTokenAsync(Some.Request("read"), default);

        Assert.That(token.ExpiresOn, Is.EqualTo(The.Now + TimeSpan.FromHours(8)));
    }

    [Test]
    public async Task A_tenant_of_Entra_ID_is_the_same_by_its_server()
    {
        var endpoint = new ScriptedEndpoint(Answer.Token("access-1"), Answer.Token("access-2"));
        var client = new AuthorizationCodeClient(AuthorizationServer.EntraId(The.Tenant, The.Authority), The.Client, new AuthorizationCodeClientOptions
        {
            HttpClient = new HttpClient(endpoint),
            AdditionallyAllowedTenants = { The.OtherTenant },
        });
        await using AuthorizationCodeCredential credential = client.CreateCredential(The.Code, The.Redirect);

        await credential.GetTokenAsync(Some.Request(), default);
        await credential.GetTokenAsync(Some.Request(The.Vault, tenant: The.OtherTenant), default);

        Assert.That(
            endpoint.Requests.Select(static sent => sent.Uri.AbsolutePath),
            Is.EqualTo(new[] { $"/{The.Tenant}/oauth2/v2.0/token", $"/{The.OtherTenant}/oauth2/v2.0/token" }));
        Assert.That(async () => await credential.GetTokenAsync(Some.Request(The.Vault, tenant: "evil.example"), default), Throws.TypeOf<AuthenticationFailedException>());
    }

    [Test]
    public void The_longest_unstated_life_is_the_longest_that_is_believed() => Assert.That(ServerSettings.LongestLifetime, Is.EqualTo(TokenLifetime.Longest));

    [Test]
    public void A_function_that_creates_no_HTTP_client_is_told_and_leaves_the_code([Values] bool throws) => Assert.Multiple(() =>
    {
        var client = new AuthorizationCodeClient(The.Tenant, The.Client, new AuthorizationCodeClientOptions
        {
            CreateHttpClient = () => throws ? throw new FormatException("the cause") : null!,
        });
        using AuthorizationCodeCredential credential = client.CreateCredential(The.Code, The.Redirect);

        Assert.That(
            () => credential.GetToken(Some.Request(), default),
            Throws.TypeOf<AuthenticationFailedException>().With.Message.StartsWith("CreateHttpClient of the options failed").And.Property("IsSignInRequired").False);
    });

    [Test]
    public async Task An_HTTP_client_is_created_for_each_request()
    {
        var endpoint = new ScriptedEndpoint(Answer.Token("access-1"), Answer.Token("access-2"));
        int created = 0;
        var client = new AuthorizationCodeClient(AuthorizationServer.EntraId(The.Tenant, The.Authority), The.Client, new AuthorizationCodeClientOptions
        {
            CreateHttpClient = () =>
            {
                created++;
                return new HttpClient(endpoint, disposeHandler: false);
            },
        });
        await using AuthorizationCodeCredential credential = client.CreateCredential(The.Code, The.Redirect);

        await credential.GetTokenAsync(Some.Request(The.Vault), default);
        await credential.GetTokenAsync(Some.Request(The.Storage), default);

        Assert.That(created, Is.EqualTo(2));
    }
}
