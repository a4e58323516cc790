using System.Net;

namespace AuthCode.Testing.Tests;

/// <summary>The browser's way to a code: signed in, consented, sent back.</summary>
internal sealed class AuthorizeTests : IDisposable
{
    private readonly Caller _caller = new();

    public void Dispose() => _caller.Dispose();

    [Test]
    public async Task The_browser_is_sent_back_with_a_code_and_its_state()
    {
        const string State = "a b&c=d#e+f%20/é";

        Reply reply = await _caller.GetAsync(_caller.Aad.AuthorizeUri([The.Vault, "openid"], State));

        Assert.That(reply.Status, Is.EqualTo(HttpStatusCode.Found));
        Assert.That(reply.Headers.Location!.GetLeftPart(UriPartial.Path), Is.EqualTo(_caller.Aad.RedirectUri.OriginalString));
        Assert.That(reply.Returned, Contains.Key("state").WithValue(State).And.ContainKey("session_state").And.Not.ContainKey("error"));
        Assert.That(await _caller.RedeemAsync(reply.Returned["code"]), Reply.Granted);
    }

    [Test]
    public async Task No_state_comes_back_when_none_was_sent()
    {
        Reply reply = await _caller.GetAsync(_caller.Aad.AuthorizeUri([The.Vault]));

        Assert.That(reply.Returned.Keys, Is.EquivalentTo(["code", "session_state"]));
    }

    [Test]
    public async Task Each_visit_brings_a_code_of_its_own()
    {
        Uri uri = _caller.Aad.AuthorizeUri([The.Vault]);

        Reply[] replies = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => _caller.GetAsync(uri)));

        Assert.That(replies.Select(static reply => reply.Returned["code"]), Is.Unique);
    }

    [Test]
    public async Task A_redirect_URI_with_a_query_keeps_it()
    {
        _caller.Aad.Options.RedirectUris = [new Uri("https://app.example/signin-oidc?tenant=a%20b")];

        Reply reply = await _caller.GetAsync(_caller.Aad.AuthorizeUri([The.Vault]));

        Assert.That(reply.Headers.Location!.OriginalString, Does.StartWith("https://app.example/signin-oidc?tenant=a%20b&code="));
    }

    [Test]
    public async Task Any_registered_redirect_URI_is_taken()
    {
        const string Second = "myapp://auth/back";
        _caller.Aad.Options.RedirectUris = [_caller.Aad.RedirectUri, new Uri(Second)];

        Reply reply = await _caller.AuthorizeAsync(("redirect_uri", Second));

        Assert.That(reply.Headers.Location!.OriginalString, Does.StartWith(Second + "?code="));
        Assert.That(await _caller.RedeemAsync(reply.Returned["code"], ("redirect_uri", Second)), Reply.Granted);
    }

    [Test]
    public async Task Without_a_redirect_URI_the_first_registered_one_is_used()
    {
        Reply reply = await _caller.AuthorizeAsync(("redirect_uri", null));

        Assert.That(reply.Headers.Location!.OriginalString, Does.StartWith(_caller.Aad.RedirectUri.OriginalString));
        Assert.That(await _caller.RedeemAsync(reply.Returned["code"], ("redirect_uri", null)), Reply.Granted);
    }

    [Test]
    public async Task A_form_is_posted_on_request()
    {
        Reply reply = await _caller.GetAsync(_caller.Aad.AuthorizeUri([The.Vault], "\"><script>'&", responseMode: "form_post"));

        Assert.Multiple(() =>
        {
            Assert.That(reply, Reply.Granted);
            Assert.That(reply.MediaType, Is.EqualTo("text/html"));
            Assert.That(reply.Headers.Location, Is.Null);
            Assert.That(reply.Body, Does.Contain($"<form method=\"post\" action=\"{_caller.Aad.RedirectUri.OriginalString}\">"));
            Assert.That(reply.Body, Does.Contain("name=\"state\" value=\"&quot;&gt;&lt;script&gt;&#39;&amp;\""));
            Assert.That(reply.Body, Does.Not.Contain("<script>"));
        });
        string code = reply.Body.Split("name=\"code\" value=\"")[1].Split('"')[0];
        Assert.That(await _caller.RedeemAsync(code), Reply.Granted);
    }

    [Test]
    public async Task An_error_is_posted_too()
    {
        _caller.Aad.Options.AuthorizeError = "access_denied";

        Reply reply = await _caller.GetAsync(_caller.Aad.AuthorizeUri([The.Vault], "s", responseMode: "form_post"));

        Assert.That(reply.Body, Does.Contain("name=\"error\" value=\"access_denied\"").And.Contain("name=\"state\" value=\"s\"").And.Not.Contain("name=\"code\""));
    }

    [Test]
    public async Task The_request_may_be_posted()
    {
        using var form = new FormUrlEncodedContent(
        [
            new("client_id", _caller.Aad.ClientId), new("response_type", "code"), new("scope", The.Vault), new("redirect_uri", _caller.Aad.RedirectUri.OriginalString),
        ]);

        Reply reply = await _caller.PostAsync(form, new Uri(_caller.Aad.AuthorityHost, "common/oauth2/v2.0/authorize"));

        Assert.That(reply.Status, Is.EqualTo(HttpStatusCode.Found));
        Assert.That(await _caller.RedeemAsync(reply.Returned["code"]), Reply.Granted);
    }

    [Test]
    public async Task The_issuer_comes_back_only_when_the_knob_is_turned([Values] bool send)
    {
        _caller.Aad.Options.SendIssuer = send;

        Reply reply = await _caller.GetAsync(_caller.Aad.AuthorizeUri([The.Vault], tenantId: The.Tenant));

        Assert.That(reply.Returned.GetValueOrDefault("iss"), Is.EqualTo(send ? $"{_caller.Aad.AuthorityHost}{The.Tenant}/v2.0" : null));
    }

    [Test]
    public async Task The_issuer_comes_back_with_an_error_too()
    {
        _caller.Aad.Options.SendIssuer = true;
        _caller.Aad.Options.AuthorizeError = "access_denied";

        Reply reply = await _caller.GetAsync(_caller.Aad.AuthorizeUri([The.Vault]));

        Assert.That(reply.Returned, Contains.Key("iss").WithValue($"{_caller.Aad.AuthorityHost}{_caller.Aad.TenantId}/v2.0"));
    }

    [Test]
    public async Task The_user_of_the_options_signs_in()
    {
        _caller.Aad.Options.User = new FakeAadUser("object-2", The.Tenant, "Grace Hopper", "grace@contoso.example");

        Reply redirect = await _caller.GetAsync(_caller.Aad.AuthorizeUri([The.Vault]));
        Reply reply = await _caller.RedeemAsync(redirect.Returned["code"]);

        Assert.That(reply.AccessClaims.Claims["oid"].GetString(), Is.EqualTo("object-2"));
    }

    [Test]
    public async Task The_response_is_in_the_fragment_on_request()
    {
        Reply reply = await _caller.AuthorizeAsync(("response_mode", "fragment"));

        Assert.That(reply.Headers.Location!.Fragment, Does.StartWith("#code="));
        Assert.That(reply.Headers.Location!.Query, Is.Empty);
    }

    [Test]
    public async Task The_user_may_consent_to_several_APIs_at_once() => Assert.That(
        (await _caller.AuthorizeAsync(("scope", "https://vault.azure.net/user_impersonation https://storage.azure.com/user_impersonation"))).Returned, Contains.Key("code"));

    [TestCase("http://localhost", "http://localhost:5123", true)]
    [TestCase("http://localhost/back", "http://localhost:5123/back", true)]
    [TestCase("http://127.0.0.1:1/", "http://127.0.0.1:5123/", true)]
    [TestCase("http://localhost/back", "http://localhost:5123/other", false)]
    [TestCase("http://localhost", "http://127.0.0.1:5123", false)]
    [TestCase("https://localhost", "https://localhost:5123", false)]
    [TestCase("http://app.example", "http://app.example:5123", false)]
    public async Task On_loopback_any_port_is_the_registered_one(string registered, string asked, bool matches)
    {
        _caller.Aad.Options.RedirectUris = [new Uri(registered)];

        Reply reply = await _caller.AuthorizeAsync(("redirect_uri", asked));

        Assert.That(reply.Status, Is.EqualTo(matches ? HttpStatusCode.Found : HttpStatusCode.BadRequest));
    }
}
