using System.Net;
using AuthCode.Tests.Scenarios.Providers;

namespace AuthCode.Tests.Endpoints;

/// <summary>For which requests a client counts as refused (<c>invalid_client</c>): those to the same endpoint with the same proof.</summary>
internal sealed class RefusedClientTests(bool isAsync) : ProviderFixture(isAsync)
{
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(30);

    private static HttpResponseMessage Refused => Provider.Error("invalid_client", HttpStatusCode.Unauthorized);

    [Test]
    public async Task A_revocation_endpoint_that_refuses_the_client_stops_no_token_request([Values] bool isPublic)
    {
        Server.Answers["/revoke"] = static _ => Refused;
        AuthorizationCodeClient client = Client(options => options.ClientAuthentication = isPublic ? ClientAuthentication.None : ClientAuthentication.Secret(The.Secret));
        await using AuthorizationCodeCredential one = Begin(client);
        await GetToken(one, "read");

        Assert.That(() => one.RevokeAsync(), Refuses("revocation"));

        await using AuthorizationCodeCredential two = Begin(client);
        Assert.That((await GetToken(two, "read")).Token, Is.EqualTo("access-2"));
    }

    [Test]
    public async Task An_endpoint_of_pushed_requests_that_refuses_the_client_stops_no_token_request()
    {
        Server.Answers["/par"] = static _ => Refused;
        AuthorizationCodeClient client = Client(Confidential, atServer: static options => options.UsePushedAuthorization = true);
        Assert.That(() => client.CreateAuthorizationRequestAsync(The.Redirect, ["read"]), Refuses("pushed authorization request"));

        await using AuthorizationCodeCredential credential = Begin(client);

        Assert.That((await GetToken(credential, "read")).Token, Is.EqualTo("access-1"));
    }

    [Test]
    public async Task Each_endpoint_that_refused_the_client_is_spared_for_30_seconds()
    {
        Server.Answers["/revoke"] = static _ => Refused;
        AuthorizationCodeClient client = Client(Confidential);
        await using AuthorizationCodeCredential one = Begin(client);
        await using AuthorizationCodeCredential two = Begin(client);
        await GetToken(one, "read");
        Server.Answers["/token"] = static _ => Refused;

        for (int i = 0; i < 3; i++)
        {
            Assert.That(() => one.RevokeAsync(), Refuses("revocation"));
            await Failure(two, Some.Request("read"));
        }

        Assert.That((Server.At("/revoke").Count, Server.At("/token").Count), Is.EqualTo((1, 2)));
        Time.Advance(Length);
        Assert.That(() => one.RevokeAsync(), Refuses("revocation"));
        await Failure(two, Some.Request("read"));
        Assert.That((Server.At("/revoke").Count, Server.At("/token").Count), Is.EqualTo((2, 3)));
    }

    [Test]
    public async Task A_tenant_that_refuses_the_client_stops_no_request_of_another_tenant()
    {
        var endpoint = new ScriptedEndpoint(Answer.Token("access-1"), Answer.Error("invalid_client", 7000215), Answer.Token("access-2"));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint, Time, static options =>
        {
            options.AdditionallyAllowedTenants.Add(The.OtherTenant);
            options.ClientAuthentication = ClientAuthentication.Secret(The.Secret);
        });
        await GetToken(credential);
        await Failure(credential, Some.Request(The.Vault, tenant: The.OtherTenant));
        await Failure(credential, Some.Request(The.Storage, tenant: The.OtherTenant));

        Assert.That((await GetToken(credential, The.Storage)).Token, Is.EqualTo("access-2"));
        endpoint.Verify();
    }

    [Test]
    public async Task A_refusal_that_is_remembered_costs_no_code()
    {
        string secret = "the-expired-secret";
        Server.Answers["/token"] = static _ => Refused;
        await using AuthorizationCodeCredential credential = Begin(Client(options => options.ClientAuthentication = ClientAuthentication.Secret(_ => ValueTask.FromResult(secret))));
        for (int i = 0; i < 4; i++)
        {
            Assert.That((await Failure(credential, Some.Request("read"))).IsSignInRequired, Is.False);
        }

        secret = "the-rotated-secret";
        Server.Answers["/token"] = _ => Provider.Json(HttpStatusCode.OK, Server.Token());

        Assert.That((await GetToken(credential, "read")).Token, Is.EqualTo("access-2"));
    }

    [Test]
    public async Task A_fresh_assertion_is_sent_and_the_one_that_was_refused_is_not()
    {
        string assertion = "e30.e30.one";
        Server.Answers["/token"] = static _ => Refused;
        await using AuthorizationCodeCredential credential = Begin(
            Client(options => options.ClientAuthentication = ClientAuthentication.Assertion(_ => ValueTask.FromResult(assertion))));
        await Failure(credential, Some.Request("read"));
        await Failure(credential, Some.Request("read"));
        Assert.That(Server.At("/token"), Has.Count.EqualTo(1));
        Server.Answers["/token"] = _ => Provider.Json(HttpStatusCode.OK, Server.Token());

        assertion = "e30.e30.two";

        Assert.That((await GetToken(credential, "read")).Token, Is.EqualTo("access-2"));
    }

    [Test]
    public async Task Assertions_that_are_made_anew_each_time_are_tried_twice_in_30_seconds()
    {
        int made = 0;
        Server.Answers["/token"] = static _ => Refused;
        AuthorizationCodeClient client = Client(options => options.ClientAuthentication = ClientAuthentication.Assertion(_ => ValueTask.FromResult($"e30.e30.{++made}")));
        for (int i = 0; i < 20; i++)
        {
            await using AuthorizationCodeCredential credential = Begin(client);
            AuthenticationFailedException failure = await Failure(credential, Some.Request("read"));
            Assert.That(failure.Response?.Error, Is.EqualTo("invalid_client"));
        }

        int before = Server.At("/token").Count;
        Time.Advance(Length);
        Server.Answers["/token"] = _ => Provider.Json(HttpStatusCode.OK, Server.Token());
        await using AuthorizationCodeCredential later = Begin(client);

        Assert.That((await GetToken(later, "read")).Token, Is.EqualTo("access-3"));
        Assert.That(before, Is.EqualTo(2));
    }

    [TestCase(HttpStatusCode.OK)]
    [TestCase(HttpStatusCode.Forbidden)]
    [TestCase(HttpStatusCode.NotFound)]
    public async Task A_refusal_by_another_status_is_remembered_too(HttpStatusCode status)
    {
        Server.Answers["/token"] = _ => Provider.Error("invalid_client", status);
        AuthorizationCodeClient client = Client(Confidential);
        for (int i = 0; i < 3; i++)
        {
            await using AuthorizationCodeCredential credential = Begin(client);
            Assert.That((await Failure(credential, Some.Request("read"))).Response?.Error, Is.EqualTo("invalid_client"));
        }

        Assert.That(Server.At("/token"), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_rotated_secret_is_tried_at_once_however_often()
    {
        int secrets = 0;
        Server.Answers["/token"] = static _ => Refused;
        AuthorizationCodeClient client = Client(options => options.ClientAuthentication = ClientAuthentication.Secret(_ => ValueTask.FromResult($"secret-{++secrets}")));
        for (int i = 0; i < 4; i++)
        {
            await using AuthorizationCodeCredential credential = Begin(client);
            await Failure(credential, Some.Request("read"));
        }

        Assert.That(Server.At("/token"), Has.Count.EqualTo(4));
    }

    [Test]
    public async Task A_fresh_assertion_in_the_file_is_sent()
    {
        string path = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(path, "e30.e30.one");
            Server.Answers["/token"] = static _ => Refused;
            await using AuthorizationCodeCredential credential = Begin(Client(options => options.ClientAuthentication = ClientAuthentication.AssertionFile(path)));
            await Failure(credential, Some.Request("read"));
            await Failure(credential, Some.Request("read"));
            Assert.That(Server.At("/token"), Has.Count.EqualTo(1));
            Server.Answers["/token"] = _ => Provider.Json(HttpStatusCode.OK, Server.Token());

            await File.WriteAllTextAsync(path, "e30.e30.two");

            Assert.That((await GetToken(credential, "read")).Token, Is.EqualTo("access-2"));
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static void Confidential(AuthorizationCodeClientOptions options) => options.ClientAuthentication = ClientAuthentication.Secret(The.Secret);

    private static AuthorizationCodeCredential Begin(AuthorizationCodeClient client) => client.CreateCredential(The.Code, The.Redirect, The.Verifier);

    private static NUnit.Framework.Constraints.EqualStringConstraint Refuses(string what) =>
        Throws.TypeOf<AuthenticationFailedException>().With.Message.Contains($"refused the {what}").And.Property("Response").Property("Error").EqualTo("invalid_client");
}
