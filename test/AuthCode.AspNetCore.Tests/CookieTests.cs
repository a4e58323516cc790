using System.Net;
using System.Security.Claims;
using AuthCode.Testing;
using AuthCode.Tests.Scenarios.Farm;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace AuthCode.AspNetCore.Tests;

/// <summary>What is in the cookie, and what becomes of a cookie whose session goes on, has ended, is lost, or cannot be looked up.</summary>
internal sealed class CookieTests
{
    private readonly MemoryStore _store = new();
    private readonly EphemeralDataProtectionProvider _protection = new();
    private readonly FakeTimeProvider _time = App.Clock();

    [Test]
    public async Task The_cookie_has_less_than_a_kilobyte_and_no_token()
    {
        using FakeAad aad = App.StartAad();
        await using App app = await App.StartAsync(aad, static settings => settings.Options = static options => options.Scopes.Add(App.Vault));
        using Browser browser = app.NewBrowser();
        await browser.GoAsync("/me");

        Cookie cookie = browser.AllCookies().Single();
        AuthenticationTicket ticket = app.Services.GetRequiredService<IOptionsMonitor<CookieAuthenticationOptions>>()
            .Get(CookieAuthenticationDefaults.AuthenticationScheme).TicketDataFormat.Unprotect(cookie.Value)!;

        Assert.Multiple(() =>
        {
            Assert.That(cookie.Name.Length + cookie.Value.Length, Is.LessThan(1_024));
            Assert.That(ticket.Principal.Claims.Select(static claim => claim.Type), Is.EquivalentTo(
                new[] { "sub", "oid", "tid", "name", "preferred_username", "authcode:session", "authcode:account" }));
            Assert.That(ticket.Properties.Items.Keys, Is.EquivalentTo(new[] { ".AuthScheme", ".issued", ".expires" }));
        });
    }

    [Test]
    public async Task The_claims_name_the_session_and_the_account()
    {
        using FakeAad aad = App.StartAad();
        ClaimsPrincipal? user = null;
        await using App app = await App.StartAsync(aad, settings => settings.Map = app => app.MapGet("/claims", (HttpContext context) => { user = context.User; }).RequireAuthorization());
        using Browser browser = app.NewBrowser();
        await browser.GoAsync("/claims");

        UserSession? session = await app.Sessions.FindAsync(user!.GetSessionKey()!);

        Assert.That((session!.AccountKey, new ClaimsPrincipal().GetSessionKey(), new ClaimsPrincipal().GetAccountKey()), Is.EqualTo((user!.GetAccountKey(), (string?)null, (string?)null)));
    }

    [Test]
    public async Task Another_claim_is_kept_if_the_options_say_so()
    {
        using FakeAad aad = App.StartAad();
        string? version = null;
        await using App app = await App.StartAsync(aad, settings =>
        {
            settings.Options = static options => options.KeepClaims.Add("ver");
            settings.Map = app => app.MapGet("/claims", (HttpContext context) => { version = context.User.FindFirstValue("ver"); }).RequireAuthorization();
        });
        using Browser browser = app.NewBrowser();

        await browser.GoAsync("/claims");

        Assert.That(version, Is.EqualTo("2.0"));
    }

    [Test]
    public async Task Another_user_in_the_same_browser_gets_another_session_and_the_first_one_ends()
    {
        using FakeAad aad = App.StartAad();
        List<string> keys = [];
        await using App app = await App.StartAsync(aad, settings => settings.Map = app => app.MapGet("/key", (HttpContext context) => keys.Add(context.User.GetSessionKey()!)).RequireAuthorization());
        using Browser browser = app.NewBrowser();
        await browser.GoAsync("/key");

        aad.Options.User = new FakeAadUser("0a0a0a0a-0000-4000-8000-000000000001", aad.TenantId, "Bob", "bob@contoso.example");
        Reply page = await browser.GoAsync("/signin?to=/me");
        await browser.GoAsync("/key");

        Assert.That(page.Body, Is.EqualTo("Bob"));
        Assert.That((await app.Sessions.GetStatusAsync(keys[0]), await app.Sessions.GetStatusAsync(keys[1])), Is.EqualTo((UserSessionStatus.Ended, UserSessionStatus.Alive)));
    }

    [Test]
    public async Task A_session_goes_on_at_another_instance_and_after_a_restart()
    {
        using FakeAad aad = App.StartAad();
        await using App one = await App.StartAsync(aad, settings => settings.Store = _store, _protection);
        await using App other = await App.StartAsync(aad, settings => settings.Store = _store, _protection);
        using Browser browser = one.NewBrowser(), moved = other.NewBrowser();
        await browser.GoAsync("/me");
        browser.CopyCookiesTo(moved);

        Reply page = await moved.GoAsync("/me");

        Assert.That((page.Body, moved.Visits), Is.EqualTo((aad.Options.User.Name, 0)));
    }

    [Test]
    public async Task A_session_that_has_ended_is_rejected_at_every_instance()
    {
        using FakeAad aad = App.StartAad(_time);
        await using App one = await App.StartAsync(aad, settings => settings.Store = _store, _protection);
        await using App other = await App.StartAsync(aad, settings => settings.Store = _store, _protection);
        using Browser browser = one.NewBrowser(), copy = other.NewBrowser();
        await browser.GoAsync("/me");
        browser.CopyCookiesTo(copy);
        await copy.GoAsync("/me");

        await browser.StepAsync("/signout?to=/");
        _time.Advance(TimeSpan.FromSeconds(301));
        Reply after = await copy.StepAsync("/me");

        Assert.That(after.Status, Is.EqualTo(HttpStatusCode.Redirect));
        Assert.That(after.SetCookies, Has.None.StartsWith(".AspNetCore.Cookies"), "the browser may have the cookie of a new sign-in before this response comes");
    }

    [TestCase(true, false, true)]
    [TestCase(false, false, false)]
    [TestCase(false, true, false)]
    public async Task A_cookie_slides_on_while_its_session_does(bool isAlive, bool isScript, bool isRenewed)
    {
        using FakeAad aad = App.StartAad(_time);
        string? key = null;
        await using App app = await App.StartAsync(aad, settings =>
        {
            settings.Services = static services => services.Configure<CookieAuthenticationOptions>(
                CookieAuthenticationDefaults.AuthenticationScheme, static options => options.ExpireTimeSpan = TimeSpan.FromMinutes(10));
            settings.Map = app => app.MapGet("/key", (HttpContext context) => { key = context.User.GetSessionKey(); }).RequireAuthorization();
        });
        using Browser browser = app.NewBrowser();
        await browser.GoAsync("/key");
        if (!isAlive)
        {
            await app.Sessions.EndAsync(key!);
        }

        _time.Advance(TimeSpan.FromMinutes(6));
        Reply page = isScript ? await browser.FetchAsync("/") : await browser.StepAsync("/");

        Assert.That(page.SetCookies.Any(static cookie => cookie.StartsWith(".AspNetCore.Cookies", StringComparison.Ordinal)), Is.EqualTo(isRenewed));
    }

    [Test]
    public async Task A_cookie_that_was_copied_does_not_outlive_the_sign_out_without_a_store()
    {
        using FakeAad aad = App.StartAad();
        await using App app = await App.StartAsync(aad, static settings => settings.Options = static options => options.WhenSessionIsLost = LostSessionBehavior.KeepUser);
        using Browser browser = app.NewBrowser(), thief = app.NewBrowser();
        await browser.GoAsync("/me");
        browser.CopyCookiesTo(thief);

        await browser.StepAsync("/signout?to=/");
        Reply page = await thief.StepAsync("/me");

        Assert.That(page.Status, Is.EqualTo(HttpStatusCode.Redirect));
    }

    [TestCase(LostSessionBehavior.SignInAgain, HttpStatusCode.Redirect)]
    [TestCase(LostSessionBehavior.KeepUser, HttpStatusCode.OK)]
    public async Task A_session_that_is_lost_is_as_the_options_say(LostSessionBehavior behavior, HttpStatusCode status)
    {
        using FakeAad aad = App.StartAad();
        await using App before = await App.StartAsync(aad, protection: _protection);
        using Browser browser = before.NewBrowser();
        await browser.GoAsync("/me");

        await using App restarted = await App.StartAsync(aad, settings => settings.Options = options => options.WhenSessionIsLost = behavior, _protection);
        using Browser moved = restarted.NewBrowser();
        browser.CopyCookiesTo(moved);
        Reply page = await moved.StepAsync("/me");

        Assert.That(page.Status, Is.EqualTo(status));
    }

    [Test]
    public async Task A_lost_session_comes_back_by_a_sign_in_without_a_page()
    {
        using FakeAad aad = App.StartAad();
        await using App before = await App.StartAsync(aad, protection: _protection);
        using Browser browser = before.NewBrowser();
        await browser.GoAsync("/me");
        await using App restarted = await App.StartAsync(aad, protection: _protection);
        using Browser moved = restarted.NewBrowser();
        browser.CopyCookiesTo(moved);

        Reply page = await moved.GoAsync("/deep/link?a=1");

        Assert.That((page.Body, moved.Visits), Is.EqualTo(("?a=1", 1)));
    }

    [Test]
    public async Task A_session_that_is_lost_again_and_again_ends_in_a_page_and_not_in_a_loop()
    {
        using FakeAad aad = App.StartAad();
        await using App one = await App.StartAsync(aad, protection: _protection);
        await using App other = await App.StartAsync(aad, protection: _protection);
        using Browser browser = one.NewBrowser(), other2 = other.NewBrowser();
        Reply page = await browser.GoAsync("/me");

        // Without a store that both share, each instance loses what the other one has.
        int rounds = 0;
        Browser last = browser;
        for (; rounds < 20 && page.Status != HttpStatusCode.Forbidden; rounds++)
        {
            (Browser from, Browser to) = rounds % 2 == 0 ? (browser, other2) : (other2, browser);
            from.CopyCookiesTo(to);
            page = await to.GoAsync("/me");
            last = to;
        }

        Reply data = await last.FetchAsync("/me");
        Assert.That((page.Status, rounds), Is.EqualTo((HttpStatusCode.Forbidden, 4)));
        Assert.That((data.Status, data.MediaType), Is.EqualTo((HttpStatusCode.Forbidden, "application/problem+json")));
    }

    [Test]
    public async Task The_user_stays_while_the_store_is_down()
    {
        using FakeAad aad = App.StartAad();
        await using App one = await App.StartAsync(aad, settings => settings.Store = _store, _protection);
        await using App other = await App.StartAsync(aad, settings => settings.Store = _store, _protection);
        using Browser browser = one.NewBrowser(), moved = other.NewBrowser();
        await browser.GoAsync("/me");
        browser.CopyCookiesTo(moved);
        _store.IsDown = true;

        Reply known = await browser.StepAsync("/me"), unknown = await moved.StepAsync("/me");

        Assert.That((known.Body, unknown.Body), Is.EqualTo((aad.Options.User.Name, aad.Options.User.Name)));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task The_store_is_looked_into_once_for_a_session_in_the_time_of_the_options(bool isEnded)
    {
        using FakeAad aad = App.StartAad(_time);
        await using App app = await App.StartAsync(aad, settings => settings.Store = _store, _protection);
        using Browser browser = app.NewBrowser();
        await browser.GoAsync("/me");
        Cookie[] cookies = browser.AllCookies();
        if (isEnded)
        {
            await browser.StepAsync("/signout?to=/");
        }

        _time.Advance(TimeSpan.FromSeconds(301));
        await RepeatAsync(1);
        int afterOne = _store.Reads;
        await RepeatAsync(20);
        int afterMany = _store.Reads;
        _time.Advance(TimeSpan.FromSeconds(301));
        await RepeatAsync(1);

        Assert.That((afterMany - afterOne, _store.Reads - afterMany), Is.EqualTo((0, 2)), "the session, and its account or the reason");

        async Task RepeatAsync(int times)
        {
            for (int request = 0; request < times; request++)
            {
                using Browser copy = app.NewBrowser();
                foreach (Cookie cookie in cookies)
                {
                    copy.Cookies.Add(cookie);
                }

                await copy.StepAsync("/me");
            }
        }
    }

    [Test]
    public async Task The_validation_of_the_application_comes_first_also_by_a_type()
    {
        using FakeAad aad = App.StartAad();
        await using App app = await App.StartAsync(aad, static settings => settings.Services = static services =>
        {
            services.AddScoped<RejectBob>();
            services.Configure<CookieAuthenticationOptions>(CookieAuthenticationDefaults.AuthenticationScheme, static options => options.EventsType = typeof(RejectBob));
        });
        using Browser alice = app.NewBrowser(), bob = app.NewBrowser();
        await alice.GoAsync("/me");
        aad.Options.User = new FakeAadUser("0a0a0a0a-0000-4000-8000-000000000001", aad.TenantId, "Bob", "bob@contoso.example");
        await bob.GoAsync("/signin?to=/");

        Assert.That(((await alice.StepAsync("/me")).Status, (await bob.StepAsync("/me")).Status), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.Redirect)));
    }

    [Test]
    public async Task An_event_that_is_set_by_a_later_configuration_takes_effect()
    {
        using FakeAad aad = App.StartAad();
        int validations = 0;
        await using App app = await App.StartAsync(aad, settings => settings.Services = services => services.PostConfigureAll<CookieAuthenticationOptions>(
            options => options.Events.OnValidatePrincipal = _ =>
            {
                Interlocked.Increment(ref validations);
                return Task.CompletedTask;
            }));
        using Browser browser = app.NewBrowser();
        await browser.GoAsync("/me");

        Assert.That(validations, Is.EqualTo(1));
    }

    [Test]
    public async Task The_cookie_is_sent_over_https_only()
    {
        using FakeAad aad = App.StartAad();
        await using App app = await App.StartAsync(aad);

        Assert.That(
            app.Services.GetRequiredService<IOptionsMonitor<CookieAuthenticationOptions>>().Get(CookieAuthenticationDefaults.AuthenticationScheme).Cookie.SecurePolicy,
            Is.EqualTo(CookieSecurePolicy.Always));
    }

    [TestCase(null)]
    [TestCase(CookieAuthenticationDefaults.AuthenticationScheme, Description = "as the framework writes it when the cookie slides")]
    public async Task A_cookie_whose_ticket_was_in_a_store_that_is_gone_is_no_user(string? authenticationType)
    {
        using FakeAad aad = App.StartAad();
        await using App app = await App.StartAsync(aad);
        CookieAuthenticationOptions options = app.Services.GetRequiredService<IOptionsMonitor<CookieAuthenticationOptions>>().Get(CookieAuthenticationDefaults.AuthenticationScheme);
        var key = new ClaimsPrincipal(new ClaimsIdentity([new Claim("Microsoft.AspNetCore.Authentication.Cookies-SessionId", "key")], authenticationType));
        using Browser browser = app.NewBrowser();
        browser.Cookies.Add(Browser.Origin, new Cookie(options.Cookie.Name!, options.TicketDataFormat.Protect(new AuthenticationTicket(key, CookieAuthenticationDefaults.AuthenticationScheme))));

        Reply page = await browser.StepAsync("/me"), again = await browser.GoAsync("/me");

        Assert.That((page.Status, again.Body), Is.EqualTo((HttpStatusCode.Redirect, aad.Options.User.Name)));
    }

    [TestCase("garbage")]
    [TestCase("")]
    public async Task A_cookie_that_was_forged_is_no_user(string value)
    {
        using FakeAad aad = App.StartAad();
        await using App app = await App.StartAsync(aad);
        using Browser browser = app.NewBrowser();
        browser.Cookies.Add(new Cookie(".AspNetCore.Cookies", value, "/", Browser.Origin.Host));

        Assert.That((await browser.StepAsync("/me")).Status, Is.EqualTo(HttpStatusCode.Redirect));
    }

    private sealed class RejectBob : CookieAuthenticationEvents
    {
        public override Task ValidatePrincipal(CookieValidatePrincipalContext context)
        {
            if (context.Principal?.Identity?.Name == "Bob")
            {
                context.RejectPrincipal();
            }

            return Task.CompletedTask;
        }
    }
}
