using System.Net;
using System.Security.Claims;
using System.Text.Json.Nodes;

namespace AuthCode.Tests.Scenarios.Providers;

/// <summary>The userinfo endpoint (OpenID Connect Core section 5.3).</summary>
internal sealed class UserInfoTests(bool isAsync) : ProviderFixture(isAsync)
{
    [Test]
    public async Task Oidcc_client_userinfo_bearer_header()
    {
        AuthorizationCodeClient client = Client();
        SignedInUser user = await SignIn(client);

        ClaimsIdentity claims = await client.GetUserInfoAsync(user);

        SentRequest sent = Server.At("/userinfo").Single();
        Assert.Multiple(() =>
        {
            Assert.That(claims.FindFirst("email")!.Value, Is.EqualTo("ada@example.org"));
            Assert.That((sent.Method, sent.Headers.Authorization!.ToString()), Is.EqualTo((HttpMethod.Get, "Bearer access-1")));
        });
    }

    [Test]
    public async Task Oidcc_client_scope_userinfo_claims()
    {
        Server.Answers["/userinfo"] = static _ => Provider.Json(HttpStatusCode.OK, new JsonObject
        {
            ["sub"] = Provider.Subject,
            ["roles"] = new JsonArray("reader", "writer"),
            ["email_verified"] = true,
        });
        AuthorizationCodeClient client = Client();

        ClaimsIdentity claims = await client.GetUserInfoAsync(await SignIn(client));

        Assert.That(claims.FindAll("roles").Select(static claim => claim.Value), Is.EqualTo(new[] { "reader", "writer" }));
        Assert.That(claims.FindFirst("email_verified")!.Value, Is.EqualTo("true"));
    }

    [TestCase("subject-2")]
    [TestCase("")]
    [TestCase(null)]
    public async Task Oidcc_client_userinfo_invalid_sub(string? subject)
    {
        Server.Answers["/userinfo"] = _ => Provider.Json(HttpStatusCode.OK, new JsonObject { ["sub"] = subject });
        AuthorizationCodeClient client = Client();
        SignedInUser user = await SignIn(client);

        Assert.That(() => client.GetUserInfoAsync(user), Throws.TypeOf<AuthenticationFailedException>().With.Message.Contains("about another user"));
    }

    [Test]
    public async Task Oidcc_client_userinfo_signed()
    {
        Server.Answers["/userinfo"] = static _ => Provider.Jwt(Provider.IdToken(nonce: null, static claims => claims["email"] = "ada@example.org"));
        AuthorizationCodeClient client = Client();

        Assert.That((await client.GetUserInfoAsync(await SignIn(client))).FindFirst("email")!.Value, Is.EqualTo("ada@example.org"));
    }

    [TestCase("iss", "https://evil.example", "issuer")]
    [TestCase("aud", "another client", "audience")]
    public async Task A_signed_response_of_another_issuer_or_for_another_client_is_refused(string claim, string value, string problem)
    {
        Server.Answers["/userinfo"] = _ => Provider.Jwt(Provider.IdToken(nonce: null, claims => claims[claim] = value));
        AuthorizationCodeClient client = Client();
        SignedInUser user = await SignIn(client);

        Assert.That(
            () => client.GetUserInfoAsync(user),
            Throws.TypeOf<AuthenticationFailedException>().With.Message.StartsWith("There was no usable response").And.Message.Contains(problem));
    }

    [TestCase("""{"alg":"EdDSA","kid":"key-1"}""", "its algorithm is EdDSA")]
    [TestCase("""{"alg":"RS256","kid":"key-9"}""", "no key of the ID")]
    [TestCase("""{"alg":"RS256","kid":"key-2"}""", "no key of the ID")]
    [TestCase("[]", "not a signed JWT")]
    [TestCase("", "not a signed JWT")]
    public async Task A_signed_response_that_is_not_valid_is_told_as_one_of_the_userinfo_endpoint(string header, string problem)
    {
        Server.Answers["/userinfo"] = _ => Provider.Jwt(Provider.Sign(header, new JsonObject { ["iss"] = Provider.Issuer, ["aud"] = The.Client, ["sub"] = Provider.Subject }));
        AuthorizationCodeClient client = Client();
        SignedInUser user = await SignIn(client);

        AuthenticationFailedException? failure = Assert.ThrowsAsync<AuthenticationFailedException>(() => client.GetUserInfoAsync(user));

        Assert.That(failure!.Message, Does.StartWith("There was no usable response of op.example to the userinfo request").And.Contains(problem));
        Assert.That(failure.IsSignInRequired, Is.False, "the user has signed in");
    }

    [Test]
    public async Task An_encrypted_response_is_told_as_one_that_is_not_signed()
    {
        Server.Answers["/userinfo"] = static _ => Provider.Jwt("e30.e30.e30.e30.e30");
        AuthorizationCodeClient client = Client();
        SignedInUser user = await SignIn(client);

        Assert.That(
            () => client.GetUserInfoAsync(user),
            Throws.TypeOf<AuthenticationFailedException>().With.Message.StartsWith("There was no usable response of op.example to the userinfo request: it is not a signed JWT"));
    }

    [Test]
    public async Task A_bound_token_is_sent_with_a_proof_and_the_nonce_of_the_server()
    {
        using var key = new DPoPKey();
        Func<SentRequest, HttpResponseMessage> good = Server.Answers["/userinfo"];
        Server.Answers["/userinfo"] = sent => new Jwt(sent.Header("DPoP")!).Claims.ContainsKey("nonce")
            ? good(sent)
            : Provider.Error("use_dpop_nonce", HttpStatusCode.Unauthorized, ("DPoP-Nonce", "nonce-1"));
        AuthorizationCodeClient client = Client(options => options.DPoPKey = key);
        SignedInUser user = await SignIn(client, type: "DPoP");

        await client.GetUserInfoAsync(user);

        SentRequest sent = Server.At("/userinfo")[1];
        Assert.That(sent.Headers.Authorization!.ToString(), Is.EqualTo("DPoP access-1"));
        Assert.That(new Jwt(sent.Header("DPoP")!).Claims.ContainsKey("ath"), Is.True);
    }

    [TestCase("""{"sub":["subject-1"]}""", "its sub is no text")]
    [TestCase("""{"sub":{"a":"subject-1"}}""", "its sub is no text")]
    [TestCase("""{"sub":true}""", "its sub is no text")]
    [TestCase("""{"sub":1}""", "its sub is no text")]
    [TestCase("""{"SUB":"subject-1"}""", "about another user")]
    [TestCase("""{"SUB":"subject-1","sub":"subject-2"}""", "about another user")]
    [TestCase("""{"sub":"subject-1","sub":"subject-1"}""", "a member twice")]
    [TestCase("""["subject-1"]""", "not a JSON object")]
    public async Task A_subject_is_text_under_its_exact_name(string body, string problem)
    {
        Server.Answers["/userinfo"] = _ => new HttpResponseMessage { Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json") };
        AuthorizationCodeClient client = Client();
        SignedInUser user = await SignIn(client);

        Assert.That(() => client.GetUserInfoAsync(user), Throws.TypeOf<AuthenticationFailedException>().With.Message.Contains(problem));
    }

    [TestCase("text/html")]
    [TestCase("text/plain")]
    [TestCase("application/jwt+x")]
    public async Task Userinfo_of_another_media_type_is_refused(string type)
    {
        Server.Answers["/userinfo"] = _ => new HttpResponseMessage { Content = new StringContent("""{"sub":"subject-1"}""", System.Text.Encoding.UTF8, type) };
        AuthorizationCodeClient client = Client();
        SignedInUser user = await SignIn(client);

        Assert.That(() => client.GetUserInfoAsync(user), Throws.TypeOf<AuthenticationFailedException>().With.Message.Contains("neither JSON nor a signed JWT"));
    }

    [TestCase("iat", "null", null)]
    [TestCase("aud", "5", "5")]
    [TestCase("exp", "\"soon\"", "soon")]
    [TestCase("address", """{"country":"UK"}""", """{"country":"UK"}""")]
    [TestCase("groups", """["a","b"]""", "a,b")]
    [TestCase("email_verified", "true", "true")]
    public async Task Claims_of_any_kind_are_read(string name, string json, string? expected)
    {
        Server.Answers["/userinfo"] = _ => new HttpResponseMessage
        {
            Content = new StringContent($$"""{"sub":"subject-1","{{name}}":{{json}}}""", System.Text.Encoding.UTF8, "application/json"),
        };
        AuthorizationCodeClient client = Client();

        System.Security.Claims.ClaimsIdentity claims = await client.GetUserInfoAsync(await SignIn(client));

        string[] found = [.. claims.FindAll(name).Select(static claim => claim.Value)];
        Assert.That(found.Length == 0 ? null : string.Join(',', found), Is.EqualTo(expected));
    }

    [TestCase(HttpStatusCode.Unauthorized, "{}", "refused the userinfo request")]
    [TestCase(HttpStatusCode.OK, "[]", "no usable response of op.example to the userinfo request")]
    [TestCase(HttpStatusCode.OK, "no JSON", "no usable response of op.example to the userinfo request")]
    public async Task A_response_that_is_not_userinfo_is_reported(HttpStatusCode status, string body, string problem)
    {
        Server.Answers["/userinfo"] = _ => new HttpResponseMessage(status) { Content = new StringContent(body) };
        AuthorizationCodeClient client = Client();
        SignedInUser user = await SignIn(client);

        Assert.That(() => client.GetUserInfoAsync(user), Throws.TypeOf<AuthenticationFailedException>().With.Message.Contains(problem));
    }

    [TestCase(408, true)]
    [TestCase(421, true)]
    [TestCase(425, true)]
    [TestCase(429, true)]
    [TestCase(503, true)]
    [TestCase(403, false)]
    [TestCase(422, false)]
    public async Task A_refusal_of_the_moment_is_transient(int status, bool isTransient)
    {
        Server.Answers["/userinfo"] = _ => new HttpResponseMessage((HttpStatusCode)status);
        AuthorizationCodeClient client = Client();
        SignedInUser user = await SignIn(client);

        AuthenticationFailedException? failure = Assert.ThrowsAsync<AuthenticationFailedException>(() => client.GetUserInfoAsync(user));

        Assert.That(failure!.IsTransient, Is.EqualTo(isTransient));
    }

    [Test]
    public async Task A_connection_that_fails_is_told()
    {
        Server.Answers["/userinfo"] = static _ => throw new HttpRequestException("reset");
        AuthorizationCodeClient client = Client();
        SignedInUser user = await SignIn(client);

        Assert.That(() => client.GetUserInfoAsync(user), Throws.TypeOf<AuthenticationFailedException>().With.InnerException.TypeOf<HttpRequestException>());
    }

    [Test]
    public async Task A_server_that_offers_none_is_told()
    {
        Server.Metadata.Remove("userinfo_endpoint");
        AuthorizationCodeClient client = Client();
        SignedInUser user = await SignIn(client);

        Assert.That(() => client.GetUserInfoAsync(user), Throws.TypeOf<AuthenticationFailedException>().With.Message.Contains("does not offer userinfo"));
    }
}
