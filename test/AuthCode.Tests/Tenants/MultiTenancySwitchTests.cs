namespace AuthCode.Tests.Tenants;

/// <summary>AZURE_IDENTITY_DISABLE_MULTITENANTAUTH, which every credential of the process reads: these tests run alone.</summary>
[NonParallelizable]
internal sealed class MultiTenancySwitchTests(bool isAsync) : BothWays(isAsync)
{
    private const string Variable = "AZURE_IDENTITY_DISABLE_MULTITENANTAUTH";

    [TestCase("true")]
    [TestCase("TRUE")]
    [TestCase("True")]
    [TestCase("1")]
    public async Task Switched_off_every_request_goes_to_the_configured_tenant(string value) =>
        Assert.That(await PathOf(value, The.OtherTenant), Is.EqualTo($"/{The.Tenant}/oauth2/v2.0/token"));

    [TestCase(null)]
    [TestCase("")]
    [TestCase("false")]
    [TestCase("0")]
    [TestCase("yes")]
    [TestCase("true ")]
    public async Task Any_other_value_does_not_switch_it_off(string? value) =>
        Assert.That(await PathOf(value, The.OtherTenant), Is.EqualTo($"/{The.OtherTenant}/oauth2/v2.0/token"));

    [Test]
    public async Task Switched_off_a_tenant_that_is_not_allowed_is_no_failure()
    {
        using var variable = new EnvironmentVariable(Variable, "true");
        var endpoint = new ScriptedEndpoint(Answer.Token("access-1"));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint);

        Assert.That((await GetToken(credential, Some.Request(The.Vault, tenant: The.OtherTenant))).Token, Is.EqualTo("access-1"));
    }

    [Test]
    public async Task The_switch_is_read_at_each_call()
    {
        using var variable = new EnvironmentVariable(Variable, "true");
        var endpoint = new ScriptedEndpoint(Answer.Token("of-home"));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint);
        await GetToken(credential, Some.Request(The.Vault, tenant: The.OtherTenant));

        variable.Set("false");
        AuthenticationFailedException failure = await Failure(credential, Some.Request(The.Vault, tenant: The.OtherTenant));

        endpoint.Verify();
        Assert.That(failure.Message, Does.StartWith("The current credential is not configured to acquire tokens for tenant"));
    }

    private async Task<string> PathOf(string? value, string requested)
    {
        using var variable = new EnvironmentVariable(Variable, value);
        var endpoint = new ScriptedEndpoint(Answer.Token());
        await using AuthorizationCodeCredential credential =
            Some.Credential(endpoint, configure: static options => options.AdditionallyAllowedTenants.Add("*"));

        await GetToken(credential, Some.Request(The.Vault, tenant: requested));

        endpoint.Verify();
        return endpoint.Requests.Single().Uri.AbsolutePath;
    }
}
