using System.Net;
using System.Text.Json.Nodes;

namespace AuthCode.Tests.Scenarios.Providers;

/// <summary>The metadata of RFC 8414 in place of that of OpenID Connect: for good at a server that has no other, and for a moment while a gateway refuses the other.</summary>
internal sealed class FallbackMetadataTests(bool isAsync) : ProviderFixture(isAsync)
{
    private const string OpenIdPath = "/tenant-1/.well-known/openid-configuration";
    private const string OAuthPath = "/.well-known/oauth-authorization-server/tenant-1";

    [TestCase(400)]
    [TestCase(401)]
    [TestCase(403)]
    public async Task What_was_read_serves_on_while_the_server_refuses_to_show_it(int status)
    {
        AuthorizationCodeClient client = Client();
        await ScopeAsync(client);
        OfferOAuth();
        Server.Answers[OpenIdPath] = _ => new HttpResponseMessage((HttpStatusCode)status);
        Time.Advance(TimeSpan.FromDays(1));

        // The second of these reads begins after the first has ended.
        Assert.That(() => AfterMinutes(client, 6), Is.GreaterThanOrEqualTo(3).After(5000, 20));
        Assert.That(await ScopeAsync(client), Is.EqualTo("a openid"));
    }

    [TestCase(400)]
    [TestCase(401)]
    [TestCase(403)]
    public async Task A_document_in_place_of_a_refused_one_serves_for_minutes(int status)
    {
        Func<SentRequest, HttpResponseMessage> good = Server.Answers[OpenIdPath];
        OfferOAuth();
        Server.Answers[OpenIdPath] = _ => new HttpResponseMessage((HttpStatusCode)status);
        AuthorizationCodeClient client = Client();
        string before = await ScopeAsync(client);
        Server.Answers[OpenIdPath] = good;
        Time.Advance(TimeSpan.FromMinutes(5));

        Assert.That(before, Is.EqualTo("a"));
        Assert.That(() => ScopeAsync(client).GetAwaiter().GetResult(), Is.EqualTo("a openid").After(5000, 20));
    }

    [Test]
    public async Task A_server_that_always_refuses_the_one_document_can_change_the_other()
    {
        OfferOAuth();
        Server.Answers[OpenIdPath] = static _ => new HttpResponseMessage(HttpStatusCode.Forbidden);
        AuthorizationCodeClient client = Client();
        await ScopeAsync(client);
        OfferOAuth("https://op.example/authorize-2");
        Time.Advance(TimeSpan.FromMinutes(5));

        Assert.That(
            () => client.CreateAuthorizationRequestAsync(The.Redirect, ["a"]).GetAwaiter().GetResult().Uri.AbsolutePath,
            Is.EqualTo("/authorize-2").After(5000, 20));
    }

    [TestCase(404)]
    [TestCase(405)]
    [TestCase(406)]
    [TestCase(410)]
    [TestCase(501)]
    public async Task A_document_in_place_of_one_that_does_not_exist_serves_for_a_day(int status)
    {
        OfferOAuth();
        Server.Answers[OpenIdPath] = _ => new HttpResponseMessage((HttpStatusCode)status);
        AuthorizationCodeClient client = Client();
        await ScopeAsync(client);
        int first = Server.At(OAuthPath).Count;

        Time.Advance(TimeSpan.FromHours(23));
        await ScopeAsync(client);
        int before = Server.At(OAuthPath).Count;
        Time.Advance(TimeSpan.FromHours(1));
        await ScopeAsync(client);

        Assert.That((first, before), Is.EqualTo((1, 1)));
        Assert.That(() => Server.At(OAuthPath).Count, Is.EqualTo(2).After(5000, 20));
    }

    private void OfferOAuth(string authorizationEndpoint = Provider.AuthorizationEndpoint)
    {
        var metadata = (JsonObject)Server.Metadata.DeepClone();
        metadata["authorization_endpoint"] = authorizationEndpoint;
        Server.Answers[OAuthPath] = _ => Provider.Json(HttpStatusCode.OK, metadata);
    }

    private int AfterMinutes(AuthorizationCodeClient client, int minutes)
    {
        Time.Advance(TimeSpan.FromMinutes(minutes));
        ScopeAsync(client).GetAwaiter().GetResult();
        return Server.At(OpenIdPath).Count;
    }

    private static async Task<string> ScopeAsync(AuthorizationCodeClient client) =>
        QueryOf((await client.CreateAuthorizationRequestAsync(The.Redirect, ["a"])).Uri)["scope"];
}
