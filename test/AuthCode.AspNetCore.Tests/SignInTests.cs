using System.Net;
using AuthCode.Testing;
using AuthCode.Tests.Scenarios.Farm;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;

namespace AuthCode.AspNetCore.Tests;

/// <summary>The way to the authorization server and back.</summary>
internal sealed class SignInTests
{
    [Test]
    public async Task A_protected_page_signs_the_user_in_and_is_shown()
    {
        using FakeAad aad = App.StartAad();
        await using App app = await App.StartAsync(aad);
        using Browser browser = app.NewBrowser();

        Reply page = await browser.GoAsync("/me");

        Assert.That((page.Status, page.Body, browser.Address.AbsolutePath), Is.EqualTo((HttpStatusCode.OK, aad.Options.User.Name, "/me")));
    }

    [Test]
    public async Task A_deep_link_comes_back_with_its_query()
    {
        using FakeAad aad = App.StartAad();
        await using App app = await App.StartAsync(aad);
        using Browser browser = app.NewBrowser();

        Reply page = await browser.GoAsync("/deep/link?a=1&b=%2F%3F%20x");

        Assert.That(page.Body, Is.EqualTo("?a=1&b=%2F%3F%20x"));
    }

    [Test]
    public async Task The_transaction_is_in_a_cookie_of_its_own_that_goes_to_the_callback_alone()
    {
        using FakeAad aad = App.StartAad();
        await using App app = await App.StartAsync(aad);
        using Browser browser = app.NewBrowser();

        Reply challenge = await browser.StepAsync("/me");

        string cookie = challenge.SetCookies.Single(static text => !text.Contains("List.", StringComparison.Ordinal));
        Assert.That(cookie, Does.Match(@"^\.AuthCode\.[0-9A-F]{8}=[^;]+; expires=[^;]+; path=/signin-oidc; secure; samesite=lax; httponly$").IgnoreCase);
        Assert.That(cookie, Has.Length.LessThan(3_000));
    }

    [Test]
    public async Task Two_tabs_sign_in_at_once()
    {
        using FakeAad aad = App.StartAad();
        await using App app = await App.StartAsync(aad);
        using Browser browser = app.NewBrowser();

        Reply first = await browser.StepAsync("/deep/link?tab=1");
        Reply second = await browser.StepAsync("/deep/link?tab=2");
        Reply secondPage = await browser.GoAsync(second.Location!.AbsoluteUri);
        Reply firstPage = await browser.GoAsync(first.Location!.AbsoluteUri);

        Assert.That((firstPage.Body, secondPage.Body), Is.EqualTo(("?tab=1", "?tab=2")));
    }

    [Test]
    public async Task Of_abandoned_sign_ins_five_are_kept_and_the_newest_works()
    {
        using FakeAad aad = App.StartAad();
        await using App app = await App.StartAsync(aad);
        using Browser browser = app.NewBrowser();

        var challenges = new List<Reply>();
        for (int tab = 0; tab < 30; tab++)
        {
            challenges.Add(await browser.StepAsync($"/deep/link?tab={tab}"));
        }

        int kept = browser.AllCookies().Count(static cookie => cookie.Path == "/signin-oidc");
        Reply newest = await browser.GoAsync(challenges[^1].Location!.AbsoluteUri);
        Reply fifth = await browser.GoAsync(challenges[^5].Location!.AbsoluteUri);
        Reply oldest = await browser.GoAsync(challenges[0].Location!.AbsoluteUri);

        Assert.That((kept, newest.Body, fifth.Body, oldest.Status), Is.EqualTo((5, "?tab=29", "?tab=25", HttpStatusCode.BadRequest)));
    }

    [Test]
    public async Task A_completed_sign_in_leaves_no_transaction_behind()
    {
        using FakeAad aad = App.StartAad();
        await using App app = await App.StartAsync(aad);
        using Browser browser = app.NewBrowser();

        await browser.GoAsync("/me");

        Assert.That(browser.AllCookies().Select(static cookie => cookie.Name), Is.EqualTo(new[] { ".AspNetCore.Cookies" }));
    }

    [Test]
    public async Task A_response_works_once_also_at_two_instances()
    {
        using FakeAad aad = App.StartAad();
        var store = new MemoryStore();
        var protection = new EphemeralDataProtectionProvider();
        await using App one = await App.StartAsync(aad, settings => settings.Store = store, protection);
        await using App other = await App.StartAsync(aad, settings => settings.Store = store, protection);
        using Browser browser = one.NewBrowser(), copy = other.NewBrowser();
        Reply challenge = await browser.StepAsync("/me");
        Reply response = await browser.StepAsync(challenge.Location!.AbsoluteUri);
        foreach (Cookie cookie in browser.AllCookies())
        {
            copy.Cookies.Add(cookie);
        }

        Reply first = await browser.StepAsync(response.Location!.AbsoluteUri);
        Reply second = await copy.StepAsync(response.Location!.AbsoluteUri);

        Assert.That((first.Status, second.Status, aad.TokenRequests.Count), Is.EqualTo((HttpStatusCode.Redirect, HttpStatusCode.BadRequest, 1)));
    }

    [Test]
    public async Task A_form_comes_back_with_a_cookie_for_other_sites()
    {
        using FakeAad aad = App.StartAad();
        await using App app = await App.StartAsync(aad, static settings => settings.Options = static options => options.ResponseMode = AuthorizationResponseMode.FormPost);
        using Browser browser = app.NewBrowser();
        Reply challenge = await browser.StepAsync("/me");
        Reply form = await browser.StepAsync(challenge.Location!.AbsoluteUri);
        (string, string)[] fields = [.. System.Text.RegularExpressions.Regex.Matches(form.Body, "name=\"([^\"]+)\" value=\"([^\"]*)\"")
            .Select(static match => (match.Groups[1].Value, WebUtility.HtmlDecode(match.Groups[2].Value)))];

        Reply callback = await browser.PostAsync("/signin-oidc", fields);
        Reply page = await browser.GoAsync("/me");

        Assert.That(challenge.SetCookies, Has.All.Contains("samesite=none"));
        Assert.That((callback.Location!.AbsolutePath, page.Body), Is.EqualTo(("/me", aad.Options.User.Name)));
    }

    [Test]
    public async Task A_script_is_told_where_to_sign_in_and_is_not_redirected()
    {
        using FakeAad aad = App.StartAad();
        await using App app = await App.StartAsync(aad);
        using Browser browser = app.NewBrowser();

        Reply refused = await browser.FetchAsync("/me");
        string url = System.Text.Json.JsonDocument.Parse(refused.Body).RootElement.GetProperty("signInUrl").GetString()!;
        await browser.GoAsync(url);
        Reply data = await browser.FetchAsync("/me");

        Assert.That((refused.Status, refused.MediaType, data.Body), Is.EqualTo((HttpStatusCode.Unauthorized, "application/problem+json", aad.Options.User.Name)));
    }

    [Test]
    public async Task The_request_can_be_changed_by_an_event()
    {
        using FakeAad aad = App.StartAad();
        await using App app = await App.StartAsync(aad, static settings => settings.Options = static options => options.Events.OnRedirectToAuthorizationServer = static context =>
        {
            context.Request.DomainHint = "contoso.example";
            context.Scopes.Add(App.Vault);
            return Task.CompletedTask;
        });
        using Browser browser = app.NewBrowser();

        Reply challenge = await browser.StepAsync("/me");

        Assert.That(challenge.Location!.Query, Does.Contain("domain_hint=contoso.example").And.Contain("vault.azure.net"));
    }

    [Test]
    public async Task Scopes_and_paths_are_read_from_the_configuration()
    {
        using FakeAad aad = App.StartAad();
        await using App app = await App.StartAsync(aad, static settings =>
        {
            settings.Configuration["AzureAd:Scopes:0"] = App.Vault;
            settings.Configuration["AzureAd:CallbackPath"] = "/signin-partners";
        });
        using Browser browser = app.NewBrowser();

        Reply challenge = await browser.StepAsync("/me");

        Assert.That(Uri.UnescapeDataString(challenge.Location!.Query), Does.Contain(App.Vault).And.Contain("redirect_uri=https://localhost/signin-partners"));
    }

    [Test]
    public async Task An_application_below_a_path_keeps_its_cookies_and_addresses_there()
    {
        using FakeAad aad = App.StartAad();
        await using App app = await App.StartAsync(aad, static settings => settings.PathBase = "/app");
        using Browser browser = app.NewBrowser();

        Reply challenge = await browser.StepAsync("/app/deep/link?a=1");
        string[] paths = [.. browser.AllCookies().Select(static cookie => cookie.Path).Order(StringComparer.Ordinal)];
        Reply page = await browser.GoAsync(challenge.Location!.AbsoluteUri);
        Reply end = await browser.GoAsync("/app/signout");

        Assert.That(paths, Is.EqualTo(new[] { "/app/", "/app/signin-oidc" }));
        Assert.That((page.Body, end.Body, browser.Address.AbsolutePath, browser.AllCookies().Length), Is.EqualTo(("?a=1", "home", "/app/", 0)));
    }

    [Test]
    public async Task A_challenge_can_ask_for_more()
    {
        using FakeAad aad = App.StartAad();
        await using App app = await App.StartAsync(aad, static settings => settings.Map = static app => app.MapGet("/choose", static () => Results.Challenge(new AuthCodeChallengeProperties
        {
            Prompt = "select_account",
            LoginHint = "bob@contoso.example",
            Scopes = [App.Vault],
            RedirectUri = "/me",
            IsPersistent = true,
        })));
        using Browser browser = app.NewBrowser();

        Reply challenge = await browser.StepAsync("/choose");
        Reply page = await browser.GoAsync(challenge.Location!.AbsoluteUri);

        Assert.That(Uri.UnescapeDataString(challenge.Location.Query), Does.Contain("prompt=select_account").And.Contain("login_hint=bob@contoso.example").And.Contain(App.Vault));
        Assert.That(page.Body, Is.EqualTo(aad.Options.User.Name));
        Assert.That(browser.AllCookies().Single().Expires, Is.GreaterThan(TimeProvider.System.GetUtcNow().AddDays(1).UtcDateTime), "what the challenge asked for comes back");
    }

    [Test]
    public async Task A_script_gets_an_address_that_asks_for_all_that_the_challenge_did()
    {
        using FakeAad aad = App.StartAad();
        await using App app = await App.StartAsync(aad, static settings => settings.Map = static app => app.MapGet("/choose", static () => Results.Challenge(new AuthCodeChallengeProperties
        {
            Prompt = "select_account",
            RedirectUri = "/deep/link?a=1",
            IsPersistent = true,
        })));
        using Browser browser = app.NewBrowser();

        Reply refused = await browser.FetchAsync("/choose");
        Reply challenge = await browser.StepAsync(System.Text.Json.JsonDocument.Parse(refused.Body).RootElement.GetProperty("signInUrl").GetString()!);
        Reply page = await browser.GoAsync(challenge.Location!.AbsoluteUri);

        Assert.That((challenge.Location.Query.Contains("prompt=select_account", StringComparison.Ordinal), page.Body), Is.EqualTo((true, "?a=1")));
        Assert.That(browser.AllCookies().Single().Expires, Is.GreaterThan(TimeProvider.System.GetUtcNow().AddDays(1).UtcDateTime), "what the challenge asked for comes back");
    }

    [Test]
    public async Task A_page_that_the_browser_prefetches_begins_no_sign_in()
    {
        using FakeAad aad = App.StartAad();
        await using App app = await App.StartAsync(aad);
        using Browser browser = app.NewBrowser();

        Reply reply = await browser.PrefetchAsync("/me");

        Assert.That((reply.Status, browser.AllCookies().Length), Is.EqualTo((HttpStatusCode.Unauthorized, 0)));
    }

    [Test]
    public async Task Of_sign_ins_that_began_at_once_five_are_left_after_one_is_completed()
    {
        using FakeAad aad = App.StartAad();
        await using App app = await App.StartAsync(aad);
        using Browser browser = app.NewBrowser();
        Reply challenge = await browser.StepAsync("/me");
        for (int tab = 0; tab < 9; tab++)
        {
            // None of them sees the list of another one.
            using Browser other = app.NewBrowser();
            await other.StepAsync("/me");
            foreach (Cookie cookie in other.AllCookies().Where(static cookie => cookie.Path == "/signin-oidc"))
            {
                browser.Cookies.Add(cookie);
            }
        }

        await browser.GoAsync(challenge.Location!.AbsoluteUri);

        Assert.That(browser.AllCookies().Count(static cookie => cookie.Path == "/signin-oidc"), Is.EqualTo(5));
    }

    [Test]
    public async Task A_scope_of_everything_stands_alone()
    {
        using FakeAad aad = App.StartAad();
        await using App app = await App.StartAsync(aad, static settings =>
        {
            settings.Options = static options => options.Scopes.Add(App.Vault);
            settings.Map = static app => app.MapGet("/all", static () => Results.Challenge(new AuthCodeChallengeProperties { Scopes = ["https://storage.azure.com/.default"] }));
        });
        using Browser browser = app.NewBrowser();

        Reply challenge = await browser.StepAsync("/all");

        string scope = Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(challenge.Location!.Query)["scope"].ToString();
        Assert.That(scope.Split(' ').Where(static part => part.StartsWith("https:", StringComparison.Ordinal)), Is.EqualTo(new[] { "https://storage.azure.com/.default" }));
    }

    [Test]
    public async Task A_user_who_may_not_see_a_page_gets_403()
    {
        using FakeAad aad = App.StartAad();
        await using App app = await App.StartAsync(aad, static settings => settings.Map = static app => app.MapGet("/admin", static () => "secret").RequireAuthorization(static policy => policy.RequireRole("admin")));
        using Browser browser = app.NewBrowser();

        Reply page = await browser.GoAsync("/admin");

        Assert.That((page.Status, browser.Visits), Is.EqualTo((HttpStatusCode.Forbidden, 1)));
    }
}
