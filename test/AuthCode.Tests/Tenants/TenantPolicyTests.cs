using Azure.Core;

namespace AuthCode.Tests.Tenants;

/// <summary>Which tenant a request goes to, as seen on the wire.</summary>
internal sealed class TenantPolicyTests(bool isAsync) : BothWays(isAsync)
{
    private readonly ScriptedEndpoint _endpoint = new();

    [TestCase(null)]
    [TestCase("")]
    [TestCase(The.Tenant)]
    [TestCase("8F4C1D2E-5A6B-4C7D-8E9F-0A1B2C3D4E5F")]
    public async Task No_tenant_or_the_configured_one_in_any_case_goes_to_the_configured_one_as_it_was_written(string? requested)
    {
        SentRequest sent = await Send(requested, The.Tenant);

        Assert.That(sent.Uri.AbsolutePath, Is.EqualTo($"/{The.Tenant}/oauth2/v2.0/token"));
    }

    [TestCase("fabrikam.example", "fabrikam.example")]
    [TestCase("FABRIKAM.example", "fabrikam.example")]
    [TestCase("fabrikam.example", "Contoso.example", "FABRIKAM.example")]
    [TestCase("con-toso.example", "contoso.example", "con-toso.example", "coop.example")]
    [TestCase("any.example", "*")]
    [TestCase("any.example", "fabrikam.example", "*")]
    public async Task An_allowed_tenant_goes_to_itself(string requested, params string[] allowed)
    {
        SentRequest sent = await Send(requested, The.Tenant, allowed);

        Assert.That(sent.Uri.AbsolutePath, Is.EqualTo($"/{requested}/oauth2/v2.0/token"));
    }

    [TestCase("fabrikam.example")]
    [TestCase("fabrikam.example", "contoso.example")]
    [TestCase("a.fabrikam.example", "fabrikam.example")]
    [TestCase("common", "fabrikam.example")]
    public async Task Another_tenant_is_refused_with_the_sentence_that_users_search_for(string requested, params string[] allowed)
    {
        await using AuthorizationCodeCredential credential = Credential(The.Tenant, allowed);

        AuthenticationFailedException failure = await Failure(credential, Some.Request(The.Vault, tenant: requested));

        _endpoint.Verify();
        Assert.Multiple(() =>
        {
            Assert.That(failure.Message, Does.StartWith($"The current credential is not configured to acquire tokens for tenant {requested}"));
            Assert.That(failure.Message, Does.Contain("AdditionallyAllowedTenants").And.Contain("\"*\""));
            Assert.That(failure.Response, Is.Null);
        });
    }

    [TestCase(" ")]
    [TestCase("..")]
    [TestCase("../c4n4ry")]
    [TestCase("%2e%2e")]
    [TestCase("a\\c4n4ry")]
    [TestCase("c4n4ry?x")]
    [TestCase("c4n4ry#x")]
    [TestCase("c4n4ry\r\n")]
    [TestCase("*")]
    public async Task A_malformed_tenant_is_refused_whatever_is_allowed(string requested)
    {
        await using AuthorizationCodeCredential credential = Credential(The.Tenant, "*");

        AuthenticationFailedException failure = await Failure(credential, Some.Request(The.Vault, tenant: requested));

        _endpoint.Verify();
        Assert.Multiple(() =>
        {
            Assert.That(failure.InnerException, Is.TypeOf<ArgumentException>());
            Assert.That(failure.Message, Does.Contain("TokenRequestContext.TenantId").And.Not.Contain("c4n4ry"));
        });
    }

    [TestCase(The.OtherTenant)]
    [TestCase("not a tenant")]
    [TestCase("adfs")]
    public async Task AD_FS_has_one_tenant_and_an_endpoint_of_its_own(string requested)
    {
        SentRequest sent = await Send(requested, "adfs", "*");

        Assert.That(sent.Uri.AbsolutePath, Is.EqualTo("/adfs/oauth2/token"));
    }

    [Test]
    public async Task A_refusal_leaves_the_code()
    {
        await using AuthorizationCodeCredential credential = Credential(The.Tenant);
        await Failure(credential, Some.Request(The.Vault, tenant: The.OtherTenant));
        _endpoint.Then(Answer.Token("access-1"));

        Assert.That((await GetToken(credential, The.Vault)).Token, Is.EqualTo("access-1"));
    }

    [Test]
    public async Task Both_grants_go_to_the_tenant_that_was_asked_for()
    {
        _endpoint.Then(Answer.Token("of-fabrikam"), Answer.Token("of-contoso"));
        await using AuthorizationCodeCredential credential = Credential(The.Tenant, "*");

        await GetToken(credential, Some.Request(The.Vault, tenant: "fabrikam.example"));
        await GetToken(credential, Some.Request(The.Vault, tenant: "contoso.example"));

        _endpoint.Verify();
        Assert.That(
            _endpoint.Requests.Select(static sent => $"{sent["grant_type"]} {sent.Uri.AbsolutePath}"),
            Is.EqualTo(new[] { "authorization_code /fabrikam.example/oauth2/v2.0/token", "refresh_token /contoso.example/oauth2/v2.0/token" }));
    }

    [Test]
    public async Task Tokens_of_tenants_are_kept_apart()
    {
        _endpoint.Then(Answer.Token("of-home"), Answer.Token("of-fabrikam"));
        await using AuthorizationCodeCredential credential = Credential(The.Tenant, "*");
        TokenRequestContext home = Some.Request(The.Vault);
        TokenRequestContext fabrikam = Some.Request(The.Vault, tenant: "fabrikam.example");
        await GetToken(credential, home);
        await GetToken(credential, fabrikam);

        string[] again = [(await GetToken(credential, home)).Token, (await GetToken(credential, fabrikam)).Token];

        _endpoint.Verify();
        Assert.That(again, Is.EqualTo(new[] { "of-home", "of-fabrikam" }));
    }

    [Test]
    public async Task A_tenant_in_another_case_is_served_with_the_same_token()
    {
        _endpoint.Then(Answer.Token("of-fabrikam"));
        await using AuthorizationCodeCredential credential = Credential(The.Tenant, "*");
        await GetToken(credential, Some.Request(The.Vault, tenant: "fabrikam.example"));

        AccessToken again = await GetToken(credential, Some.Request(The.Vault, tenant: "FABRIKAM.example"));

        _endpoint.Verify();
        Assert.That(again.Token, Is.EqualTo("of-fabrikam"));
    }

    private async Task<SentRequest> Send(string? requested, string configured, params string[] allowed)
    {
        _endpoint.Then(Answer.Token());
        await using AuthorizationCodeCredential credential = Credential(configured, allowed);

        await GetToken(credential, Some.Request(The.Vault, tenant: requested));

        _endpoint.Verify();
        return _endpoint.Requests.Single();
    }

    private AuthorizationCodeCredential Credential(string configured, params string[] allowed) =>
        new(configured, The.Client, The.Code, The.Redirect, Some.Options(_endpoint, configure: options =>
        {
            foreach (string tenant in allowed)
            {
                options.AdditionallyAllowedTenants.Add(tenant);
            }
        }));
}
