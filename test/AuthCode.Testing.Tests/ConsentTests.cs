namespace AuthCode.Testing.Tests;

/// <summary>A token has only permissions that were consented to: in the options, or at sign-in.</summary>
internal sealed class ConsentTests : IDisposable
{
    private const string Api = "https://api.example";

    private readonly Caller _caller = new(static options => options.ConsentedScopes[Api] = ["read"]);

    public void Dispose() => _caller.Dispose();

    [TestCase($"{Api}/write")]
    [TestCase($"{Api}/read {Api}/write")]
    [TestCase("HTTPS://api.EXAMPLE/write")]
    public async Task A_permission_that_was_not_consented_to_is_refused_and_leaves_the_grant(string scope)
    {
        string code = _caller.Aad.IssueCode(The.Vault);

        Reply refused = await _caller.RedeemAsync(code, ("scope", scope));
        string refreshToken = (await _caller.RedeemAsync(code)).RefreshToken!;

        Assert.That(refused, Reply.Refused("invalid_grant", 65001));
        Assert.That(refused["suberror"], Is.EqualTo("consent_required"));
        Assert.That(refused["error_description"], Does.StartWith("AADSTS65001: ").And.Contain($"'{_caller.Aad.ClientId}'"));
        Assert.That(await _caller.RefreshAsync(refreshToken, ("scope", scope)), Reply.Refused("invalid_grant", 65001));
        Assert.That(await _caller.RefreshAsync(refreshToken), Reply.Granted);
    }

    [TestCase($"{Api}/read")]
    [TestCase($"{Api}/READ")]
    [TestCase($"{Api}//read")]
    public async Task A_permission_that_was_consented_to_is_granted_as_requested(string scope) =>
        Assert.That((await _caller.RedeemAsync(("scope", scope)))["scope"], Is.EqualTo(scope));

    [Test]
    public async Task An_API_that_is_not_listed_grants_what_is_requested() =>
        Assert.That((await _caller.RedeemAsync(("scope", "https://other.example/a https://other.example/b")))["scope"], Is.EqualTo("https://other.example/a https://other.example/b"));

    [Test]
    public async Task Scopes_of_OpenID_need_no_consent()
    {
        _caller.Aad.Options.ConsentedScopes["https://graph.microsoft.com"] = [];

        Assert.That(await _caller.RedeemAsync(("scope", "openid profile email offline_access")), Reply.Granted);
        Assert.That(await _caller.RedeemAsync(("scope", "User.Read")), Reply.Refused("invalid_grant", 65001));
    }

    [Test]
    public async Task Without_any_permission_the_default_scope_is_refused()
    {
        _caller.Aad.Options.ConsentedScopes[Api] = [];
        string code = _caller.Aad.IssueCode($"{Api}/.default");

        Assert.That(await _caller.RedeemAsync(code, ("scope", $"{Api}/.default")), Reply.Refused("invalid_grant", 65001));
        _caller.Aad.Options.ConsentedScopes[Api] = ["read"];
        Assert.That(await _caller.RedeemAsync(code, ("scope", $"{Api}/.default")), Reply.Granted);
    }

    [Test]
    public async Task The_user_consents_at_the_authorize_endpoint_for_the_tokens_of_that_sign_in()
    {
        string old = await _caller.SignInAsync();
        Reply page = await _caller.AuthorizeAsync(("scope", $"{Api}/write offline_access"));
        string code = page.Returned["code"];

        Reply reply = await _caller.RedeemAsync(code, ("scope", $"{Api}/write"));
        Reply all = await _caller.RefreshAsync(reply.RefreshToken, ("scope", $"{Api}/.default"));

        Assert.That(reply["scope"], Is.EqualTo($"{Api}/write"));
        Assert.That(all["scope"], Is.EqualTo($"{Api}/read {Api}/write"));
        Assert.That(await _caller.RefreshAsync(old, ("scope", $"{Api}/write")), Reply.Refused("invalid_grant", 65001));
    }

    [Test]
    public async Task The_options_list_no_API_at_first()
    {
        using var caller = new Caller();

        Assert.That(caller.Aad.Options.ConsentedScopes, Is.Empty);
        Assert.That(await caller.RedeemAsync(("scope", $"{Api}/write")), Reply.Granted);
    }
}
