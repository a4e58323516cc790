using System.Net;

namespace AuthCode.Testing.Tests;

/// <summary>The way of the browser after a sign-out: back to the app alone, else it stays (OpenID Connect RP-Initiated Logout section 3).</summary>
internal sealed class LogoutTests : IDisposable
{
    private readonly Caller _caller = new();

    public void Dispose() => _caller.Dispose();

    [TestCase("https://app.example/")]
    [TestCase("https://app.example/signed-out")]
    [TestCase("https://app.example/signed-out?a=b#c")]
    [TestCase("https://APP.example:443/", "https://app.example/")]
    public async Task The_browser_goes_back_to_the_app(string asked, string? location = null) =>
        ExpectRedirect(await LogoutAsync(("post_logout_redirect_uri", asked)), location ?? asked);

    [TestCase("https://evil.example/")]
    [TestCase("https://app.example@evil.example/")]
    [TestCase("https://app.example.evil.example/")]
    [TestCase("https://app.example:444/")]
    [TestCase("http://app.example/")]
    [TestCase("//app.example/")]
    [TestCase("/signed-out")]
    [TestCase("javascript:alert(1)")]
    [TestCase("")]
    public async Task It_goes_nowhere_else(string asked) => ExpectPage(await LogoutAsync(("post_logout_redirect_uri", asked)));

    [Test]
    public async Task Without_an_address_it_stays() => ExpectPage(await LogoutAsync(("state", "s")));

    [TestCase("https://app.example/", "https://app.example/?state=a%20b%26c")]
    [TestCase("https://app.example/?a=b", "https://app.example/?a=b&state=a%20b%26c")]
    [TestCase("https://app.example/#c", "https://app.example/?state=a%20b%26c#c")]
    public async Task The_state_comes_back(string asked, string location) =>
        ExpectRedirect(await LogoutAsync(("post_logout_redirect_uri", asked), ("state", "a b&c")), location);

    [TestCase("http://localhost", "http://localhost:5123/out", true)]
    [TestCase("http://127.0.0.1:1/", "http://127.0.0.1:5123/", true)]
    [TestCase("http://localhost", "http://127.0.0.1:5123", false)]
    [TestCase("https://localhost", "https://localhost:5123", false)]
    [TestCase("http://app.example", "http://app.example:5123", false)]
    [TestCase("myapp://auth/back", "myapp://auth/out", true)]
    [TestCase("myapp://auth/back", "myapp://other/out", false)]
    public async Task On_loopback_any_port_is_the_registered_one(string registered, string asked, bool matches)
    {
        _caller.Aad.Options.RedirectUris = [new Uri("https://app.example/"), new Uri(registered)];

        Reply reply = await LogoutAsync(("post_logout_redirect_uri", asked));

        Assert.That(reply.Status, Is.EqualTo(matches ? HttpStatusCode.Found : HttpStatusCode.OK));
    }

    [Test]
    public async Task Two_addresses_get_a_page_and_never_a_redirect() => Assert.That(
        await LogoutAsync(("post_logout_redirect_uri", "https://app.example/"), ("post_logout_redirect_uri", "https://evil.example/")),
        Reply.Refused("invalid_request", 9002313));

    [Test]
    public async Task A_line_end_in_the_address_begins_no_header()
    {
        Reply reply = await LogoutAsync(("post_logout_redirect_uri", "https://app.example/\r\nSet-Cookie: a=b"));

        Assert.That(reply.Header("Set-Cookie"), Is.Null);
        Assert.That(reply.Headers.Location?.OriginalString, Is.EqualTo("https://app.example/%0D%0ASet-Cookie:%20a=b"));
    }

    [TestCase(null)]
    [TestCase("adfs")]
    public async Task The_address_that_the_client_makes_leads_there_and_back(string? tenant)
    {
        var client = new AuthorizationCodeClient(tenant ?? _caller.Aad.TenantId, _caller.Aad.ClientId, new AuthorizationCodeClientOptions { AuthorityHost = _caller.Aad.AuthorityHost });

        Reply reply = await _caller.GetAsync(await client.CreateSignOutUriAsync(new Uri("https://app.example/"), state: "s"));

        ExpectRedirect(reply, "https://app.example/?state=s");
    }

    private static void ExpectRedirect(Reply reply, string location) => Assert.Multiple(() =>
    {
        Assert.That(reply.Status, Is.EqualTo(HttpStatusCode.Found));
        Assert.That(reply.Headers.Location?.OriginalString, Is.EqualTo(location));
    });

    private static void ExpectPage(Reply reply) => Assert.Multiple(() =>
    {
        Assert.That(reply, Reply.Granted);
        Assert.That(reply.Headers.Location, Is.Null);
        Assert.That(reply.MediaType, Is.EqualTo("text/html"));
        Assert.That(reply.Body, Does.Contain("<h1>Signed out</h1>").And.Not.Contain("<a "));
    });

    private Task<Reply> LogoutAsync(params (string Name, string Value)[] parameters) => _caller.GetAsync(
        $"{_caller.Aad.TenantId}/oauth2/v2.0/logout?{string.Join('&', parameters.Select(static parameter => $"{parameter.Name}={Uri.EscapeDataString(parameter.Value)}"))}");
}
