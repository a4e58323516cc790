namespace AuthCode.Tests.TokenEndpoint;

/// <summary>What holds secrets prints what it is for, and not them.</summary>
internal sealed class PrintingTests
{
    [Test]
    public void A_code_grant_prints_its_type_and_tenant()
    {
        using var code = AuthorizationCode.Create(The.Code, RedirectUri.From(The.Redirect, "redirectUri"), CodeVerifier.Parse(The.Verifier, "codeVerifier"));
        var grant = new AuthorizationCodeGrant(Some.Parameters(Tenant.Of("t")), code, Some.Profile);

        Assert.That(grant.ToString(), Is.EqualTo("authorization_code for t"));
    }

    [Test]
    public void A_refresh_grant_prints_its_type_and_tenant()
    {
        using var refreshToken = new SecretText("the refresh token");
        var grant = new RefreshTokenGrant(Some.Parameters(Tenant.Of("t")), refreshToken, Some.Profile);

        Assert.That(grant.ToString(), Is.EqualTo("refresh_token for t"));
    }

    [Test]
    public void A_request_of_a_client_prints_the_client_and_the_host()
    {
        using var form = new FormBody();
        using var message = new HttpRequestMessage();
        message.Headers.Authorization = new("Basic", The.Secret);
        form.AddSecret("code", The.Code);
        var request = new ClientRequest(ClientId.Parse("the client"), new Uri(The.Authority, "token"), AuthorizationServer.EntraId(The.Tenant, The.Authority), form, message.Headers, The.Now);

        Assert.That(request.ToString(), Is.EqualTo("the client at login.entra.example"));
    }

    [Test]
    public void A_request_of_a_caller_prints_its_scopes_and_tenant_and_no_claims()
    {
        var key = new TokenCacheKey(new ScopeSet(["a", "b"]), Tenant.Of("t"), """{"c":1}""", false);

        Assert.That(TokenRequest.From(key, new(["a", "b"], claims: """{"c":1}"""), Some.Profile).ToString(), Is.EqualTo("a b of t"));
    }

    [Test]
    public void An_authorization_code_wipes_both_of_its_secrets()
    {
        var code = AuthorizationCode.Create(The.Code, redirectUri: null, CodeVerifier.Parse(The.Verifier, "codeVerifier"));

        code.Dispose();

        Assert.That((code.Code.Utf8.Length, code.CodeVerifier!.Utf8.Length), Is.EqualTo((0, 0)));
    }
}
