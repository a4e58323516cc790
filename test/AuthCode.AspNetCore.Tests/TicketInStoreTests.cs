using System.Net;
using System.Security.Claims;
using AuthCode.Testing;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.Extensions.DependencyInjection;

namespace AuthCode.AspNetCore.Tests;

/// <summary>Claims that are kept with the session, so that the cookie holds its key alone.</summary>
internal sealed class TicketInStoreTests : TicketFixture
{
    [Test]
    public async Task A_user_of_many_groups_has_a_small_cookie_and_all_claims_on_each_instance()
    {
        using FakeAad aad = App.StartAad();
        await using App one = await StartAsync(aad), other = await StartAsync(aad);
        using Browser browser = one.NewBrowser(), moved = other.NewBrowser();
        Reply first = await browser.GoAsync("/groups");
        browser.CopyCookiesTo(moved);

        Reply elsewhere = await moved.GoAsync("/groups");

        Cookie cookie = browser.AllCookies().Single();
        Assert.That((first.Body, elsewhere.Body, moved.Visits), Is.EqualTo(("500 Ada Lovelace", "500 Ada Lovelace", 0)));
        Assert.That(cookie.Name.Length + cookie.Value.Length, Is.LessThan(1_024));
    }

    [Test]
    public async Task Without_a_store_the_claims_are_in_the_memory_of_the_process()
    {
        using FakeAad aad = App.StartAad();
        await using App app = await App.StartAsync(aad, Configure);
        using Browser browser = app.NewBrowser();
        await browser.GoAsync("/groups");

        Assert.That((await browser.StepAsync("/groups")).Body, Is.EqualTo("500 Ada Lovelace"));
    }

    [Test]
    public async Task Claims_end_with_the_session_on_each_instance()
    {
        using FakeAad aad = App.StartAad(Time);
        await using App one = await StartAsync(aad), other = await StartAsync(aad);
        using Browser browser = one.NewBrowser(), copy = other.NewBrowser();
        await browser.GoAsync("/groups");
        browser.CopyCookiesTo(copy);
        await copy.GoAsync("/groups");

        await browser.StepAsync("/signout?to=/");
        Time.Advance(TimeSpan.FromSeconds(301));

        Assert.That((await copy.StepAsync("/groups")).Status, Is.EqualTo(HttpStatusCode.Redirect));
    }

    [Test]
    public async Task While_the_store_is_down_an_instance_that_has_the_session_goes_on_and_another_one_asks_for_patience()
    {
        using FakeAad aad = App.StartAad();
        await using App one = await StartAsync(aad), other = await StartAsync(aad);
        using Browser browser = one.NewBrowser(), moved = other.NewBrowser();
        await browser.GoAsync("/groups");
        browser.CopyCookiesTo(moved);
        Store.IsDown = true;

        Reply known = await browser.StepAsync("/groups"), page = await moved.StepAsync("/groups"), data = await moved.FetchAsync("/admin"), open = await moved.StepAsync("/");

        Assert.That((known.Body, page.Status, page.RetryAfter is not null, open.Body), Is.EqualTo(("500 Ada Lovelace", HttpStatusCode.ServiceUnavailable, true, "home")));
        Assert.That((data.Status, data.MediaType), Is.EqualTo((HttpStatusCode.ServiceUnavailable, "application/problem+json")));
    }

    [Test]
    public async Task A_page_whose_policy_names_the_scheme_asks_for_patience_too()
    {
        using FakeAad aad = App.StartAad();
        await using App one = await StartAsync(aad), other = await StartAsync(aad, static settings => settings.Services = static services => services.AddAuthentication().AddCookie("Another").Services.Configure<AuthenticationOptions>(static options => options.DefaultAuthenticateScheme = "Another"));
        using Browser browser = one.NewBrowser(), moved = other.NewBrowser();
        await browser.GoAsync("/groups");
        browser.CopyCookiesTo(moved);
        Reply before = await moved.StepAsync("/named");
        await using App third = await StartAsync(aad, static settings => settings.Services = static services => services.AddAuthentication().AddCookie("Another").Services.Configure<AuthenticationOptions>(static options => options.DefaultAuthenticateScheme = "Another"));
        using Browser again = third.NewBrowser();
        browser.CopyCookiesTo(again);
        Store.IsDown = true;

        Assert.That((before.Body, (await again.StepAsync("/named")).Status), Is.EqualTo(("Ada Lovelace", HttpStatusCode.ServiceUnavailable)));
    }

    [Test]
    public async Task Roles_of_the_claims_count()
    {
        using FakeAad aad = App.StartAad();
        await using App app = await StartAsync(aad);
        using Browser browser = app.NewBrowser();

        Assert.That(((await browser.GoAsync("/admin")).Body, (await browser.GoAsync("/owner")).Status), Is.EqualTo(("admin", HttpStatusCode.Forbidden)));
    }

    [Test]
    public async Task Events_of_the_cookie_see_the_claims_and_what_they_replace_is_kept()
    {
        using FakeAad aad = App.StartAad(Time);
        List<int> seen = [];
        bool replaces = false;
        await using App one = await StartAsync(aad, settings => settings.Services = services => services.Configure<CookieAuthenticationOptions>(CookieAuthenticationDefaults.AuthenticationScheme, options =>
        {
            options.Events.OnSignedIn = context =>
            {
                seen.Add(context.Principal!.FindAll("groups").Count());
                return Task.CompletedTask;
            };
            options.Events.OnValidatePrincipal = context =>
            {
                seen.Add(context.Principal!.FindAll("groups").Count());
                if (replaces)
                {
                    ClaimsIdentity fewer = ((ClaimsIdentity)context.Principal!.Identity!).Clone();
                    fewer.FindAll("groups").ToList().ForEach(fewer.RemoveClaim);
                    context.ReplacePrincipal(new ClaimsPrincipal(fewer));
                    context.ShouldRenew = true;
                }

                return Task.CompletedTask;
            };
        }));
        await using App other = await StartAsync(aad);
        using Browser browser = one.NewBrowser(), moved = other.NewBrowser();
        await browser.GoAsync("/groups");
        replaces = true;
        Reply replaced = await browser.StepAsync("/groups");
        browser.CopyCookiesTo(moved);

        Assert.That(seen, Is.EqualTo(new[] { Groups, Groups, Groups }));
        Assert.That((replaced.Body, replaced.SetCookies.Single().Length < 1_024, (await moved.StepAsync("/groups")).Body), Is.EqualTo(("0 Ada Lovelace", true, "0 Ada Lovelace")));
    }

    [Test]
    public async Task A_ticket_that_the_application_writes_again_replaces_the_claims()
    {
        using FakeAad aad = App.StartAad();
        await using App app = await StartAsync(aad);
        using Browser browser = app.NewBrowser();
        await browser.GoAsync("/groups");

        await browser.StepAsync("/leave-groups");

        Assert.That((await browser.StepAsync("/groups")).Body, Is.EqualTo("0 Ada Lovelace"));
    }

    [Test]
    public async Task A_cookie_slides_on_with_the_key_alone()
    {
        using FakeAad aad = App.StartAad(Time);
        await using App app = await StartAsync(aad, static settings => settings.Services = static services => services.Configure<CookieAuthenticationOptions>(
            CookieAuthenticationDefaults.AuthenticationScheme, static options => options.ExpireTimeSpan = TimeSpan.FromMinutes(10)));
        using Browser browser = app.NewBrowser();
        await browser.GoAsync("/groups");
        Time.Advance(TimeSpan.FromMinutes(6));

        Reply page = await browser.StepAsync("/groups");

        Assert.That((page.Body, page.SetCookies.Single().Length < 1_024, (await browser.StepAsync("/groups")).Body), Is.EqualTo(("500 Ada Lovelace", true, "500 Ada Lovelace")));
    }

    [TestCase("")]
    [TestCase("garbage")]
    public async Task A_session_without_its_claims_is_one_that_is_lost(string data)
    {
        using FakeAad aad = App.StartAad();
        string? key = null;
        await using App app = await StartAsync(aad, settings => settings.Map = app => Map(app, context => key = context.User.GetSessionKey()));
        using Browser browser = app.NewBrowser();
        await browser.GoAsync("/groups");
        await app.Sessions.SetDataAsync(key!, System.Text.Encoding.UTF8.GetBytes(data));

        Reply page = await browser.StepAsync("/groups"), again = await browser.GoAsync("/groups");

        Assert.That((page.Status, again.Body), Is.EqualTo((HttpStatusCode.Redirect, "500 Ada Lovelace")));
    }

    [Test]
    public async Task Claims_of_another_session_are_not_taken()
    {
        using FakeAad aad = App.StartAad();
        List<string> keys = [];
        await using App app = await StartAsync(aad, settings => settings.Map = app => Map(app, context => keys.Add(context.User.GetSessionKey()!)));
        using Browser browser = app.NewBrowser(), another = app.NewBrowser();
        await browser.GoAsync("/groups");
        await another.GoAsync("/groups");
        await app.Sessions.SetDataAsync(keys[0], (await app.Sessions.FindAsync(keys[1]))!.Data);

        Assert.That((await browser.StepAsync("/groups")).Status, Is.EqualTo(HttpStatusCode.Redirect));
    }

    [Test]
    public async Task Whoever_planted_a_cookie_gets_no_claims_of_the_user_who_signs_in()
    {
        using FakeAad aad = App.StartAad();
        await using App app = await StartAsync(aad);
        using Browser attacker = app.NewBrowser(), victim = app.NewBrowser();
        aad.Options.User = new FakeAadUser("0a0a0a0a-0000-4000-8000-000000000001", aad.TenantId, "Mallory", "mallory@contoso.example");
        await attacker.GoAsync("/groups");
        attacker.CopyCookiesTo(victim);
        aad.Options.User = new FakeAadUser("0a0a0a0a-0000-4000-8000-000000000002", aad.TenantId, "Bob", "bob@contoso.example");

        Reply page = await victim.GoAsync("/signin?to=/groups");

        Assert.That((page.Body, (await attacker.StepAsync("/groups")).Status), Is.EqualTo(("500 Bob", HttpStatusCode.Redirect)));
    }

    [TestCase(true, false)]
    [TestCase(false, true)]
    public async Task Cookies_of_before_the_option_was_changed_stay_good(bool before, bool after)
    {
        using FakeAad aad = App.StartAad();
        await using App one = await StartAsync(aad, settings => settings.Options += options => options.TicketInStore = before);
        await using App other = await StartAsync(aad, settings => settings.Options += options => options.TicketInStore = after);
        using Browser browser = one.NewBrowser(), moved = other.NewBrowser();
        await browser.GoAsync("/groups");
        browser.CopyCookiesTo(moved);

        Assert.That((await moved.StepAsync("/groups")).Body, Is.EqualTo("500 Ada Lovelace"));
    }

    [Test]
    public async Task Claims_that_are_too_many_fail_the_sign_in_with_the_remedy_and_end_the_session()
    {
        using FakeAad aad = App.StartAad();
        await using App app = await StartAsync(aad, static settings => settings.Options += static options => options.Events.OnTicketReceived = static context =>
        {
            ((ClaimsIdentity)context.Principal!.Identity!).AddClaim(new Claim("photo", new string('x', 200_000)));
            return Task.CompletedTask;
        });
        using Browser browser = app.NewBrowser();

        Assert.That(() => browser.GoAsync("/groups"), Throws.TypeOf<InvalidOperationException>().With.Message.Contains("AuthCodeOptions.TicketInStore").And.Message.Contains("KeepClaims"));
        Assert.That(Store.Entries.Values.Count(static entry => entry.IsEnded), Is.GreaterThanOrEqualTo(1), "the session");
    }

    [Test]
    public void A_user_who_is_kept_without_a_session_would_have_no_claims()
    {
        using FakeAad aad = App.StartAad();

        Assert.That(
            () => StartAsync(aad, static settings => settings.Options += static options => options.WhenSessionIsLost = LostSessionBehavior.KeepUser),
            Throws.TypeOf<InvalidOperationException>().With.Message.Contains("TicketInStore and WhenSessionIsLost"));
    }

    [Test]
    public async Task The_store_is_looked_into_no_more_often_than_without()
    {
        using FakeAad aad = App.StartAad(Time);
        await using App app = await StartAsync(aad);
        using Browser browser = app.NewBrowser();
        await browser.GoAsync("/groups");
        int before = Store.Reads;
        for (int request = 0; request < 20; request++)
        {
            await browser.StepAsync("/groups");
        }

        int afterMany = Store.Reads;
        Time.Advance(TimeSpan.FromSeconds(301));
        await browser.StepAsync("/groups");

        Assert.That((afterMany - before, Store.Reads - afterMany), Is.EqualTo((0, 2)), "the session, and its account");
    }
}
