using System.Net;
using System.Text.RegularExpressions;

namespace AuthCode.Testing.Tests;

/// <summary>The page between the authorize request and the way back, as a browser uses it.</summary>
internal sealed partial class SignInPageTests : IDisposable
{
    private readonly Caller _caller = new(static options => options.ShowSignInPage = true);

    public void Dispose() => _caller.Dispose();

    [Test]
    public async Task There_is_no_page_unless_the_knob_is_turned([Values] bool show)
    {
        _caller.Aad.Options.ShowSignInPage = show;

        Assert.That((await _caller.AuthorizeAsync()).Status, Is.EqualTo(show ? HttpStatusCode.OK : HttpStatusCode.Found));
    }

    [Test]
    public async Task The_page_says_who_signs_in_to_which_app()
    {
        Reply page = await _caller.AuthorizeAsync();

        Assert.Multiple(() =>
        {
            Assert.That(page.MediaType, Is.EqualTo("text/html"));
            Assert.That(page.Headers.Location, Is.Null);
            Assert.That(page.Body, Does.Contain("Ada Lovelace").And.Contain("ada@contoso.example").And.Contain(_caller.Aad.ClientId));
            Assert.That(page.Body, Does.Contain(">Sign in</button>").And.Contain(">Cancel</button>").And.Not.Contain("<script"));
        });
    }

    [Test]
    public async Task Nothing_on_the_page_is_taken_for_HTML()
    {
        _caller.Aad.Options.User = new FakeAadUser("object-2", The.Tenant, "<b>Ada</b>", "\"><i>");

        Reply page = await _caller.AuthorizeAsync(("state", "\"><script>'&"), ("\"><u>", "1"));

        Assert.Multiple(() =>
        {
            Assert.That(page.Body, Does.Contain("&lt;b&gt;Ada&lt;/b&gt;").And.Contain("&quot;&gt;&lt;i&gt;"));
            Assert.That(page.Body, Does.Contain("name=\"state\" value=\"&quot;&gt;&lt;script&gt;&#39;&amp;\"").And.Contain("name=\"&quot;&gt;&lt;u&gt;\""));
            Assert.That(page.Body, Does.Not.Contain("<b>").And.Not.Contain("<i>").And.Not.Contain("<u>").And.Not.Contain("<script"));
        });
    }

    [Test]
    public async Task The_page_loads_nothing_and_is_neither_cached_nor_framed()
    {
        Reply page = await _caller.AuthorizeAsync();

        Assert.That(page.Header("Content-Security-Policy"), Does.StartWith("default-src 'none'").And.Contain("frame-ancestors 'none'"));
        Assert.That(page.Header("Cache-Control"), Is.EqualTo("no-store"));
    }

    [Test]
    public async Task Signing_in_sends_the_browser_back_with_a_code_that_is_bound_as_asked()
    {
        const string State = "a b&c=d#e+f%20/é";
        const string Verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        Uri uri = _caller.Aad.AuthorizeUri([The.Vault, "openid"], State, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", nonce: "the nonce");

        Reply reply = await PressAsync("Sign in", uri);

        Assert.That(reply.Headers.Location!.OriginalString, Does.StartWith(_caller.Aad.RedirectUri.OriginalString + "?code="));
        Assert.That(reply.Returned, Contains.Key("state").WithValue(State));
        Reply tokens = await _caller.RedeemAsync(reply.Returned["code"], ("code_verifier", Verifier));
        Assert.That(tokens, Reply.Granted);
        Assert.That(tokens.IdClaims.Claims["nonce"].GetString(), Is.EqualTo("the nonce"));
    }

    [Test]
    public async Task Signing_in_responds_with_a_form_on_request()
    {
        Reply reply = await PressAsync("Sign in", _caller.Aad.AuthorizeUri([The.Vault], "s", responseMode: "form_post"));

        Assert.That(reply.Body, Does.Contain($"<form method=\"post\" action=\"{_caller.Aad.RedirectUri.OriginalString}\">").And.Contain("name=\"code\""));
    }

    [Test]
    public async Task Cancelling_sends_the_browser_back_with_access_denied()
    {
        Reply reply = await PressAsync("Cancel", _caller.Aad.AuthorizeUri([The.Vault], "s"));

        Assert.That(reply.Status, Is.EqualTo(HttpStatusCode.Found));
        Assert.That(reply.Headers.Location!.OriginalString, Does.StartWith(_caller.Aad.RedirectUri.OriginalString + "?"));
        Assert.That(reply.Returned, Contains.Key("error").WithValue("access_denied").And.ContainKey("state").WithValue("s").And.Not.ContainKey("code"));
        Assert.That(reply.Returned["error_description"], Does.StartWith("AADSTS65004: "));
    }

    [Test]
    public async Task Nobody_is_asked_for_prompt_none()
    {
        Reply reply = await _caller.GetAsync(new Uri($"{_caller.Aad.AuthorizeUri([The.Vault], "s")}&prompt=none"));

        Assert.That(reply.Headers.Location!.Query, Does.Contain("error=login_required").And.Contain("AADSTS50058"));
    }

    [Test]
    public async Task Canceling_responds_with_a_form_on_request()
    {
        Reply reply = await PressAsync("Cancel", _caller.Aad.AuthorizeUri([The.Vault], "s", responseMode: "form_post"));

        Assert.That(reply.Body, Does.Contain("name=\"error\" value=\"access_denied\"").And.Not.Contain("name=\"code\""));
    }

    [TestCase("adfs")]
    [TestCase("common")]
    public async Task The_form_goes_back_to_the_address_that_the_page_came_from(string tenant)
    {
        await PressAsync("Sign in", _caller.Aad.AuthorizeUri([The.Vault], tenantId: tenant));

        Assert.That(_caller.Aad.Requests[1].Path, Is.EqualTo(_caller.Aad.Requests[0].Path));
        Assert.That(_caller.Aad.Requests[1].Method, Is.EqualTo("POST"));
    }

    [Test]
    public async Task A_link_does_not_sign_a_user_in() => Assert.That((await _caller.AuthorizeAsync(("fake_aad_choice", "sign_in"))).Body, Does.Contain(">Sign in</button>"));

    [Test]
    public async Task A_posted_request_gets_the_page_too()
    {
        using var form = new FormUrlEncodedContent([new("client_id", _caller.Aad.ClientId), new("response_type", "code"), new("scope", The.Vault)]);

        Reply reply = await _caller.PostAsync(form, new Uri(_caller.Aad.AuthorityHost, "common/oauth2/v2.0/authorize"));

        Assert.That(reply.Body, Does.Contain(">Sign in</button>"));
    }

    [TestCase("client_id", "another")]
    [TestCase("redirect_uri", "https://evil.example/")]
    public async Task Who_cannot_be_sent_back_is_refused_before_the_page(string name, string value) =>
        Assert.That((await _caller.AuthorizeAsync((name, value))).Status, Is.EqualTo(HttpStatusCode.BadRequest));

    [TestCase("client_id", "another")]
    [TestCase("redirect_uri", "https://evil.example/")]
    public async Task A_form_that_was_changed_on_the_way_is_refused(string name, string value) =>
        Assert.That((await PressAsync("Sign in", _caller.Aad.AuthorizeUri([The.Vault]), (name, value))).Status, Is.EqualTo(HttpStatusCode.BadRequest));

    [TestCase("response_type", "token", "unsupported_response_type")]
    [TestCase("scope", "", "invalid_scope")]
    [TestCase("response_mode", "garbage", "invalid_request")]
    public async Task Other_mistakes_are_sent_back_without_a_page(string name, string value, string error) =>
        Assert.That((await _caller.AuthorizeAsync((name, value))).Returned, Contains.Key("error").WithValue(error));

    [Test]
    public async Task The_error_of_the_options_is_sent_back_without_a_page()
    {
        _caller.Aad.Options.AuthorizeError = "temporarily_unavailable";

        Assert.That((await _caller.AuthorizeAsync()).Returned, Contains.Key("error").WithValue("temporarily_unavailable"));
    }

    /// <summary>Opens the page and sends its form as a browser does whose user presses a button.</summary>
    private async Task<Reply> PressAsync(string button, Uri uri, params (string Name, string Value)[] changes)
    {
        string page = (await _caller.GetAsync(uri)).Body;
        Match pressed = Button().Matches(page).Single(match => match.Groups["text"].Value == button);
        IEnumerable<(string Name, string Value)> fields = HiddenField().Matches(page).Append(pressed)
            .Select(static field => (WebUtility.HtmlDecode(field.Groups["name"].Value), WebUtility.HtmlDecode(field.Groups["value"].Value)));
        using var form = new FormUrlEncodedContent(fields
            .Select(field => KeyValuePair.Create(field.Name, changes.FirstOrDefault(change => change.Name == field.Name).Value ?? field.Value)));
        return await _caller.PostAsync(form, new Uri(uri, Action().Match(page).Groups["action"].Value));
    }

    [GeneratedRegex("<input type=\"hidden\" name=\"(?<name>[^\"]*)\" value=\"(?<value>[^\"]*)\" />")]
    private static partial Regex HiddenField();

    [GeneratedRegex("<button[^>]* name=\"(?<name>[^\"]*)\" value=\"(?<value>[^\"]*)\">(?<text>[^<]*)</button>")]
    private static partial Regex Button();

    [GeneratedRegex("<form method=\"post\" action=\"(?<action>[^\"]*)\">")]
    private static partial Regex Action();
}
