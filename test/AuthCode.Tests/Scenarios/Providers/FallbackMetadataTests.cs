using System.Net;
using System.Text.Json.Nodes;

namespace AuthCode.Tests.Scenarios.Providers;

/// <summary>The metadata of RFC 8414 in place of that of OpenID Connect: for good at a server that has no other, and for a moment while a gateway refuses the other or does not find it.</summary>
internal sealed class FallbackMetadataTests(bool isAsync) : ProviderFixture(isAsync)
{
    private const string OpenIdPath = "/tenant-1/.well-known/openid-configuration";
    private const string ThirdPath = "/.well-known/openid-configuration/tenant-1";
    private const string OAuthPath = "/.well-known/oauth-authorization-server/tenant-1";

    [TestCase(400)]
    [TestCase(401)]
    [TestCase(403)]
    [TestCase(404)]
    [TestCase(405)]
    [TestCase(406)]
    [TestCase(410)]
    [TestCase(501)]
    public async Task What_was_read_serves_on_while_the_server_shows_another_document_only(int status)
    {
        AuthorizationCodeClient client = Client();
        await ScopeAsync(client);
        OfferOAuth();
        Server.Answers[OpenIdPath] = _ => new HttpResponseMessage((HttpStatusCode)status);
        Time.Advance(TimeSpan.FromDays(1));

        // The second of these reads begins after the first has ended.
        Assert.That(() => AfterMinutes(client, 6), Is.GreaterThanOrEqualTo(3).After(5000, 20));
        Assert.That(await ScopeAsync(client), Is.EqualTo("a openid"));
        Server.Metadata["authorization_endpoint"] = "https://op.example/authorize-2";
        Server.Answers[OpenIdPath] = _ => Provider.Json(HttpStatusCode.OK, Server.Metadata);
        Assert.That(() => PathAfterMinutes(client, 6), Is.EqualTo("/authorize-2").After(5000, 20), "the first address is asked again");
    }

    [TestCase(400)]
    [TestCase(401)]
    [TestCase(403)]
    [TestCase(404)]
    [TestCase(405)]
    [TestCase(406)]
    [TestCase(410)]
    [TestCase(501)]
    public async Task A_document_in_place_of_the_first_one_serves_for_minutes(int status)
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

    [Test]
    public async Task Reads_that_come_soon_after_each_other_confirm_nothing()
    {
        Func<SentRequest, HttpResponseMessage> good = Server.Answers[OpenIdPath];
        Server.Metadata.Remove("end_session_endpoint");
        OfferOAuth();
        Server.Answers[OpenIdPath] = static _ => new HttpResponseMessage(HttpStatusCode.NotFound);
        AuthorizationCodeClient client = Client();
        await ScopeAsync(client);
        for (int minute = 1; minute < 5; minute++)
        {
            PathAfterRenewal(client);
        }

        Server.Answers[OpenIdPath] = good;
        Time.Advance(TimeSpan.FromMinutes(5));

        Assert.That(() => ScopeAsync(client).GetAwaiter().GetResult(), Is.EqualTo("a openid").After(5000, 20), "the first address is asked again");
    }

    [TestCase(404)]
    [TestCase(405)]
    [TestCase(406)]
    [TestCase(410)]
    [TestCase(501)]
    public async Task A_document_in_place_of_one_that_does_not_exist_serves_for_a_day_once_that_is_confirmed(int status)
    {
        Server.Metadata.Remove("end_session_endpoint");
        OfferOAuth();
        Server.Answers[OpenIdPath] = _ => new HttpResponseMessage((HttpStatusCode)status);
        AuthorizationCodeClient client = Client();
        await ScopeAsync(client);
        Time.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromMinutes(1));
        await ScopeAsync(client);
        int first = Server.At(OAuthPath).Count;
        PathAfterRenewal(client);
        Time.Advance(TimeSpan.FromDays(1) - TimeSpan.FromTicks(1));
        await ScopeAsync(client);
        int confirmed = Server.At(OAuthPath).Count;
        Time.Advance(TimeSpan.FromTicks(1));
        await ScopeAsync(client);

        Assert.That((first, confirmed), Is.EqualTo((1, 2)));
        Assert.That(() => Server.At(OAuthPath).Count, Is.EqualTo(3).After(5000, 20));
    }

    [TestCase(404, 404)]
    [TestCase(403, 404)]
    [TestCase(403, 403)]
    [TestCase(404, 403)]
    public async Task A_document_of_the_third_address_does_not_replace_that_of_the_second(int first, int second)
    {
        Server.Metadata.Remove("end_session_endpoint");
        OfferOAuth();
        Offer(ThirdPath, "https://op.example/authorize-3");
        Server.Answers[OpenIdPath] = _ => new HttpResponseMessage((HttpStatusCode)first);
        AuthorizationCodeClient client = Client();
        await ScopeAsync(client);
        Server.Answers[OAuthPath] = _ => new HttpResponseMessage((HttpStatusCode)second);

        string before = PathAfterRenewal(client);
        OfferOAuth("https://op.example/authorize-2");

        Assert.That((before, PathAfterRenewal(client)), Is.EqualTo(("/authorize", "/authorize-2")));
    }

    [TestCase(404, 404)]
    [TestCase(404, 403)]
    [TestCase(403, 404)]
    public async Task A_document_of_the_second_address_replaces_that_of_the_third(int before, int after)
    {
        Server.Metadata.Remove("end_session_endpoint");
        Offer(ThirdPath, "https://op.example/authorize-3");
        Server.Answers[OAuthPath] = static _ => new HttpResponseMessage(HttpStatusCode.NotFound);
        Server.Answers[OpenIdPath] = _ => new HttpResponseMessage((HttpStatusCode)before);
        AuthorizationCodeClient client = Client();
        await ScopeAsync(client);
        Server.Answers[OpenIdPath] = _ => new HttpResponseMessage((HttpStatusCode)after);
        OfferOAuth();

        Assert.That(PathAfterRenewal(client), Is.EqualTo("/authorize"));
    }

    private void OfferOAuth(string authorizationEndpoint = Provider.AuthorizationEndpoint) => Offer(OAuthPath, authorizationEndpoint);

    private void Offer(string path, string authorizationEndpoint)
    {
        var metadata = (JsonObject)Server.Metadata.DeepClone();
        metadata["authorization_endpoint"] = authorizationEndpoint;
        Server.Answers[path] = _ => Provider.Json(HttpStatusCode.OK, metadata);
    }

    private int AfterMinutes(AuthorizationCodeClient client, int minutes)
    {
        Time.Advance(TimeSpan.FromMinutes(minutes));
        ScopeAsync(client).GetAwaiter().GetResult();
        return Server.At(OpenIdPath).Count;
    }

    private string PathAfterMinutes(AuthorizationCodeClient client, int minutes)
    {
        Time.Advance(TimeSpan.FromMinutes(minutes));
        return client.CreateAuthorizationRequestAsync(The.Redirect, ["a"]).GetAwaiter().GetResult().Uri.AbsolutePath;
    }

    // What the metadata lacks has it read again, and the call waits for that.
    private string PathAfterRenewal(AuthorizationCodeClient client)
    {
        Time.Advance(TimeSpan.FromMinutes(1));
        Assert.That(() => client.CreateSignOutUriAsync(), Throws.TypeOf<AuthenticationFailedException>());
        return client.CreateAuthorizationRequestAsync(The.Redirect, ["a"]).GetAwaiter().GetResult().Uri.AbsolutePath;
    }

    private static async Task<string> ScopeAsync(AuthorizationCodeClient client) =>
        QueryOf((await client.CreateAuthorizationRequestAsync(The.Redirect, ["a"])).Uri)["scope"];
}
