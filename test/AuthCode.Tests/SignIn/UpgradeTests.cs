using AuthCode.Testing;

namespace AuthCode.Tests.SignIn;

/// <summary>A user who signs in again, for further scopes or another factor, and whose sign-in may be of another account.</summary>
internal sealed class UpgradeTests(bool isAsync) : BothWays(isAsync)
{
    [Test]
    public async Task The_credential_that_is_in_use_goes_on_with_the_new_session()
    {
        using var aad = FakeAad.Start();
        AuthorizationCodeClient client = Client(aad);
        SignedInUser user = await SignIn(aad, client, The.Vault);

        SignedInUser upgraded = await SignIn(aad, client, The.Storage, user);
        int before = aad.TokenRequests.Count;
        await GetToken(user.Credential, The.Storage);
        int storage = aad.TokenRequests.Count;
        await GetToken(user.Credential, The.Graph);

        Assert.Multiple(() =>
        {
            Assert.That(upgraded.Credential, Is.SameAs(user.Credential));
            Assert.That((before, storage), Is.EqualTo((2, 2)), "the new token is there");
            Assert.That(aad.TokenRequests[^1].StatusCode, Is.EqualTo(200), "the new refresh token works");
        });
    }

    [Test]
    public async Task Another_account_is_refused_and_the_credential_goes_on()
    {
        using var aad = FakeAad.Start();
        AuthorizationCodeClient client = Client(aad);
        SignedInUser user = await SignIn(aad, client, The.Vault);
        aad.Options.User = aad.Options.User with { ObjectId = "00000000-aaaa-4000-8000-000000000099" };

        Assert.That(() => SignIn(aad, client, The.Storage, user), Throws.TypeOf<AuthenticationFailedException>().With.Message.StartsWith("Another account").And.Property("IsSignInRequired").True);
        Assert.That((await GetToken(user.Credential, The.Graph)).Token, Is.Not.Empty);
    }

    [Test]
    public async Task A_session_that_has_ended_goes_on()
    {
        using var aad = FakeAad.Start();
        AuthorizationCodeClient client = Client(aad);
        SignedInUser user = await SignIn(aad, client, The.Vault);
        aad.RevokeRefreshTokens();
        await Failure(user.Credential, Some.Request(The.Storage));

        await SignIn(aad, client, The.Storage, user);

        Assert.That((await GetToken(user.Credential, The.Graph)).Token, Is.Not.Empty);
    }

    [Test]
    public async Task A_user_of_another_client_or_of_a_disposed_credential_is_refused_before_the_code_is_sent()
    {
        using var aad = FakeAad.Start();
        AuthorizationCodeClient client = Client(aad);
        SignedInUser user = await SignIn(aad, client, The.Vault);
        var other = new AuthorizationCodeClient("common", aad.ClientId, new AuthorizationCodeClientOptions { AuthorityHost = aad.AuthorityHost });
        AuthorizationRequest request = await other.CreateAuthorizationRequestAsync(aad.RedirectUri, [The.Vault]);

        Assert.That(() => other.CompleteSignInAsync(request.Transaction, new Uri($"{aad.RedirectUri}?code=c&state={request.Transaction.State}"), user), Refusal.Of("user", "signed in by another client"));
        user.Credential.Dispose();
        Assert.That(() => SignIn(aad, client, The.Storage, user), Throws.InstanceOf<ObjectDisposedException>());
        Assert.That(aad.TokenRequests, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Users_of_tenants_that_are_not_allowed_are_refused([Values] bool isAllowed)
    {
        using var aad = FakeAad.Start();
        string allowed = isAllowed ? aad.Options.User.HomeTenantId.ToUpperInvariant() : "00000000-aaaa-4000-8000-000000000077";
        AuthorizationCodeClient client = Client(aad, "common", options => options.AllowedSignInTenants.Add(allowed));

        Assert.That(
            () => SignIn(aad, client, The.Vault),
            isAllowed ? Throws.Nothing : Throws.TypeOf<AuthenticationFailedException>().With.Message.Contains("AllowedSignInTenants"));
    }

    [Test]
    public void An_allowed_tenant_is_a_tenant_id() => Assert.That(
        () => new AuthorizationCodeClient("common", The.Client, new AuthorizationCodeClientOptions { AllowedSignInTenants = { "contoso.example" } }),
        Refusal.Of("options", "Each entry of AllowedSignInTenants must be a tenant ID"));

    [Test]
    public void Allowed_tenants_are_of_Entra_ID_alone() => Assert.That(
        () => new AuthorizationCodeClient(AuthorizationServer.OpenIdProvider(new Uri("https://op.example")), The.Client, new AuthorizationCodeClientOptions { AllowedSignInTenants = { The.Tenant } }),
        Refusal.Of("options", "AllowedSignInTenants applies to Entra ID only"));

    [Test]
    public async Task The_token_of_a_sign_in_serves_callers_with_and_without_continuous_access_evaluation()
    {
        using var aad = FakeAad.Start();
        SignedInUser user = await SignIn(aad, Client(aad), The.Vault);

        await GetToken(user.Credential, Some.Request(The.Vault, cae: true));
        await GetToken(user.Credential, Some.Request(The.Vault));

        Assert.That(aad.TokenRequests, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task The_code_is_redeemed_for_the_first_API_and_not_for_a_scope_of_OpenID()
    {
        using var aad = FakeAad.Start();
        AuthorizationCodeClient client = Client(aad);
        AuthorizationRequest request = await client.CreateAuthorizationRequestAsync(aad.RedirectUri, ["email", "phone", "address", The.Storage]);

        await Complete(aad, client, request, null);

        Assert.That(aad.TokenRequests.Single().Scopes, Does.Contain(The.Storage).And.Not.Contain("email"));
    }

    private static async Task<SignedInUser> SignIn(FakeAad aad, AuthorizationCodeClient client, string scope, SignedInUser? upgrade = null) =>
        await Complete(aad, client, await client.CreateAuthorizationRequestAsync(aad.RedirectUri, [scope]), upgrade);

    private static async Task<SignedInUser> Complete(FakeAad aad, AuthorizationCodeClient client, AuthorizationRequest request, SignedInUser? upgrade)
    {
        using var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        using HttpResponseMessage page = await browser.GetAsync(request.Uri);
        Uri callback = page.Headers.Location!;
        return upgrade is null
            ? await client.CompleteSignInAsync(request.Transaction, callback)
            : await client.CompleteSignInAsync(request.Transaction, callback, upgrade: upgrade);
    }

    private static AuthorizationCodeClient Client(FakeAad aad, string? tenant = null, Action<AuthorizationCodeClientOptions>? configure = null)
    {
        var options = new AuthorizationCodeClientOptions { AuthorityHost = aad.AuthorityHost, ClientAuthentication = ClientAuthentication.Secret(aad.ClientSecret!) };
        configure?.Invoke(options);
        return new AuthorizationCodeClient(tenant ?? aad.TenantId, aad.ClientId, options);
    }
}
