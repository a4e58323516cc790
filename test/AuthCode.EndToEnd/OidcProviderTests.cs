using System.Net;
using System.Security.Claims;
using Azure.Core;
using Microsoft.IdentityModel.JsonWebTokens;

namespace AuthCode.EndToEnd;

/// <summary>The whole way at a certified OpenID provider that nobody here wrote.</summary>
internal sealed class OidcProviderTests
{
    [Test]
    public async Task A_public_client_signs_a_user_in_with_PKCE()
    {
        await using OidcProvider provider = await OidcProvider.StartAsync();

        SignedInUser user = await OidcProvider.SignInAsync(provider.Client("public"), "profile", "email");

        Assert.That(
            (user.Principal.Identity!.Name, user.AccountKey), Is.EqualTo(("ada of the provider", $"{provider.Issuer.OriginalString}|ada")));
    }

    [TestCase("basic", ClientSecretMethod.Basic)]
    [TestCase("post", ClientSecretMethod.Post)]
    public async Task A_secret_with_every_kind_of_character_is_taken_on_both_grants(string clientId, ClientSecretMethod method)
    {
        await using OidcProvider provider = await OidcProvider.StartAsync();

        SignedInUser user = await OidcProvider.SignInAsync(provider.Client(clientId, ClientAuthentication.Secret(OidcProvider.Secret, method)), "email", "profile");
        AccessToken refreshed = await user.Credential.GetTokenAsync(new TokenRequestContext(["profile"]));

        Assert.That(refreshed.Token, Is.Not.Empty);
    }

    [Test]
    public async Task A_wrong_secret_is_told()
    {
        await using OidcProvider provider = await OidcProvider.StartAsync();
        AuthorizationCodeClient client = provider.Client("basic", ClientAuthentication.Secret("wrong", ClientSecretMethod.Basic));

        Assert.That(
            () => OidcProvider.SignInAsync(client, "email"),
            Throws.TypeOf<AuthenticationFailedException>().With.Property("Response").Property("Error").EqualTo("invalid_client"));
    }

    [TestCase(ClientAssertionAlgorithm.PS256, ClientAssertionAudience.Automatic)]
    [TestCase(ClientAssertionAlgorithm.RS256, ClientAssertionAudience.Issuer)]
    [TestCase(ClientAssertionAlgorithm.ES256, ClientAssertionAudience.Endpoint)]
    public async Task An_assertion_is_taken_on_both_grants(ClientAssertionAlgorithm algorithm, ClientAssertionAudience audience)
    {
        await using OidcProvider provider = await OidcProvider.StartAsync();
        ClientAuthentication authentication = ClientAuthentication.Certificate(
            algorithm == ClientAssertionAlgorithm.ES256 ? OidcProvider.CurveCertificate : OidcProvider.RsaCertificate,
            new ClientAssertionOptions { Algorithm = algorithm, Audience = audience });

        SignedInUser user = await OidcProvider.SignInAsync(provider.Client(algorithm.ToString(), authentication), "email", "profile");
        AccessToken refreshed = await user.Credential.GetTokenAsync(new TokenRequestContext(["profile"]));

        Assert.That(refreshed.Token, Is.Not.Empty);
    }

    [Test]
    public async Task A_refresh_token_that_rotates_is_never_sent_again_though_many_ask_at_once()
    {
        await using OidcProvider provider = await OidcProvider.StartAsync();
        var tap = new WireTap();
        SignedInUser user = await OidcProvider.SignInAsync(Tapped(provider, tap), "email", "profile");
        string[][] scopes = [["email"], ["profile"], ["openid"], ["openid", "email"], ["openid", "profile"], ["offline_access"]];

        AccessToken[] tokens = await Task.WhenAll(Enumerable.Range(0, 64).Select(
            i => user.Credential.GetTokenAsync(new TokenRequestContext(scopes[i % scopes.Length], claims: ClaimsOf(i % 12))).AsTask()));

        string[] sent = [.. tap.FormsAt("/token").Select(static form => WireTap.Field(form, "refresh_token")).OfType<string>()];
        Assert.Multiple(() =>
        {
            Assert.That(tokens.Select(static token => token.Token), Is.All.Not.Empty);
            Assert.That(sent, Is.Unique.And.Not.Empty);
        });
    }

    [Test]
    public async Task A_refresh_token_that_a_thief_sends_again_ends_the_session_with_the_reason()
    {
        await using OidcProvider provider = await OidcProvider.StartAsync();
        var tap = new WireTap();
        SignedInUser user = await OidcProvider.SignInAsync(Tapped(provider, tap), "email", "profile");
        await user.Credential.GetTokenAsync(new TokenRequestContext(["profile"], claims: ClaimsOf(1)));

        using HttpResponseMessage theft = await PostAsync(provider, "/token", ("grant_type", "refresh_token"), ("client_id", "public"), ("refresh_token", tap.RefreshTokens[0]));
        AuthenticationFailedException? failure = null;
        try
        {
            await user.Credential.GetTokenAsync(new TokenRequestContext(["openid"], claims: ClaimsOf(2)));
        }
        catch (AuthenticationFailedException e)
        {
            failure = e;
        }

        Assert.That(theft.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That((failure?.Response?.Error, failure?.IsSignInRequired), Is.EqualTo(("invalid_grant", true)));
    }

    // The token of the sign-in has all scopes: other claims need another one.
    private static string ClaimsOf(int number) => $$$"""{"access_token":{"claim-{{{number}}}":null}}""";

    [TestCase("basic")]
    [TestCase("pushed", Description = "who may do nothing else")]
    public async Task A_request_is_pushed_and_the_browser_carries_a_reference(string clientId)
    {
        await using OidcProvider provider = await OidcProvider.StartAsync();
        AuthorizationCodeClient client = provider.Client(
            clientId, ClientAuthentication.Secret(OidcProvider.Secret, ClientSecretMethod.Basic), atServer: static options => options.UsePushedAuthorization = true);

        AuthorizationRequest request = await client.CreateAuthorizationRequestAsync(OidcProvider.RedirectUri, ["email"]);
        SignedInUser user = await client.CompleteSignInAsync(request.Transaction, await ProviderPages.WalkAsync(request.Uri));

        Assert.That(request.Uri.Query, Does.Contain("request_uri=").And.Not.Contain("scope").And.Not.Contain("state"));
        Assert.That(user.Principal.FindFirst("sub")!.Value, Is.EqualTo("ada"));
    }

    [Test]
    public async Task Tokens_are_bound_to_a_key_and_the_nonces_of_the_server_are_used()
    {
        await using OidcProvider provider = await OidcProvider.StartAsync();
        using var key = new DPoPKey();
        AuthorizationCodeClient client = provider.Client("bound", configure: options => options.DPoPKey = key);

        SignedInUser user = await OidcProvider.SignInAsync(client, "email");
        AccessToken refreshed = await user.Credential.GetTokenAsync(new TokenRequestContext(["openid"]));
        ClaimsIdentity claims = await client.GetUserInfoAsync(user);

        Assert.That((refreshed.TokenType, claims.FindFirst("email")!.Value), Is.EqualTo(("DPoP", "ada@example.org")));
    }

    [Test]
    public async Task A_callback_without_the_issuer_that_the_server_promises_is_refused_before_the_code_is_sent()
    {
        await using OidcProvider provider = await OidcProvider.StartAsync();
        var tap = new WireTap();
        AuthorizationCodeClient client = Tapped(provider, tap);
        AuthorizationRequest request = await client.CreateAuthorizationRequestAsync(OidcProvider.RedirectUri, ["email"]);
        Uri callback = await ProviderPages.WalkAsync(request.Uri);
        string without = string.Join('&', callback.OriginalString.Split('&').Where(static pair => !pair.StartsWith("iss=", StringComparison.Ordinal)));

        Assert.That(without, Is.Not.EqualTo(callback.OriginalString));
        Assert.That(
            () => client.CompleteSignInAsync(request.Transaction, new Uri(without)), Throws.TypeOf<AuthenticationFailedException>().With.Message.Contains("names no issuer"));
        Assert.That(tap.FormsAt("/token"), Is.Empty);
    }

    [Test]
    public async Task A_revoked_refresh_token_is_of_no_use_to_anyone()
    {
        await using OidcProvider provider = await OidcProvider.StartAsync();
        var tap = new WireTap();
        SignedInUser user = await OidcProvider.SignInAsync(Tapped(provider, tap), "email");

        bool isRevoked = await user.Credential.RevokeAsync();
        using HttpResponseMessage after = await PostAsync(provider, "/token", ("grant_type", "refresh_token"), ("client_id", "public"), ("refresh_token", tap.RefreshTokens[^1]));

        Assert.That((isRevoked, after.StatusCode), Is.EqualTo((true, HttpStatusCode.BadRequest)));
    }

    [Test]
    public async Task Userinfo_has_what_the_scopes_allow()
    {
        await using OidcProvider provider = await OidcProvider.StartAsync();
        AuthorizationCodeClient client = provider.Client("public");

        ClaimsIdentity claims = await client.GetUserInfoAsync(await OidcProvider.SignInAsync(client, "email"));

        Assert.That((claims.FindFirst("sub")!.Value, claims.FindFirst("email")!.Value, claims.FindFirst("name")), Is.EqualTo(("ada", "ada@example.org", (Claim?)null)));
    }

    [Test]
    public async Task The_sign_out_address_is_one_that_the_provider_takes()
    {
        await using OidcProvider provider = await OidcProvider.StartAsync();
        AuthorizationCodeClient client = provider.Client("public");
        SignedInUser user = await OidcProvider.SignInAsync(client, "email");

        Uri url = await client.CreateSignOutUriAsync(OidcProvider.SignedOutUri, user, "bye");
        using var browser = new HttpClient();
        using HttpResponseMessage page = await browser.GetAsync(url);

        Assert.That(page.StatusCode, Is.EqualTo(HttpStatusCode.OK), await BodyText.OfAsync(page.Content));
    }

    [Test]
    public async Task A_token_is_for_the_resource_of_its_scope()
    {
        await using OidcProvider provider = await OidcProvider.StartAsync();
        AuthorizationCodeClient client = provider.Client("public", atServer: static options => options.Resources["read"] = new Uri("urn:files"));

        SignedInUser user = await OidcProvider.SignInAsync(client, "read");
        AccessToken token = await user.Credential.GetTokenAsync(new TokenRequestContext(["read"]));

        Assert.That(new JsonWebToken(token.Token).Audiences, Is.EqualTo(new[] { "urn:files" }));
    }

    private static AuthorizationCodeClient Tapped(OidcProvider provider, WireTap tap) =>
        provider.Client("public", configure: options => options.HttpClient = new HttpClient(tap) { Timeout = Timeout.InfiniteTimeSpan });

    private static async Task<HttpResponseMessage> PostAsync(OidcProvider provider, string path, params (string Name, string Value)[] fields)
    {
        using var http = new HttpClient();
        using var form = new FormUrlEncodedContent(fields.Select(static field => KeyValuePair.Create(field.Name, field.Value)));
        return await http.PostAsync(new Uri(provider.Issuer, path), form);
    }
}
