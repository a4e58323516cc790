namespace AuthCode.Testing.Tests;

/// <summary>A code is redeemed at the tenant that it was issued for, or at an alias that includes the tenant.</summary>
internal sealed class CodeTenantTests : IDisposable
{
    private const string Home = "72f988bf-0000-4000-8000-2d7cd011db47";
    private const string PersonalAccounts = "9188040d-6c67-4c5b-b112-36a304b66dad";

    private readonly Caller _caller = new();

    public void Dispose() => _caller.Dispose();

    [TestCase(null, The.Tenant)]
    [TestCase(null, "consumers")]
    [TestCase(null, PersonalAccounts)]
    [TestCase(null, "adfs")]
    [TestCase(The.Tenant, Home)]
    [TestCase(The.Tenant, The.OtherTenant)]
    [TestCase("common", The.Tenant)]
    [TestCase("common", "consumers")]
    [TestCase("organizations", "consumers")]
    [TestCase("consumers", Home)]
    [TestCase("consumers", "organizations")]
    public async Task A_code_is_refused_at_another_tenant_and_stays_intact(string? issuedFor, string tenant)
    {
        string code = _caller.IssueCode(new FakeAadCodeRequest { TenantId = issuedFor });

        _caller.Tenant = tenant;
        Reply refused = await _caller.RedeemAsync(code);
        _caller.Tenant = issuedFor;

        Assert.That(refused, Reply.Refused("invalid_grant", 700005));
        Assert.That(await _caller.RedeemAsync(code), Reply.Granted);
    }

    [TestCase(null, Home)]
    [TestCase(null, "common")]
    [TestCase(null, "organizations")]
    [TestCase("fabrikam.EXAMPLE", The.OtherTenant)]
    [TestCase(The.Tenant, "common")]
    [TestCase("common", Home)]
    [TestCase("organizations", "Common")]
    [TestCase("consumers", PersonalAccounts)]
    [TestCase("consumers", "common")]
    public async Task A_code_is_redeemed_at_its_tenant_by_any_name(string? issuedFor, string tenant)
    {
        string code = _caller.IssueCode(new FakeAadCodeRequest { TenantId = issuedFor });
        _caller.Tenant = tenant;

        Assert.That(await _caller.RedeemAsync(code), Reply.Granted);
    }

    [Test]
    public async Task A_code_of_the_authorize_endpoint_is_bound_to_the_tenant_in_the_path()
    {
        string code = (await _caller.GetAsync(_caller.Aad.AuthorizeUri([The.Vault], tenantId: The.Tenant))).Returned["code"];

        Assert.That(await _caller.RedeemAsync(code), Reply.Refused("invalid_grant", 700005));
        _caller.Tenant = The.Tenant;
        Assert.That(await _caller.RedeemAsync(code), Reply.Granted);
    }

    [Test]
    public async Task A_used_code_at_another_tenant_does_not_revoke_the_sign_in()
    {
        _caller.Aad.Options.RevokeOnReplay = true;
        string code = _caller.IssueCode(new FakeAadCodeRequest());
        string refreshToken = (await _caller.RedeemAsync(code)).RefreshToken!;

        _caller.Tenant = The.Tenant;
        Reply refused = await _caller.RedeemAsync(code);

        Assert.That(refused, Reply.Refused("invalid_grant", 700005));
        Assert.That(await _caller.RefreshAsync(refreshToken), Reply.Granted);
    }
}
