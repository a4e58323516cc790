using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Azure.Core;

namespace AuthCode.Tests.Scenarios.Providers;

/// <summary>What one server wants otherwise than the standard, by options.</summary>
internal sealed class ServerOptionTests(bool isAsync) : ProviderFixture(isAsync)
{
    [Test]
    public async Task Parameters_are_added_to_each_kind_of_request_apart()
    {
        AuthorizationCodeClient client = Client(atServer: static options =>
        {
            options.AuthorizationParameters["access_type"] = "offline";
            options.AuthorizationParameters["prompt"] = "consent";
            options.CodeParameters["expiring"] = "1";
            options.RefreshParameters["redirect_uri"] = The.Redirect.OriginalString;
            options.SignOutParameters["logout_uri"] = "https://app.example/bye";
            options.SignOutParameters["post_logout_redirect_uri"] = null;
        });
        AuthorizationRequest request = await client.CreateAuthorizationRequestAsync(The.Redirect, ["a"]);
        SignedInUser user = await SignIn(client, ["a"]);
        Time.Advance(The.Hour);
        await GetToken(user.Credential, "a");
        Uri signOut = await client.CreateSignOutUriAsync(new Uri("https://app.example/"), user);

        Assert.Multiple(() =>
        {
            Assert.That((QueryOf(request.Uri)["access_type"], QueryOf(request.Uri)["prompt"]), Is.EqualTo(("offline", "consent")));
            Assert.That(Server.At("/token").Select(static sent => (sent["expiring"], sent["redirect_uri"])), Is.EqualTo(new[] { ("1", The.Redirect.OriginalString), (null, The.Redirect.OriginalString) }));
            Assert.That(QueryOf(signOut), Contains.Key("logout_uri").WithValue("https://app.example/bye").And.Not.ContainKey("post_logout_redirect_uri"));
        });
    }

    [Test]
    public async Task What_one_request_says_goes_before_what_the_server_always_wants()
    {
        AuthorizationCodeClient client = Client(atServer: static options => options.AuthorizationParameters["prompt"] = "consent");

        AuthorizationRequest request = await client.CreateAuthorizationRequestAsync(The.Redirect, ["a"], new AuthorizationRequestOptions { Prompt = "login" });

        Assert.That(request.Uri.Query.Split("prompt=").Skip(1), Is.EqualTo(new[] { "login" }));
    }

    [Test]
    public async Task Scopes_go_with_the_code_where_the_server_wants_them()
    {
        await using AuthorizationCodeCredential credential = Credential(atServer: static options => options.CodeParameters["scope"] = "x y");

        await GetToken(credential, "x");

        Assert.That(Server.At("/token").Single()["scope"], Is.EqualTo("x y"));
    }

    [TestCase("client_id")]
    [TestCase("Client_Secret")]
    [TestCase("state")]
    [TestCase("code_challenge")]
    [TestCase("redirect_uri")]
    [TestCase("scope")]
    [TestCase("request_uri")]
    [TestCase("")]
    [TestCase(" ")]
    public void What_the_protocol_owns_cannot_be_changed(string name) => Assert.That(
        () => ServerWith(options => options.AuthorizationParameters[name] = "x"), Refusal.Of("options", "AuthorizationParameters must not hold"));

    [TestCase("max_age", "MaxAge")]
    [TestCase("Acr_Values", "AcrValues")]
    public void What_the_ID_token_is_checked_for_is_set_for_each_sign_in(string name, string option) => Assert.That(
        () => ServerWith(options => options.AuthorizationParameters[name] = "1"), Refusal.Of("options", $"AuthorizationRequestOptions.{option}"));

    [TestCase("code")]
    [TestCase("redirect_uri")]
    [TestCase("client_assertion")]
    public void Nor_in_the_redemption(string name) => Assert.That(
        () => ServerWith(options => options.CodeParameters[name] = null), Refusal.Of("options", "CodeParameters must not hold"));

    private static readonly TestCaseData<string, string>[] OtherBearers =
    [
        new("""{"access_token":"shpat_1","scope":"write_orders,read_customers"}""", "") { TestName = "Shopify" },
        new("""{"access_token":"shpat_1","scope":"write_orders","expires_in":86399}""", "") { TestName = "Shopify, with a lifetime" },
        new("""{"access_token":"shpat_1","token_type":null}""", "") { TestName = "a type that is null" },
        new(
            """
            {"ok":true,"access_token":"xoxb-1","token_type":"bot","scope":"commands,incoming-webhook","bot_user_id":"U0KRQLJ9H","app_id":"A0KRD7HC3",
             "expires_in":43200,"refresh_token":"xoxe-1","team":{"name":"Softball","id":"T9TK3CUKW"},"enterprise":null,
             "authed_user":{"id":"U1234","scope":"chat:write","access_token":"xoxp-1","token_type":"user"}}
            """,
            "bot") { TestName = "Slack" },
        new("""{"ok":true,"access_token":"xoxb-1","token_type":"Bot"}""", "bot") { TestName = "Slack, in another case" },
    ];

    [TestCaseSource(nameof(OtherBearers))]
    public async Task A_bearer_token_under_another_type_is_used_where_the_server_is_known_for_it(string response, string type)
    {
        Server.Answers["/token"] = _ => Provider.Json(HttpStatusCode.OK, JsonNode.Parse(response)!.AsObject());
        await using AuthorizationCodeCredential strict = Credential(server: Plain());
        await using AuthorizationCodeCredential other = Credential(server: Plain("other"));
        await using AuthorizationCodeCredential configured = Credential(server: Plain("other", type));

        Assert.That((await Failure(strict)).Message, Does.Contain("token_type"));
        Assert.That((await Failure(other)).Message, Does.Contain("token_type"));
        AccessToken token = await GetToken(configured, "read");

        Assert.That((token.Token[..5], token.TokenType), Is.EqualTo((response.Contains("xoxb", StringComparison.Ordinal) ? "xoxb-" : "shpat", "Bearer")));
    }

    [Test]
    public async Task A_refresh_may_state_the_other_type_too()
    {
        Server.Answers["/token"] = static _ => Provider.Json(
            HttpStatusCode.OK, JsonNode.Parse("""{"ok":true,"access_token":"xoxb-1","token_type":"bot","expires_in":43200,"refresh_token":"xoxe-1"}""")!.AsObject());
        await using AuthorizationCodeCredential credential = Credential(server: Plain("bot"));
        await GetToken(credential, "read");
        Time.Advance(TimeSpan.FromDays(1));

        await GetToken(credential, "read");

        Assert.That(Server.At("/token")[^1]["refresh_token"], Is.EqualTo("xoxe-1"));
    }

    [TestCase("DPoP")]
    [TestCase("dpop")]
    [TestCase("PoP")]
    [TestCase("MAC")]
    [TestCase("N_A")]
    [TestCase(" ")]
    [TestCase("b t")]
    [TestCase(null)]
    public void A_type_of_no_bearer_token_is_refused(string? type) => Assert.That(() => Plain(type!), Refusal.Of("options", "Each entry of BearerTokenTypes must be"));

    [Test]
    public void Tokens_that_are_bound_to_a_key_have_no_other_type()
    {
        using var key = new DPoPKey();

        Assert.That(() => Client(options => options.DPoPKey = key, Plain("bot")), Refusal.Of("options", "leave DPoPKey unset"));
    }

    private static AuthorizationServer Plain(params string[] types)
    {
        var options = new AuthorizationServerOptions();
        foreach (string type in types)
        {
            options.BearerTokenTypes.Add(type);
        }

        return AuthorizationServer.OAuthServer(new Uri(Provider.AuthorizationEndpoint), new Uri(Provider.TokenEndpoint), options);
    }

    [Test]
    public async Task A_server_without_nonce_and_PKCE_gets_neither_and_signs_in()
    {
        AuthorizationCodeClient client = Client(atServer: static options => (options.UnsafeWithoutNonce, options.UnsafeWithoutPkce) = (true, true));
        AuthorizationRequest request = await client.CreateAuthorizationRequestAsync(The.Redirect, ["email"]);
        Server.Answers["/token"] = _ => Provider.Json(HttpStatusCode.OK, Server.Token(claims: static _ => { }));

        await client.CompleteSignInAsync(request.Transaction, new Uri($"{The.Redirect}?code=c&state={request.Transaction.State}"));

        Assert.Multiple(() =>
        {
            Assert.That(QueryOf(request.Uri).Keys, Has.None.EqualTo("nonce").And.None.StartsWith("code_challenge"));
            Assert.That(Server.At("/token").Single()["code_verifier"], Is.Null);
        });
    }

    [Test]
    public async Task Without_PKCE_a_server_need_not_offer_it()
    {
        Server.Metadata["code_challenge_methods_supported"] = new System.Text.Json.Nodes.JsonArray("plain");

        Assert.That(await Client(atServer: static options => options.UnsafeWithoutPkce = true).CreateAuthorizationRequestAsync(The.Redirect, ["a"]), Is.Not.Null);
    }

    [Test]
    public async Task Names_and_roles_are_the_claims_that_the_options_name()
    {
        SignedInUser user = await SignIn(
            Client(atServer: static options => (options.NameClaimType, options.RoleClaimType) = ("nickname", "cognito:groups")),
            claims: static claims => (claims["nickname"], claims["cognito:groups"]) = ("ada", new System.Text.Json.Nodes.JsonArray("admins", "users")));

        Assert.That((user.Principal.Identity!.Name, user.Principal.IsInRole("users")), Is.EqualTo(("ada", true)));
    }

    [Test]
    public async Task A_sign_out_address_that_the_metadata_does_not_name_is_configured()
    {
        Server.Metadata.Remove("end_session_endpoint");

        Uri uri = await Client(atServer: static options => options.EndSessionEndpoint = new Uri("https://pool.example/logout")).CreateSignOutUriAsync();

        Assert.That(uri.GetLeftPart(UriPartial.Path), Is.EqualTo("https://pool.example/logout"));
    }

    [Test]
    public void A_sign_out_address_must_be_https() => Assert.That(
        () => ServerWith(static options => options.EndSessionEndpoint = new Uri("http://pool.example/logout")), Refusal.Of("options", "EndSessionEndpoint must be"));

    [TestCase("NameClaimType")]
    [TestCase("SignOutParameters")]
    [TestCase("EndSessionEndpoint")]
    [TestCase("UnsafeWithoutNonce")]
    [TestCase("UnsafeWithoutResponseIssuer")]
    public void What_needs_an_OpenID_provider_is_refused_for_a_plain_server(string option)
    {
        var options = new AuthorizationServerOptions
        {
            NameClaimType = option == "NameClaimType" ? "nickname" : "name",
            EndSessionEndpoint = option == "EndSessionEndpoint" ? new Uri("https://a.example/") : null,
            UnsafeWithoutNonce = option == "UnsafeWithoutNonce",
            UnsafeWithoutResponseIssuer = option == "UnsafeWithoutResponseIssuer",
        };
        if (option == "SignOutParameters")
        {
            options.SignOutParameters["x"] = "y";
        }

        Assert.That(
            () => AuthorizationServer.OAuthServer(new Uri("https://a.example/a"), new Uri("https://a.example/t"), options), Refusal.Of("options", $"{option} is for an OpenID provider"));
    }

    [Test]
    public async Task A_client_assertion_is_of_the_type_that_discovered_servers_want()
    {
        using RSA key = RSA.Create(2048);
        using X509Certificate2 certificate = new CertificateRequest("CN=client", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSelfSigned(The.Now.AddDays(-1), The.Now.AddDays(1));
        await using AuthorizationCodeCredential credential = Credential(options => options.ClientAuthentication = ClientAuthentication.Certificate(certificate));

        await GetToken(credential, "a");

        var assertion = new Jwt(Server.At("/token").Single()["client_assertion"]!);
        Assert.That((assertion.Header["typ"]!.ToString(), assertion.Header["alg"]!.ToString(), assertion.Claims["aud"]!.ToString()), Is.EqualTo(("client-authentication+jwt", "PS256", Provider.Issuer)));
    }

    [Test]
    public async Task Without_a_refresh_token_the_access_token_is_revoked()
    {
        Server.Answers["/token"] = _ =>
        {
            System.Text.Json.Nodes.JsonObject token = Server.Token();
            token.Remove("refresh_token");
            return Provider.Json(HttpStatusCode.OK, token);
        };
        await using AuthorizationCodeCredential credential = Credential();
        await GetToken(credential, "a");

        bool isRevoked = await credential.RevokeAsync();

        SentRequest sent = Server.At("/revoke").Single();
        Assert.That((isRevoked, sent["token"], sent["token_type_hint"]), Is.EqualTo((true, "access-1", "access_token")));
    }

    [Test]
    public async Task Userinfo_gets_a_token_of_its_own_and_none_of_an_API()
    {
        AuthorizationCodeClient client = Client(atServer: static options => options.Resources["mail.read"] = new Uri("https://mail.example/"));
        SignedInUser user = await SignIn(client, ["email", "mail.read"]);

        await client.GetUserInfoAsync(user);
        await client.GetUserInfoAsync(user);

        SentRequest refresh = Server.At("/token")[1];
        Assert.Multiple(() =>
        {
            Assert.That(Server.At("/token"), Has.Count.EqualTo(2));
            Assert.That((refresh["resource"], refresh["scope"]), Is.EqualTo(((string?)null, "email openid")));
            Assert.That(Server.At("/userinfo")[0].Headers.Authorization!.Parameter, Is.EqualTo("access-2"));
        });
    }

    [Test]
    public async Task Userinfo_is_asked_after_a_refresh_as_before()
    {
        AuthorizationCodeClient client = Client();
        SignedInUser user = await SignIn(client, ["email", "profile"]);
        Time.Advance(The.Hour);
        await GetToken(user.Credential, "email", "profile");

        await client.GetUserInfoAsync(user);

        Assert.That(Server.At("/token").Select(static sent => sent["scope"]), Is.EqualTo(new string?[] { null, null }), "openid is kept");
    }
}
