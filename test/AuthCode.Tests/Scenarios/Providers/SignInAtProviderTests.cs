using System.Net;
using System.Text.Json.Nodes;
using Azure.Core;

namespace AuthCode.Tests.Scenarios.Providers;

/// <summary>Signing in at an OpenID provider that is no Entra ID: the request, the callback, and who the user is.</summary>
internal sealed class SignInAtProviderTests(bool isAsync) : ProviderFixture(isAsync)
{
    [Test]
    public async Task The_request_keeps_the_endpoints_query_and_asks_for_openid()
    {
        AuthorizationRequest request = await Client().CreateAuthorizationRequestAsync(The.Redirect, ["email"]);

        IReadOnlyDictionary<string, string> query = QueryOf(request.Uri);
        Assert.Multiple(() =>
        {
            Assert.That(request.Uri.GetLeftPart(UriPartial.Path), Is.EqualTo("https://op.example/authorize"));
            Assert.That(query.Keys, Is.EquivalentTo(new[]
            {
                "ui", "client_id", "response_type", "redirect_uri", "scope", "state", "nonce", "code_challenge", "code_challenge_method",
            }));
            Assert.That((query["ui"], query["scope"]), Is.EqualTo(("1", "email openid")));
        });
    }

    [Test]
    public async Task A_plain_server_is_asked_for_the_callers_scopes_only()
    {
        var options = new AuthorizationServerOptions();
        AuthorizationServer server = AuthorizationServer.OAuthServer(new Uri(Provider.AuthorizationEndpoint), new Uri(Provider.TokenEndpoint), options);
        options.RequestOfflineAccess = true;
        AuthorizationServer other = AuthorizationServer.OAuthServer(new Uri(Provider.AuthorizationEndpoint), new Uri(Provider.TokenEndpoint), options);
        AuthorizationRequest request = await Client(server: server).CreateAuthorizationRequestAsync(The.Redirect, ["read"]);
        AuthorizationRequest withRefresh = await Client(server: other).CreateAuthorizationRequestAsync(The.Redirect, ["read"]);

        Assert.That((QueryOf(request.Uri)["scope"], QueryOf(withRefresh.Uri)["scope"]), Is.EqualTo(("read", "read offline_access")));
    }

    [Test]
    public async Task The_user_is_known_by_issuer_and_subject()
    {
        SignedInUser user = await SignIn(Client());

        Assert.Multiple(() =>
        {
            Assert.That(user.AccountKey, Is.EqualTo($"{Provider.Issuer}|{Provider.Subject}"));
            Assert.That(user.Principal.Identity!.Name, Is.EqualTo("Ada Lovelace"));
            Assert.That(user.IdToken.Split('.'), Has.Length.EqualTo(3));
            Assert.That(Server.At("/token").Single()["scope"], Is.Null, "RFC 6749 section 4.1.3");
        });
    }

    [Test]
    public void A_plain_server_has_no_ID_tokens()
    {
        AuthorizationCodeClient client = Client(server: AuthorizationServer.OAuthServer(new Uri(Provider.AuthorizationEndpoint), new Uri(Provider.TokenEndpoint)));

        Assert.That(() => SignIn(client, ["read"]), Throws.TypeOf<AuthenticationFailedException>().With.Message.Contains("by its endpoints alone"));
    }

    [Test]
    public void A_discovered_OAuth_server_has_no_ID_tokens_and_is_told_so()
    {
        Server.Metadata["scopes_supported"] = new JsonArray("read");

        Assert.That(
            () => SignIn(Client(), ["read"]),
            Throws.TypeOf<AuthenticationFailedException>().With.Message.Contains("op.example issues no ID tokens").And.Message.Contains("CreateCredential")
                .And.Message.Not.Contains("endpoints alone").And.Message.Not.Contains("OpenIdProvider"));
        Assert.That(Server.At("/token"), Is.Empty);
    }

    [TestCase(null, true, false)]
    [TestCase(null, false, true)]
    [TestCase(Provider.Issuer, true, true)]
    [TestCase(Provider.Issuer, false, true)]
    [TestCase("https://op.example/tenant-1/", false, false)]
    [TestCase("https://op.example/TENANT-1", true, false)]
    [TestCase("https://evil.example", false, false)]
    public async Task The_issuer_of_the_callback_is_the_one_the_user_was_sent_to(string? issuer, bool isPromised, bool isTaken)
    {
        if (isPromised)
        {
            Server.Metadata["authorization_response_iss_parameter_supported"] = true;
        }

        AuthorizationCodeClient client = Client();
        AuthorizationRequest request = await client.CreateAuthorizationRequestAsync(The.Redirect, ["email"]);
        AuthorizationTransaction transaction = AuthorizationTransaction.Parse(request.Transaction.Serialize());
        var callback = new Uri($"{The.Redirect}?code={The.Code}&state={transaction.State}{(issuer is null ? "" : $"&iss={Uri.EscapeDataString(issuer)}")}");

        Assert.That(
            () => client.CreateCredential(transaction, callback),
            isTaken ? Throws.Nothing : Throws.TypeOf<AuthenticationFailedException>().With.Message.Contains(issuer is null ? "set AuthorizationServerOptions.UnsafeWithoutResponseIssuer" : "another issuer"));
        Assert.That(Server.At("/token"), Is.Empty);
    }

    [TestCase("", true)]
    [TestCase($"&iss={Provider.Issuer}", true)]
    [TestCase("&iss=", false)]
    [TestCase("&iss=https://evil.example", false)]
    [TestCase($"&iss={Provider.Issuer}&iss={Provider.Issuer}", false)]
    public async Task A_promised_issuer_can_be_done_without_and_must_not_be_another_one(string issuer, bool isTaken)
    {
        Server.Metadata["authorization_response_iss_parameter_supported"] = true;
        AuthorizationCodeClient client = Client(atServer: static options => options.UnsafeWithoutResponseIssuer = true);
        AuthorizationRequest request = await client.CreateAuthorizationRequestAsync(The.Redirect, ["email"]);

        Assert.That(
            () => client.CreateCredential(request.Transaction, new Uri($"{The.Redirect}?code={The.Code}&state={request.Transaction.State}{issuer}")),
            isTaken ? Throws.Nothing : Throws.TypeOf<AuthenticationFailedException>().With.Message.Contains("another issuer"));
    }

    [TestCase("https://op.example", true)]
    [TestCase("https://evil.example", false)]
    public void A_plain_server_is_known_by_the_issuer_that_was_given(string issuer, bool isTaken)
    {
        AuthorizationCodeClient client = Client(server: AuthorizationServer.OAuthServer(
            new Uri(Provider.AuthorizationEndpoint), new Uri(Provider.TokenEndpoint), new AuthorizationServerOptions { Issuer = new Uri("https://op.example") }));
        AuthorizationRequest request = client.CreateAuthorizationRequest(The.Redirect, ["read"]);

        Assert.That(
            () => client.CreateCredential(request.Transaction, new Uri($"{The.Redirect}?code={The.Code}&state={request.Transaction.State}&iss={Uri.EscapeDataString(issuer)}")),
            isTaken ? Throws.Nothing : Throws.TypeOf<AuthenticationFailedException>().With.Message.Contains("another issuer"));
    }

    [Test]
    public async Task A_transaction_of_one_server_is_none_of_another()
    {
        AuthorizationRequest request = await Client().CreateAuthorizationRequestAsync(The.Redirect, ["email"]);
        AuthorizationCodeClient other = Client(server: AuthorizationServer.OpenIdProvider(new Uri("https://other.example")));

        Assert.That(
            () => other.CreateCredential(request.Transaction, new Uri($"{The.Redirect}?code={The.Code}&state={request.Transaction.State}")),
            Throws.TypeOf<AuthenticationFailedException>().With.Message.Contains("belongs to another client"));
    }

    [TestCase("sub", "subject-2")]
    [TestCase("iss", "https://evil.example")]
    public async Task A_refresh_about_another_user_is_thrown_away_and_the_session_kept(string claim, string value)
    {
        SignedInUser user = await SignIn(Client());
        Server.Answers["/token"] = _ => Provider.Json(HttpStatusCode.OK, Server.Token(claims: token => token[claim] = value));

        AuthenticationFailedException failure = await Failure(user.Credential, Some.Request("other"));
        Server.Answers["/token"] = _ => Provider.Json(HttpStatusCode.OK, Server.Token(claims: static _ => { }));
        AccessToken good = await GetToken(user.Credential, "other");

        Assert.Multiple(() =>
        {
            Assert.That(failure.Message, Does.Contain("is about another user, and was discarded"));
            Assert.That(good.Token, Is.EqualTo("access-3"));
            Assert.That(Server.At("/token").Skip(1).Select(static sent => sent["refresh_token"]), Is.EqualTo(new[] { "refresh-1", "refresh-1" }));
        });
    }

    [Test]
    public async Task Keys_that_were_read_serve_on_while_they_cannot_be_read_again()
    {
        AuthorizationCodeClient client = Client();
        await SignIn(client);
        Func<SentRequest, HttpResponseMessage> good = Server.Answers["/keys"];
        Server.Answers["/keys"] = static _ => new HttpResponseMessage(HttpStatusCode.BadGateway);

        Time.Advance(TimeSpan.FromDays(1));
        await SignIn(client, claims: IssuedNow);
        await SignIn(client, claims: IssuedNow);
        Assert.That(() => Server.At("/keys").Count, Is.EqualTo(3).After(5000, 20), "each failure is repeated once");
        Server.Answers["/keys"] = good;
        Time.Advance(TimeSpan.FromMinutes(5));
        await SignIn(client, claims: IssuedNow);

        Assert.That(() => Server.At("/keys").Count, Is.EqualTo(4).After(5000, 20));

        void IssuedNow(JsonObject token)
        {
            token["iat"] = Time.GetUtcNow().ToUnixTimeSeconds();
            token["exp"] = Time.GetUtcNow().AddHours(1).ToUnixTimeSeconds();
        }
    }
}
