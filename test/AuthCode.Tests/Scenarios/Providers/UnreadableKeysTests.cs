using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace AuthCode.Tests.Scenarios.Providers;

/// <summary>Keys that a server has replaced, and that cannot be read: the token of a new key may be good, and is not told as a bad one.</summary>
internal sealed class UnreadableKeysTests(bool isAsync) : ProviderFixture(isAsync)
{
    private const string KeysPath = "/keys";
    private const string NewKey = """{"alg":"RS256","kid":"key-9"}""";
    private const string Unreadable = "The OpenID metadata or signing keys of keys.op.example could not be read";

    [TestCase(200, "<html>", "no JSON Web Key Set")]
    [TestCase(200, "", "no JSON Web Key Set")]
    [TestCase(503, "", "HTTP 503")]
    [TestCase(404, "", "HTTP 404")]
    public async Task They_are_told_as_that_for_as_long_as_they_are_not_read_again(int status, string document, string problem)
    {
        AuthorizationCodeClient client = Client();
        await SignIn(client);
        Answer(KeysPath, status, document);
        Time.Advance(TimeSpan.FromMinutes(1));

        AuthenticationFailedException? first = Assert.ThrowsAsync<AuthenticationFailedException>(() => SignInWith(NewKey, client));
        int requests = Server.At(KeysPath).Count;
        AuthenticationFailedException? second = Assert.ThrowsAsync<AuthenticationFailedException>(() => SignInWith(NewKey, client));

        Assert.Multiple(() =>
        {
            Assert.That(first!.Message, Does.StartWith($"{Unreadable}: {problem}"));
            Assert.That(second!.Message, Is.EqualTo(first.Message));
            Assert.That((first.IsTransient, first.IsSignInRequired), Is.EqualTo((true, false)));
            Assert.That(Server.At(KeysPath), Has.Count.EqualTo(requests), "they are read once a minute at most");
        });
    }

    [Test]
    public async Task A_redirect_of_theirs_does_not_pass()
    {
        AuthorizationCodeClient client = Client();
        await SignIn(client);
        Answer(KeysPath, 302, "");
        Time.Advance(TimeSpan.FromMinutes(1));

        AuthenticationFailedException? failure = Assert.ThrowsAsync<AuthenticationFailedException>(() => SignInWith(NewKey, client));

        Assert.That(failure!.IsTransient, Is.False);
        Assert.That(failure.Message, Does.StartWith($"{Unreadable}: HTTP 302"));
    }

    [Test]
    public async Task At_a_new_address_they_are_told_as_that_too()
    {
        AuthorizationCodeClient client = Client();
        await SignIn(client);
        Server.Metadata["jwks_uri"] = "https://keys.op.example/new-keys";
        Answer("/new-keys", 503, "");
        Time.Advance(TimeSpan.FromMinutes(1));

        AuthenticationFailedException? failure = Assert.ThrowsAsync<AuthenticationFailedException>(() => SignInWith(NewKey, client));

        Assert.That(failure!.Message, Does.StartWith($"{Unreadable}: HTTP 503"));
    }

    [Test]
    public async Task A_logout_token_of_a_new_key_is_told_as_that_too()
    {
        AuthorizationCodeClient client = Client();
        await SignIn(client);
        Answer(KeysPath, 503, "");
        Time.Advance(TimeSpan.FromMinutes(1));

        AuthenticationFailedException? failure = Assert.ThrowsAsync<AuthenticationFailedException>(
            () => client.Sessions.EndByLogoutTokenAsync(Provider.Sign(NewKey, Provider.LogoutToken(Time.GetUtcNow(), subject: Provider.Subject))).AsTask());

        Assert.That((failure!.Message[..Unreadable.Length], failure.IsTransient), Is.EqualTo((Unreadable, true)));
    }

    [TestCase(KeysPath)]
    [TestCase("/tenant-1/.well-known/openid-configuration")]
    [TestCase("/new-keys")]
    public async Task They_are_waited_for_for_some_seconds(string path)
    {
        AuthorizationCodeClient client = Client();
        await SignIn(client);
        if (path == "/new-keys")
        {
            Server.Metadata["jwks_uri"] = "https://keys.op.example/new-keys";
        }

        using var release = new ManualResetEventSlim();
        int before = Server.At(path).Count;
        Server.Answers[path] = _ =>
        {
            release.Wait();
            return new HttpResponseMessage(HttpStatusCode.NotFound);
        };
        Time.Advance(TimeSpan.FromMinutes(1));
        Task call = SignInWith(NewKey, client);
        Assert.That(() => Server.At(path).Count, Is.EqualTo(before + 1).After(5000, 20));
        Time.Advance(TimeSpan.FromSeconds(5) - TimeSpan.FromTicks(1));
        bool isOver = call.IsCompleted;
        Time.Advance(TimeSpan.FromTicks(1));

        AuthenticationFailedException? failure = Assert.ThrowsAsync<AuthenticationFailedException>(() => call.WaitAsync(TimeSpan.FromSeconds(10)));
        release.Set();

        Assert.Multiple(() =>
        {
            Assert.That(isOver, Is.False);
            Assert.That(failure!.Message, Does.Contain("could not be read: no response in time"));
            Assert.That((failure.IsTransient, failure.InnerException is TimeoutException), Is.EqualTo((true, true)));
        });
    }

    [TestCase("""{"alg":"RS256","kid":"key-1"}""", "ID token validation failed: its signature is not valid")]
    [TestCase("""{"alg":"RS256"}""", Unreadable)]
    public async Task A_key_that_is_known_refuses_a_forged_token_all_the_same(string header, string expected)
    {
        AuthorizationCodeClient client = Client();
        await SignIn(client);
        Answer(KeysPath, 503, "");
        Time.Advance(TimeSpan.FromMinutes(1));

        AuthenticationFailedException? failure = Assert.ThrowsAsync<AuthenticationFailedException>(
            () => SignInWith(header, client, static token => $"{token[..token.LastIndexOf('.')]}.{new string('A', 342)}"));

        Assert.That(failure!.Message, Does.StartWith(expected));
    }

    [Test]
    public async Task A_token_is_a_bad_one_once_they_have_been_read_and_do_not_have_its_key()
    {
        AuthorizationCodeClient client = Client();
        await SignIn(client);
        Func<SentRequest, HttpResponseMessage> good = Server.Answers[KeysPath];
        Answer(KeysPath, 503, "");
        Time.Advance(TimeSpan.FromMinutes(1));
        Assert.That(() => SignInWith(NewKey, client), Throws.TypeOf<AuthenticationFailedException>().With.Message.StartsWith(Unreadable));
        Server.Answers[KeysPath] = good;
        Time.Advance(TimeSpan.FromMinutes(1));

        Assert.That(() => SignInWith(NewKey, client), Throws.TypeOf<AuthenticationFailedException>().With.Message.Contains("no key of the ID"));
    }

    private void Answer(string path, int status, string document) => Server.Answers[path] = _ => new HttpResponseMessage((HttpStatusCode)status)
    {
        Content = new StringContent(document, Encoding.UTF8, "application/json"),
        Headers = { Location = status == 302 ? new Uri("https://elsewhere.example/keys") : null },
    };

    private async Task SignInWith(string header, AuthorizationCodeClient client, Func<string, string>? finish = null)
    {
        AuthorizationRequest request = await client.CreateAuthorizationRequestAsync(The.Redirect, ["email"]);
        string token = Provider.Sign(header, new JsonObject
        {
            ["iss"] = Provider.Issuer,
            ["aud"] = The.Client,
            ["sub"] = Provider.Subject,
            ["iat"] = Time.GetUtcNow().ToUnixTimeSeconds(),
            ["exp"] = Time.GetUtcNow().AddHours(1).ToUnixTimeSeconds(),
            ["nonce"] = request.Transaction.Nonce.Value,
        });
        Server.Answers["/token"] = _ =>
        {
            JsonObject response = Server.Token();
            response["id_token"] = finish?.Invoke(token) ?? token;
            return Provider.Json(HttpStatusCode.OK, response);
        };
        await client.CompleteSignInAsync(request.Transaction, new Uri($"{The.Redirect}?code={The.Code}&state={request.Transaction.State}"));
    }
}
