using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;

namespace AuthCode.Tests.IdTokens;

/// <summary>The ID token that comes with a refresh (OpenID Connect Core section 12.2): what it must have of the ID token of the sign-in.</summary>
internal sealed class RefreshedIdTokenTests
{
    private readonly FakeTimeProvider _time = new(The.Now);
    private readonly Provider _server = new();

    [TestCase("""{"iss":"https://evil.example"}""")]
    [TestCase("""{"sub":"subject-2"}""")]
    [TestCase("""{"sub":7}""")]
    [TestCase("""{"sub":""}""")]
    [TestCase("""{"sub":null}""")]
    [TestCase("""{"sub":["subject-1"]}""")]
    [TestCase("""{"aud":"another"}""")]
    [TestCase("""{"aud":["another"]}""")]
    [TestCase("""{"aud":null}""")]
    [TestCase("""{"auth_time":1}""")]
    [TestCase("""{"auth_time":999.9}""")]
    [TestCase("""{"auth_time":"1000"}""")]
    [TestCase("""{"azp":"another"}""")]
    [TestCase("""{"azp":null}""")]
    [TestCase("""{"azp":7}""")]
    [TestCase("""{"nonce":"another"}""")]
    [TestCase("""{"nonce":7}""")]
    public async Task One_about_another_user_or_sign_in_is_discarded_with_its_tokens(string changes)
    {
        SignedInUser user = await SignInAsync();
        _server.Answers["/token"] = _ => Provider.Json(HttpStatusCode.OK, _server.Token(claims: payload => Change(payload, changes)));

        Assert.That(() => GetTokenAsync(user), Throws.TypeOf<AuthenticationFailedException>().With.Message.Contains("is about another user, and was discarded"));

        _server.Answers["/token"] = _ => Provider.Json(HttpStatusCode.OK, _server.Token());
        Assert.That(await GetTokenAsync(user), Is.EqualTo("access-3"), "the session goes on");
        Assert.That(_server.At("/token")[2]["refresh_token"], Is.EqualTo("refresh-1"), "the refresh token that came with it is not used");
    }

    [TestCase("""{}""")]
    [TestCase("""{"aud":["CLIENT","api"]}""")]
    [TestCase("""{"auth_time":null}""")]
    [TestCase("""{"auth_time":1000.5}""")]
    [TestCase("""{"auth_time":1001}""")]
    [TestCase("""{"nonce":null}""")]
    [TestCase("""{"name":"Countess of Lovelace"}""")]
    public async Task One_about_the_same_sign_in_is_taken(string changes)
    {
        SignedInUser user = await SignInAsync();
        _server.Answers["/token"] = _ => Provider.Json(
            HttpStatusCode.OK, _server.Token(claims: payload => Change(payload, changes.Replace("CLIENT", The.Client, StringComparison.Ordinal))));

        Assert.That(await GetTokenAsync(user), Is.EqualTo("access-2"));
    }

    [Test]
    public async Task A_user_who_authenticates_again_at_the_provider_keeps_the_session_and_its_rotated_token()
    {
        SignedInUser user = await SignInAsync();
        int authenticatedOn = 1000;
        _server.Answers["/token"] = _ => Provider.Json(HttpStatusCode.OK, _server.Token(claims: payload => Change(payload, $$"""{"auth_time":{{authenticatedOn += 500}}}""")));

        await GetTokenAsync(user);
        _time.Advance(The.Hour);
        await GetTokenAsync(user);

        Assert.That(_server.At("/token").Select(static sent => sent["refresh_token"]), Is.EqualTo(new[] { null, "refresh-1", "refresh-2" }));
    }

    [TestCase(null)]
    [TestCase("null")]
    [TestCase("\"\"")]
    public async Task None_is_needed(string? idToken)
    {
        SignedInUser user = await SignInAsync();
        _server.Answers["/token"] = _ =>
        {
            JsonObject token = _server.Token();
            if (idToken is not null)
            {
                token["id_token"] = JsonNode.Parse(idToken);
            }

            return Provider.Json(HttpStatusCode.OK, token);
        };

        Assert.That(await GetTokenAsync(user), Is.EqualTo("access-2"));
    }

    [Test]
    public async Task A_server_that_always_writes_the_time_as_text_is_not_locked_out()
    {
        const string Text = """{"auth_time":"1000"}""";
        SignedInUser user = await SignInAsync(Text);
        _server.Answers["/token"] = _ => Provider.Json(HttpStatusCode.OK, _server.Token(claims: static payload => Change(payload, Text)));

        Assert.That(await GetTokenAsync(user), Is.EqualTo("access-2"));
    }

    private static void Change(JsonObject payload, string changes)
    {
        (payload["azp"], payload["auth_time"]) = (The.Client, 1000);
        foreach ((string name, JsonNode? value) in JsonNode.Parse(changes)!.AsObject())
        {
            payload[name] = value?.DeepClone();
        }
    }

    private async Task<SignedInUser> SignInAsync(string changes = "{}")
    {
        var client = new AuthorizationCodeClient(
            AuthorizationServer.OpenIdProvider(new Uri(Provider.Issuer)), The.Client, new AuthorizationCodeClientOptions { HttpClient = new HttpClient(_server), TimeProvider = _time });
        AuthorizationRequest request = await client.CreateAuthorizationRequestAsync(The.Redirect, ["email"]);
        _server.Answers["/token"] = _ => Provider.Json(HttpStatusCode.OK, _server.Token(request.Transaction.Nonce.Value, claims: payload => Change(payload, changes)));
        return await client.CompleteSignInAsync(request.Transaction, new Uri($"{The.Redirect}?code={The.Code}&state={request.Transaction.State}"));
    }

    private static async Task<string> GetTokenAsync(SignedInUser user) => (await user.Credential.GetTokenAsync(Some.Request("other"), CancellationToken.None)).Token;
}
