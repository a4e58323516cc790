namespace AuthCode.Testing.Tests;

/// <summary>The scope .default stands for the permissions that were consented to, and an API alone is no scope.</summary>
internal sealed class DefaultScopeTests : IDisposable
{
    private readonly Caller _caller = new();

    public void Dispose() => _caller.Dispose();

    [TestCase("https://vault.azure.net/.default", "https://vault.azure.net/user_impersonation")]
    [TestCase("https://vault.azure.net/.DEFAULT", "https://vault.azure.net/user_impersonation")]
    [TestCase("https://vault.azure.net//.default", "https://vault.azure.net//user_impersonation")]
    [TestCase("https://vault.azure.net/.default https://vault.azure.net/.default", "https://vault.azure.net/user_impersonation")]
    [TestCase("openid profile email offline_access https://vault.azure.net/.default", "https://vault.azure.net/user_impersonation")]
    public async Task The_default_scope_is_granted_as_one_permission_of_an_API_that_is_not_listed(string scope, string granted)
    {
        Reply reply = await _caller.RedeemAsync(("scope", scope));

        Assert.That(reply["scope"], Is.EqualTo(granted));
        Assert.That(reply.AccessClaims.Claims["scp"].GetString(), Is.EqualTo("user_impersonation"));
    }

    [TestCase("https://api.example")]
    [TestCase("https://api.example/")]
    [TestCase("HTTPS://API.example")]
    public async Task The_default_scope_is_granted_as_the_permissions_that_are_listed(string listed)
    {
        _caller.Aad.Options.ConsentedScopes[listed] = ["read", "write"];

        Reply reply = await _caller.RedeemAsync(("scope", "https://api.example/.default"));

        Assert.That(reply["scope"], Is.EqualTo("https://api.example/read https://api.example/write"));
        Assert.That(reply.AccessClaims.Claims["scp"].GetString(), Is.EqualTo("read write"));
        Assert.That(reply.AccessClaims.Claims["aud"].GetString(), Is.EqualTo("https://api.example"));
    }

    [Test]
    public async Task A_refresh_and_a_request_without_scopes_get_permissions_in_place_of_the_default_scope()
    {
        string code = _caller.Aad.IssueCode(The.Vault, "offline_access");
        Reply first = await _caller.RedeemAsync(code, ("scope", null));
        Reply second = await _caller.RefreshAsync(first.RefreshToken, ("scope", The.Storage));

        Assert.That(first["scope"], Is.EqualTo("https://vault.azure.net/user_impersonation"));
        Assert.That(second["scope"], Is.EqualTo("https://storage.azure.com/user_impersonation"));
    }

    [Test]
    public async Task The_callback_for_scopes_gets_permissions_in_place_of_the_default_scope()
    {
        IReadOnlyList<string>? seen = null;
        _caller.Aad.Options.GrantScopes = scopes => seen = scopes;

        await _caller.RedeemAsync(("scope", The.Vault));

        Assert.That(seen, Is.EqualTo(["https://vault.azure.net/user_impersonation"]));
    }

    [TestCase("https://vault.azure.net/.default https://vault.azure.net/user_impersonation")]
    [TestCase("https://vault.azure.net/read openid https://VAULT.azure.net/.default")]
    [TestCase("https://vault.azure.net/read https://vault.azure.net//.default")]
    [TestCase("User.Read https://graph.microsoft.com/.default")]
    public async Task The_default_scope_beside_others_of_its_API_is_refused(string scope)
    {
        string code = _caller.Aad.IssueCode(The.Vault);

        Reply token = await _caller.RedeemAsync(code, ("scope", scope));
        Reply page = await _caller.AuthorizeAsync(("scope", scope));

        Assert.That(token, Reply.Refused("invalid_scope", 70011));
        Assert.That(token["error_description"], Does.Contain(".default scope can't be combined with resource-specific scopes."));
        Assert.That(page.Returned["error"], Is.EqualTo("invalid_scope"));
        Assert.That(page.Returned["error_description"], Does.StartWith("AADSTS70011: "));
        Assert.That(await _caller.RedeemAsync(code), Reply.Granted, "the code is intact");
        Assert.That(await _caller.RedeemAsync(_caller.Aad.IssueCode(scope.Split(' ')), ("scope", null)), Reply.Refused("invalid_scope", 70011));
    }

    [Test]
    public async Task The_default_scope_of_one_API_beside_a_scope_of_another_is_fine_at_the_authorize_endpoint() =>
        Assert.That((await _caller.AuthorizeAsync(("scope", $"{The.Vault} {The.Storage} User.Read"))).Returned, Contains.Key("code"));

    [TestCase("https://vault.azure.net")]
    [TestCase("https://vault.azure.net/")]
    [TestCase("https://vault.azure.net//")]
    [TestCase("https://")]
    [TestCase("https:/x")]
    [TestCase("https:///x")]
    [TestCase("api://4a1aa1d5-0000-4000-8000-d8a4f4d1d1c4")]
    [TestCase("4a1aa1d5-0000-4000-8000-d8a4f4d1d1c4")]
    [TestCase("urn:api")]
    [TestCase("/")]
    [TestCase("/.default")]
    [TestCase("https://vault.azure.net/.default https://vault.azure.net")]
    public async Task An_API_alone_is_no_scope(string scope)
    {
        Reply token = await _caller.RedeemAsync(("scope", scope));
        Reply page = await _caller.AuthorizeAsync(("scope", scope));

        Assert.That(token, Reply.Refused("invalid_scope", 70011));
        Assert.That(page.Returned["error"], Is.EqualTo("invalid_scope"));
        Assert.That(await _caller.RedeemAsync(_caller.Aad.IssueCode(scope.Split(' ')), ("scope", null)), Reply.Refused("invalid_scope", 70011));
    }
}
