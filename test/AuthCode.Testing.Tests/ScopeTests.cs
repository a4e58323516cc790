namespace AuthCode.Testing.Tests;

/// <summary>Scopes: of one API at a time, and granted as the knob says.</summary>
internal sealed class ScopeTests : IDisposable
{
    private readonly Caller _caller = new();

    public void Dispose() => _caller.Dispose();

    [Test]
    public async Task What_was_asked_for_is_granted_and_reserved_scopes_are_not_repeated()
    {
        Reply reply = await _caller.RedeemAsync(("scope", "openid https://api.example/read profile https://api.example/write offline_access"));

        Assert.That(reply["scope"], Is.EqualTo("https://api.example/read https://api.example/write"));
        Assert.That(reply.AccessClaims.Claims["scp"].GetString(), Is.EqualTo("read write"));
    }

    [Test]
    public async Task Fewer_scopes_are_granted_when_the_knob_says_so()
    {
        IReadOnlyList<string>? seen = null;
        _caller.Aad.Options.GrantScopes = asked =>
        {
            seen = asked;
            return ["https://api.example/read"];
        };

        Reply reply = await _caller.RedeemAsync(("scope", "openid profile offline_access https://api.example/read https://api.example/write"));

        Assert.That(seen, Is.EqualTo(["https://api.example/read", "https://api.example/write"]));
        Assert.That(reply["scope"], Is.EqualTo("https://api.example/read"));
        Assert.That(reply.AccessClaims.Claims["scp"].GetString(), Is.EqualTo("read"));
    }

    [Test]
    public async Task Fewer_scopes_are_granted_to_a_refresh_too()
    {
        string refreshToken = await _caller.SignInAsync();
        _caller.Aad.Options.GrantScopes = static _ => ["https://api.example/read"];

        Reply reply = await _caller.RefreshAsync(refreshToken, ("scope", "https://api.example/read https://api.example/write"));

        Assert.That(reply["scope"], Is.EqualTo("https://api.example/read"));
    }

    [TestCase("https://vault.azure.net/.default", "https://vault.azure.net")]
    [TestCase("https://vault.azure.net//.default", "https://vault.azure.net/")]
    [TestCase("https://api.example/v1/read", "https://api.example/v1")]
    [TestCase("api://4a1aa1d5-0000-4000-8000-d8a4f4d1d1c4/access_as_user", "api://4a1aa1d5-0000-4000-8000-d8a4f4d1d1c4")]
    [TestCase("4a1aa1d5-0000-4000-8000-d8a4f4d1d1c4/.default", "4a1aa1d5-0000-4000-8000-d8a4f4d1d1c4")]
    [TestCase("User.Read", "https://graph.microsoft.com")]
    [TestCase("User.Read https://graph.microsoft.com/Mail.Read", "https://graph.microsoft.com")]
    [TestCase("openid", "https://graph.microsoft.com")]
    public async Task The_API_of_the_scopes_is_the_audience(string scope, string audience)
    {
        Reply reply = await _caller.RedeemAsync(("scope", scope));

        Assert.That(reply.AccessClaims.Claims["aud"].GetString(), Is.EqualTo(audience));
    }

    [TestCase("https://vault.azure.net/.default https://storage.azure.com/.default")]
    [TestCase("https://vault.azure.net/.default User.Read")]
    [TestCase("https://vault.azure.net/.default https://vault.azure.net/v2/.default")]
    public async Task Several_APIs_at_once_are_refused_and_leave_the_grant(string scope)
    {
        string code = _caller.Aad.IssueCode(The.Vault);

        Assert.That(await _caller.RedeemAsync(code, ("scope", scope)), Reply.Refused("invalid_request", 28000));
        string refreshToken = (await _caller.RedeemAsync(code)).RefreshToken!;
        Assert.That(await _caller.RefreshAsync(refreshToken, ("scope", scope)), Reply.Refused("invalid_request", 28000));
    }

    [TestCase("https://vault.azure.net/.default \"x\"")]
    [TestCase("back\\slash")]
    [TestCase("é")]
    [TestCase("a\tb")]
    [TestCase("a\nb")]
    [TestCase("a\u007Fb")]
    public async Task A_malformed_scope_is_refused_and_leaves_the_grant(string scope)
    {
        string code = _caller.Aad.IssueCode(The.Vault);

        Assert.That(await _caller.RedeemAsync(code, ("scope", scope)), Reply.Refused("invalid_scope", 70011));
        string refreshToken = (await _caller.RedeemAsync(code)).RefreshToken!;
        Assert.That(await _caller.RefreshAsync(refreshToken, ("scope", scope)), Reply.Refused("invalid_scope", 70011));
    }

    [TestCase("https://vault.azure.net/.default", "https://vault.azure.net")]
    [TestCase("openid offline_access https://vault.azure.net/.default https://storage.azure.com/.default", "https://vault.azure.net")]
    [TestCase("openid", "https://graph.microsoft.com")]
    public async Task Without_a_scope_the_codes_are_meant(string consented, string audience)
    {
        string code = _caller.Aad.IssueCode(consented.Split(' '));

        Reply reply = await _caller.RedeemAsync(code, ("scope", null));

        Assert.That(reply.AccessClaims.Claims["aud"].GetString(), Is.EqualTo(audience));
    }

    [Test]
    public async Task Without_a_scope_anywhere_the_request_is_refused() =>
        Assert.That(await _caller.RedeemAsync(_caller.Aad.IssueCode(), ("scope", "")), Reply.Refused("invalid_scope", 70011));

    [Test]
    public async Task What_the_user_consented_to_with_the_code_comes_with_it()
    {
        string code = _caller.Aad.IssueCode(The.Vault, "openid", "offline_access");

        Reply reply = await _caller.RedeemAsync(code, ("scope", The.Vault));

        Assert.That(reply.RefreshToken, Is.Not.Null);
        Assert.That(reply.IdClaims.Claims["aud"].GetString(), Is.EqualTo(_caller.Aad.ClientId));
    }

    [Test]
    public async Task Email_is_a_scope_of_OpenID_together_with_any_API() =>
        Assert.That((await _caller.RedeemAsync(("scope", "openid email https://api.example/read")))["scope"], Is.EqualTo("https://api.example/read"));

    [Test]
    public async Task A_knob_that_throws_is_told_and_leaves_the_code()
    {
        string code = _caller.Aad.IssueCode(The.Vault);
        _caller.Aad.Options.GrantScopes = static _ => throw new InvalidOperationException("the test's own mistake");

        Reply reply = await _caller.RedeemAsync(code);
        _caller.Aad.Options.GrantScopes = null;

        Assert.That((int)reply.Status, Is.EqualTo(500));
        Assert.That(reply.Body, Does.Contain("the test's own mistake"));
        Assert.That(await _caller.RedeemAsync(code), Reply.Granted);
    }
}
