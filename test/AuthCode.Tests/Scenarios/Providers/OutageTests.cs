using System.Net;
using System.Text;

namespace AuthCode.Tests.Scenarios.Providers;

/// <summary>Metadata and keys that cannot be read, or not in time: a sign-in is not lost to them, and nobody waits in a row.</summary>
internal sealed class OutageTests(bool isAsync) : ProviderFixture(isAsync)
{
    private const string MetadataPath = "/tenant-1/.well-known/openid-configuration";
    private const string KeysPath = "/keys";

    [Test]
    public async Task Callers_who_come_together_share_one_request_and_its_failure()
    {
        using var release = new ManualResetEventSlim();
        Server.Answers[MetadataPath] = _ =>
        {
            release.Wait();
            return new HttpResponseMessage(HttpStatusCode.NotFound);
        };
        AuthorizationCodeClient client = Client(static options => options.Retry.MaxRetries = 0);
        AuthorizationCodeCredential[] credentials = [.. Enumerable.Range(0, 12).Select(_ => client.CreateCredential(The.Code, The.Redirect))];

        Task<AuthenticationFailedException>[] calls = [.. credentials.Select(credential => Failure(credential))];
        Assert.That(() => Server.Requests.Count, Is.EqualTo(1).After(5000, 20));
        Time.Advance(TimeSpan.FromSeconds(20));
        release.Set();
        await Task.WhenAll(calls);
        int together = Server.At(MetadataPath).Count;
        await Failure(credentials[0]);
        int soonAfter = Server.At(MetadataPath).Count;
        Time.Advance(TimeSpan.FromSeconds(20));
        await Failure(credentials[0]);

        Assert.That((together, soonAfter, Server.At(MetadataPath).Count), Is.EqualTo((1, 1, 2)));
        Array.ForEach(credentials, static credential => credential.Dispose());
    }

    [Test]
    public async Task What_was_read_serves_on_while_the_endpoint_hangs()
    {
        await using AuthorizationCodeCredential credential = Credential();
        await GetToken(credential, "a");
        using var release = new ManualResetEventSlim();
        Server.Answers[MetadataPath] = _ =>
        {
            release.Wait();
            return new HttpResponseMessage(HttpStatusCode.NotFound);
        };
        Time.Advance(TimeSpan.FromDays(1));

        string token = (await GetToken(credential, "a")).Token;
        Assert.That(() => Server.At(MetadataPath).Count, Is.EqualTo(2).After(5000, 20), "it is read again meanwhile");
        release.Set();

        Assert.That(token, Is.EqualTo("access-2"));
    }

    [Test]
    public async Task A_read_of_the_keys_that_fails_once_is_repeated([Values] bool isReset)
    {
        Func<SentRequest, HttpResponseMessage> good = Server.Answers[KeysPath];
        Server.Answers[KeysPath] = sent => Server.At(KeysPath).Count > 1 ? good(sent)
            : isReset ? throw new HttpRequestException("reset") : new HttpResponseMessage(HttpStatusCode.ServiceUnavailable);

        Assert.That((await SignIn(Client())).AccountKey, Does.EndWith(Provider.Subject));
    }

    [Test]
    public async Task Keys_that_cannot_be_read_leave_the_code_and_the_same_call_can_be_repeated()
    {
        Func<SentRequest, HttpResponseMessage> good = Server.Answers[KeysPath];
        Server.Answers[KeysPath] = static _ => throw new HttpRequestException("reset");
        AuthorizationCodeClient client = Client();
        AuthorizationRequest request = await client.CreateAuthorizationRequestAsync(The.Redirect, ["email"]);
        Server.Answers["/token"] = _ => Provider.Json(HttpStatusCode.OK, Server.Token(request.Transaction.Nonce.Value));
        var callback = new Uri($"{The.Redirect}?code={The.Code}&state={request.Transaction.State}");

        AuthenticationFailedException? failure = Assert.ThrowsAsync<AuthenticationFailedException>(() => client.CompleteSignInAsync(request.Transaction, callback));
        int sent = Server.At("/token").Count;
        Server.Answers[KeysPath] = good;
        Time.Advance(TimeSpan.FromSeconds(1));
        SignedInUser user = await client.CompleteSignInAsync(request.Transaction, callback);

        Assert.That((sent, failure!.IsSignInRequired, failure.IsTransient, user.AccountKey), Is.EqualTo((0, false, true, $"{Provider.Issuer}|{Provider.Subject}")));
    }

    [Test]
    public async Task Keys_that_fail_at_once_are_asked_for_once_a_second_at_most()
    {
        Func<SentRequest, HttpResponseMessage> good = Server.Answers[KeysPath];
        Server.Answers[KeysPath] = static _ => new HttpResponseMessage(HttpStatusCode.NotFound);
        AuthorizationCodeClient client = Client();
        string first = MessageOf(() => SignIn(client));
        Server.Answers[KeysPath] = good;
        Time.Advance(TimeSpan.FromSeconds(1) - TimeSpan.FromTicks(1));
        string second = MessageOf(() => SignIn(client));
        int early = Server.At(KeysPath).Count;
        Time.Advance(TimeSpan.FromTicks(1));

        SignedInUser user = await SignIn(client);

        Assert.That((first, early, user.Subject), Is.EqualTo((second, 1, Provider.Subject)));
        Assert.That(first, Does.Contain("could not be read: HTTP 404"));
    }

    [Test]
    public async Task A_token_endpoint_that_cannot_be_reached_leaves_the_code_and_the_same_call_can_be_repeated()
    {
        AuthorizationCodeClient client = Client(static options => options.Retry.MaxRetries = 0);
        AuthorizationRequest request = await client.CreateAuthorizationRequestAsync(The.Redirect, ["email"]);
        Server.Answers["/token"] = _ => Provider.Json(HttpStatusCode.OK, Server.Token(request.Transaction.Nonce.Value));
        Server.Unreachable = "/token";
        var callback = new Uri($"{The.Redirect}?code={The.Code}&state={request.Transaction.State}");

        AuthenticationFailedException? failure = Assert.ThrowsAsync<AuthenticationFailedException>(() => client.CompleteSignInAsync(request.Transaction, callback));
        Server.Unreachable = null;
        SignedInUser user = await client.CompleteSignInAsync(AuthorizationTransaction.Parse(request.Transaction.Serialize()), callback);

        Assert.That((failure!.IsSignInRequired, failure.IsTransient, user.AccountKey), Is.EqualTo((false, true, $"{Provider.Issuer}|{Provider.Subject}")));
    }

    [Test]
    public async Task A_response_that_is_lost_says_that_the_user_must_sign_in_again()
    {
        AuthorizationCodeClient client = Client(static options => options.Retry.MaxRetries = 0);
        AuthorizationRequest request = await client.CreateAuthorizationRequestAsync(The.Redirect, ["email"]);
        Server.Answers["/token"] = static _ => new HttpResponseMessage(HttpStatusCode.BadGateway);
        var callback = new Uri($"{The.Redirect}?code={The.Code}&state={request.Transaction.State}");

        AuthenticationFailedException? failure = Assert.ThrowsAsync<AuthenticationFailedException>(() => client.CompleteSignInAsync(request.Transaction, callback));
        AuthenticationFailedException? again = Assert.ThrowsAsync<AuthenticationFailedException>(() => client.CompleteSignInAsync(request.Transaction, callback));

        Assert.Multiple(() =>
        {
            Assert.That(failure!.IsSignInRequired, Is.True);
            Assert.That(again!.Message, Does.Contain("has been taken before"));
        });
    }

    [TestCase("<html>")]
    [TestCase("""{"keys": 5}""")]
    [TestCase("")]
    [TestCase("[]")]
    public async Task Keys_that_were_read_serve_on_while_the_document_is_none(string document)
    {
        AuthorizationCodeClient client = Client();
        await SignIn(client);
        Server.Answers[KeysPath] = _ => new HttpResponseMessage { Content = new StringContent(document, Encoding.UTF8, "application/json") };
        Time.Advance(TimeSpan.FromDays(1));

        await SignIn(client, claims: IssuedNow);
        Assert.That(() => Server.At(KeysPath).Count, Is.EqualTo(2).After(5000, 20));

        Assert.That((await SignIn(client, claims: IssuedNow)).AccountKey, Does.EndWith(Provider.Subject));
    }

    [Test]
    public async Task An_unknown_key_is_looked_for_once_a_minute_at_most_while_the_document_fails()
    {
        AuthorizationCodeClient client = Client();
        await SignIn(client);
        Server.Answers[KeysPath] = static _ => new HttpResponseMessage(HttpStatusCode.NotFound);
        Time.Advance(TimeSpan.FromMinutes(1));
        for (int i = 0; i < 5; i++)
        {
            Assert.ThrowsAsync<AuthenticationFailedException>(() => SignInWith("""{"alg":"RS256","kid":"made-up"}""", client));
        }

        Assert.That(Server.At(KeysPath), Has.Count.EqualTo(2));
    }

    [TestCase("userinfo_endpoint", "")]
    [TestCase("userinfo_endpoint", "http://op.example/userinfo")]
    [TestCase("revocation_endpoint", "not an address")]
    [TestCase("end_session_endpoint", "https://user@op.example/logout")]
    [TestCase("pushed_authorization_request_endpoint", "http://127.0.0.1/par")]
    public async Task An_optional_endpoint_that_cannot_be_used_is_not_offered_and_the_others_are(string member, string value)
    {
        Server.Metadata[member] = value;
        AuthorizationCodeClient client = Client();
        SignedInUser user = await SignIn(client);
        string problem = member switch
        {
            "userinfo_endpoint" => MessageOf(() => client.GetUserInfoAsync(user)),
            "end_session_endpoint" => MessageOf(() => client.CreateSignOutUriAsync()),
            "pushed_authorization_request_endpoint" => MessageOf(() =>
                Client(atServer: static options => options.UsePushedAuthorization = true).CreateAuthorizationRequestAsync(The.Redirect, ["a"])),
            _ => await user.Credential.RevokeAsync() ? "revoked" : member,
        };

        Assert.That(problem, Does.Contain(member));
    }

    [TestCase("http://127.0.0.1/token")]
    [TestCase("http://localhost/token")]
    [TestCase("https://localhost:8443/token")]
    [TestCase("https://127.1.2.3/token")]
    [TestCase("http://[::1]/token")]
    [TestCase("https://[::ffff:127.0.0.1]/token")]
    [TestCase("https://internal.localhost/token")]
    [TestCase("https://0.0.0.0/token")]
    [TestCase("https://0/token")]
    [TestCase("https://[::]/token")]
    [TestCase("https://[::ffff:0.0.0.0]/token")]
    public async Task A_server_elsewhere_cannot_name_this_machine(string address)
    {
        Server.Metadata["token_endpoint"] = address;
        await using AuthorizationCodeCredential credential = Credential(static options => options.Retry.MaxRetries = 0);

        AuthenticationFailedException failure = await Failure(credential);

        Assert.Multiple(() =>
        {
            Assert.That(failure.Message, Does.Contain("its token_endpoint must be an https address"));
            Assert.That(Server.Requests.Select(static sent => sent.Uri.Host), Has.All.EqualTo("op.example"));
        });
    }

    [Test]
    public async Task Metadata_of_another_issuer_is_named_with_the_remedy()
    {
        Server.Metadata["issuer"] = "https://other.example\u001b/";
        await using AuthorizationCodeCredential credential = Credential(static options => options.Retry.MaxRetries = 0);

        Assert.That((await Failure(credential)).Message, Does.Contain("https://other.example").And.Contain("MetadataAddress").And.Not.Contain("\u001b"));
    }

    [Test]
    public async Task A_redirect_of_the_metadata_is_named_with_the_remedy()
    {
        Server.Answers[MetadataPath] = static _ => new HttpResponseMessage(HttpStatusCode.MovedPermanently) { Headers = { Location = new Uri("/tenant-1/.well-known/openid-configuration/?x=y", UriKind.Relative) } };
        await using AuthorizationCodeCredential credential = Credential(static options => options.Retry.MaxRetries = 0);

        Assert.That((await Failure(credential)).Message, Does.Contain("HTTP 301, a redirect to https://op.example/tenant-1/.well-known/openid-configuration/,").And.Contain("Set MetadataAddress"));
    }

    [TestCase("/.well-known/oauth-authorization-server/tenant-1", false)]
    [TestCase("/.well-known/openid-configuration/tenant-1", true)]
    public async Task Metadata_is_found_where_RFC_8414_puts_it_and_openid_is_for_OpenID_providers(string path, bool isOpenId)
    {
        Server.Answers[path] = Server.Answers[MetadataPath];
        Server.Answers.Remove(MetadataPath);
        Server.Otherwise = static _ => new HttpResponseMessage(HttpStatusCode.NotFound);

        AuthorizationRequest request = await Client().CreateAuthorizationRequestAsync(The.Redirect, ["a"]);

        Assert.Multiple(() =>
        {
            Assert.That(QueryOf(request.Uri)["scope"], Is.EqualTo(isOpenId ? "a openid" : "a"));
            Assert.That(QueryOf(request.Uri).ContainsKey("nonce"), Is.EqualTo(isOpenId));
        });
    }

    [TestCase("""["a","openid"]""", null, true)]
    [TestCase("""["a"]""", null, false)]
    [TestCase("""["a"]""", """["RS256"]""", true)]
    [TestCase(null, null, true)]
    public async Task Whether_a_server_is_an_OpenID_provider_is_read_from_its_metadata(string? scopes, string? algorithms, bool expected)
    {
        Server.Metadata["scopes_supported"] = scopes is null ? null : System.Text.Json.Nodes.JsonNode.Parse(scopes);
        Server.Metadata["id_token_signing_alg_values_supported"] = algorithms is null ? null : System.Text.Json.Nodes.JsonNode.Parse(algorithms);

        AuthorizationRequest request = await Client().CreateAuthorizationRequestAsync(The.Redirect, ["a"]);

        Assert.That(QueryOf(request.Uri)["scope"], Is.EqualTo(expected ? "a openid" : "a"));
    }

    private async Task SignInWith(string header, AuthorizationCodeClient client)
    {
        AuthorizationRequest request = await client.CreateAuthorizationRequestAsync(The.Redirect, ["email"]);
        string[] parts = Provider.IdToken(request.Transaction.Nonce.Value).Split('.');
        Server.Answers["/token"] = _ =>
        {
            System.Text.Json.Nodes.JsonObject token = Server.Token();
            token["id_token"] = $"{Microsoft.IdentityModel.Tokens.Base64UrlEncoder.Encode(header)}.{parts[1]}.{parts[2]}";
            return Provider.Json(HttpStatusCode.OK, token);
        };
        await client.CompleteSignInAsync(request.Transaction, new Uri($"{The.Redirect}?code={The.Code}&state={request.Transaction.State}"));
    }

    private void IssuedNow(System.Text.Json.Nodes.JsonObject token)
    {
        token["iat"] = Time.GetUtcNow().ToUnixTimeSeconds();
        token["exp"] = Time.GetUtcNow().AddHours(1).ToUnixTimeSeconds();
    }

    private static string MessageOf(Func<Task> call) => Assert.ThrowsAsync<AuthenticationFailedException>(() => call())!.Message;
}
