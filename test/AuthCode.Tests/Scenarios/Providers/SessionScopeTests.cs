using System.Net;
using System.Text.Json.Nodes;

namespace AuthCode.Tests.Scenarios.Providers;

/// <summary>Scopes at servers other than Entra ID: what is sent, what a token serves, and what a refusal leaves of the session.</summary>
internal sealed class SessionScopeTests(bool isAsync) : ProviderFixture(isAsync)
{
    private static readonly string[] All = ["a", "b"];

    [Test]
    public async Task No_scope_is_sent_with_the_code_nor_with_a_refresh_for_the_scopes_of_the_session()
    {
        await using AuthorizationCodeCredential credential = (await SignIn(Client(), All)).Credential;

        await GetToken(credential, All);
        Time.Advance(The.Hour);
        await GetToken(credential, All);
        Time.Advance(The.Hour);
        await GetToken(credential, "b", "openid", "a");

        Assert.That(Sent("scope"), Is.EqualTo(new string?[] { null, null, null }));
    }

    [Test]
    public async Task A_refresh_for_fewer_scopes_names_them_and_keeps_the_session_one_of_OpenID()
    {
        await using AuthorizationCodeCredential credential = (await SignIn(Client(), ["a", "b", "offline_access"])).Credential;
        Time.Advance(The.Hour);

        await GetToken(credential, "a");

        Assert.That(Sent("scope")[^1], Is.EqualTo("a offline_access openid"));
    }

    [Test]
    public async Task The_scopes_of_the_sign_in_are_those_of_the_session_also_if_the_server_granted_fewer_or_names_them_otherwise()
    {
        Script(static token => token["scope"] = "https://api.example/a openid");
        await using AuthorizationCodeCredential credential = Started(All);

        await GetToken(credential, All);
        Time.Advance(The.Hour);
        await GetToken(credential, All);

        Assert.That(Sent("scope"), Is.EqualTo(new string?[] { null, null }));
    }

    [Test]
    public async Task A_token_serves_a_request_for_some_of_its_scopes()
    {
        await using AuthorizationCodeCredential credential = (await SignIn(Client(), All)).Credential;

        await GetToken(credential, "a");
        await GetToken(credential, "b");

        Assert.That(Server.At("/token"), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task The_scopes_of_OpenID_count([Values("profile", "openid", "offline_access")] string scope)
    {
        await using AuthorizationCodeCredential credential = Credential();
        await GetToken(credential, "email");

        await GetToken(credential, "email", scope);

        Assert.That(Sent("scope"), Is.EqualTo(new[] { null, $"email {scope}" }));
    }

    [Test]
    public async Task A_first_request_beyond_the_scopes_of_the_sign_in_is_a_refresh_of_its_own()
    {
        await using AuthorizationCodeCredential credential = Started(All);

        string beyond = (await GetToken(credential, "c")).Token;
        string within = (await GetToken(credential, "a")).Token;

        Assert.Multiple(() =>
        {
            Assert.That((beyond, within), Is.EqualTo(("access-2", "access-1")));
            Assert.That(Sent("scope"), Is.EqualTo(new[] { null, "c openid" }));
        });
    }

    [TestCase("invalid_grant")]
    [TestCase("invalid_scope")]
    public async Task A_refusal_of_scopes_beyond_the_consent_leaves_the_session(string error)
    {
        await using AuthorizationCodeCredential credential = (await SignIn(Client(), All)).Credential;
        Func<SentRequest, HttpResponseMessage> good = Server.Answers["/token"];
        Server.Answers["/token"] = _ => Provider.Error(error);

        AuthenticationFailedException failure = await Failure(credential, new Azure.Core.TokenRequestContext(["a", "c"]));
        Server.Answers["/token"] = good;
        Time.Advance(The.Hour);
        string later = (await GetToken(credential, All)).Token;

        Assert.Multiple(() =>
        {
            Assert.That(failure.Message, Does.StartWith("The authorization server does not grant these scopes to the session"));
            Assert.That((failure.IsSignInRequired, failure.Scopes), Is.EqualTo((true, new[] { "a", "c" })));
            Assert.That(later, Is.EqualTo("access-3"));
        });
    }

    [Test]
    public async Task A_refresh_token_that_is_refused_for_the_scopes_of_the_session_is_dead()
    {
        await using AuthorizationCodeCredential credential = (await SignIn(Client(), All)).Credential;
        Server.Answers["/token"] = static _ => Provider.Error("invalid_grant");
        Time.Advance(The.Hour);

        await Failure(credential, Some.Request("a"));
        await Failure(credential, Some.Request("b"));

        Assert.That(Server.At("/token"), Has.Count.EqualTo(2));
    }

    [Test]
    public async Task A_server_that_narrows_refresh_tokens_is_found_out_and_asked_for_all_scopes_from_then_on()
    {
        AuthorizationCodeClient client = Client();
        await using AuthorizationCodeCredential first = (await SignIn(client, All)).Credential;
        Time.Advance(The.Hour);
        await GetToken(first, "a");
        Func<SentRequest, HttpResponseMessage> good = Server.Answers["/token"];
        Server.Answers["/token"] = static _ => Provider.Error("invalid_scope");
        AuthenticationFailedException lost = await Failure(first, Some.Request("b"));
        Server.Answers["/token"] = good;

        await using AuthorizationCodeCredential second = (await SignIn(client, All)).Credential;
        Time.Advance(The.Hour);
        await GetToken(second, "a");
        await GetToken(second, "b");

        Assert.Multiple(() =>
        {
            Assert.That(lost.IsSignInRequired, Is.True);
            Assert.That(Sent("scope"), Is.EqualTo(new[] { null, "a openid", "b openid", null, null }));
        });
    }

    [Test]
    public async Task A_server_that_is_known_to_narrow_refresh_tokens_is_asked_for_all_scopes()
    {
        await using AuthorizationCodeCredential credential = (await SignIn(Client(atServer: static options => options.RefreshAllScopes = true), All)).Credential;
        Time.Advance(The.Hour);

        await GetToken(credential, "a");
        await GetToken(credential, "b");
        await GetToken(credential, "c");

        Assert.That(Sent("scope"), Is.EqualTo(new[] { null, null, "c openid" }));
    }

    [Test]
    public async Task A_token_of_one_resource_never_serves_another_whatever_scopes_the_server_says_it_has()
    {
        Script(static token => token["scope"] = "api.read graph.read");
        await using AuthorizationCodeCredential credential = Credential(atServer: static options =>
        {
            options.Resources["api.read"] = new Uri("https://api.example/");
            options.Resources["graph.read"] = new Uri("https://graph.example/");
        });

        string api = (await GetToken(credential, "api.read")).Token;
        string graph = (await GetToken(credential, "graph.read")).Token;
        string none = (await GetToken(credential, "other")).Token;

        Assert.Multiple(() =>
        {
            Assert.That(new[] { api, graph, none }, Is.Unique);
            Assert.That(Sent("resource"), Is.EqualTo(new[] { "https://api.example/", "https://graph.example/", null }));
        });
    }

    [TestCase("a,b")]
    [TestCase("a, b")]
    [TestCase("a b")]
    [TestCase("b  a a")]
    public async Task Granted_scopes_are_read_with_commas_too(string granted)
    {
        Script(token => token["scope"] = granted);
        await using AuthorizationCodeCredential credential = Started(["a", "b", "c"]);
        await GetToken(credential, "a", "b", "c");

        await GetToken(credential, "b");

        Assert.That(Server.At("/token"), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_comma_in_a_scope_that_was_requested_separates_nothing()
    {
        Script(static token => token["scope"] = "a,b");
        await using AuthorizationCodeCredential credential = Credential();
        await GetToken(credential, "a,b");

        await GetToken(credential, "b");

        Assert.That(Server.At("/token"), Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Scopes_are_separated_as_the_server_wants_them()
    {
        AuthorizationCodeClient client = Client(atServer: static options => options.ScopeSeparator = ',');
        AuthorizationRequest request = await client.CreateAuthorizationRequestAsync(The.Redirect, ["a", "b"]);
        await using AuthorizationCodeCredential credential = client.CreateCredential(The.Code, The.Redirect);
        await GetToken(credential, "a");

        await GetToken(credential, "b", "c");

        Assert.That((QueryOf(request.Uri)["scope"], Sent("scope")[^1]), Is.EqualTo(("a,b,openid", "b,c")));
    }

    private AuthorizationCodeCredential Started(string[] scopes)
    {
        AuthorizationCodeClient client = Client();
        AuthorizationRequest request = client.CreateAuthorizationRequestAsync(The.Redirect, scopes).GetAwaiter().GetResult();
        return client.CreateCredential(request.Transaction, new Uri($"{The.Redirect}?code={The.Code}&state={request.Transaction.State}"));
    }

    private void Script(Action<JsonObject> change) => Server.Answers["/token"] = _ =>
    {
        JsonObject token = Server.Token();
        change(token);
        return Provider.Json(HttpStatusCode.OK, token);
    };

    private string?[] Sent(string field) => [.. Server.At("/token").Select(sent => sent[field])];
}
