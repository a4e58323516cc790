namespace AuthCode.Testing.Tests;

/// <summary>Claims that an API requires: only a sign-in that asks for them meets them.</summary>
internal sealed class RequiredClaimsTests : IDisposable
{
    private const string Vault = "https://vault.azure.net";
    private const string Required = """{"access_token":{"acrs":{"essential":true,"value":"c1"}}}""";
    private const string WithCapability = """{"access_token":{"xms_cc":{"values":["cp1"]},"acrs":{"essential":true,"value":"c1"}}}""";

    private readonly Caller _caller = new();

    public void Dispose() => _caller.Dispose();

    [Test]
    public async Task A_refresh_of_an_earlier_sign_in_is_refused_with_and_without_the_claims_and_is_not_used_up()
    {
        string refreshToken = await _caller.SignInAsync();
        _caller.Aad.Options.RevokeOnReplay = true;
        _caller.Aad.RequireClaims(Vault, Required);

        Assert.That(await _caller.RefreshAsync(refreshToken), Reply.Refused("interaction_required", 50076));
        Reply refused = await _caller.RefreshAsync(refreshToken, ("claims", Required));
        Assert.That(refused, Reply.Refused("interaction_required", 50076));
        Assert.That(refused["claims"], Is.EqualTo(Required));
        Assert.That(await _caller.RefreshAsync(refreshToken, ("scope", The.Storage)), Reply.Granted);
    }

    [TestCase(Required)]
    [TestCase(WithCapability)]
    public async Task A_sign_in_with_the_claims_meets_them_for_its_code_and_its_refresh_tokens(string claims)
    {
        string old = await _caller.SignInAsync();
        _caller.Aad.RequireClaims(Vault, Required);
        Reply page = await _caller.GetAsync(_caller.Aad.AuthorizeUri([The.Vault, "offline_access"], claims: claims));

        Reply first = await _caller.RedeemAsync(page.Returned["code"]);
        Reply second = await _caller.RefreshAsync(first.RefreshToken);

        Assert.That(first.AccessClaims.Claims["acrs"].GetString(), Is.EqualTo("c1"));
        Assert.That(second.AccessClaims.Claims["acrs"].GetString(), Is.EqualTo("c1"));
        Assert.That(await _caller.RefreshAsync(old), Reply.Refused("interaction_required", 50076), "the earlier sign-in");
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase("""{"access_token":{"acrs":{"value":"c2"}}}""")]
    [TestCase("""{"id_token":{"acrs":{"value":"c1"}}}""")]
    public async Task A_sign_in_without_the_claims_does_not_meet_them(string? claims)
    {
        _caller.Aad.RequireClaims(Vault, Required);
        string code = _caller.IssueCode(new FakeAadCodeRequest { Claims = claims });

        Assert.That(await _caller.RedeemAsync(code), Reply.Refused("interaction_required", 50076));
        _caller.Aad.RequireClaims(Vault, null);
        Assert.That(await _caller.RedeemAsync(code), Reply.Granted, "the code is intact");
    }

    [TestCase("""{"access_token":{"acrs":{"essential":true,"values":["c1","c2"]}}}""")]
    [TestCase("""{"access_token":{"polids":{"essential":true}}}""")]
    public async Task Claims_of_several_values_or_none_can_be_required(string claims)
    {
        _caller.Aad.RequireClaims(Vault, claims);

        Assert.That(await _caller.RedeemAsync(), Reply.Refused("interaction_required", 50076));
        Assert.That(await _caller.RedeemAsync(_caller.IssueCode(new FakeAadCodeRequest { Claims = claims })), Reply.Granted);
    }

    [TestCase("{")]
    [TestCase("[]")]
    [TestCase("""{"access_token":{},"access_token":{}}""")]
    public async Task Malformed_claims_are_refused_at_the_authorize_endpoint_and_in_a_request_for_a_code(string claims)
    {
        Reply page = await _caller.GetAsync(_caller.Aad.AuthorizeUri([The.Vault], claims: claims));

        Assert.That(page.Returned["error"], Is.EqualTo("invalid_request"));
        Assert.That(page.Returned["error_description"], Does.StartWith("AADSTS9002313: "));
        Assert.That(() => _caller.Aad.IssueCode(new FakeAadCodeRequest { Claims = claims }), Throws.ArgumentException.With.Property("ParamName").EqualTo("request"));
    }
}
