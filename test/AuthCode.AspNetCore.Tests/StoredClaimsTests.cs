using System.Net;
using System.Security.Claims;
using AuthCode.Testing;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AuthCode.AspNetCore.Tests;

/// <summary>Claims that are kept with the session and that an instance does not have: nobody goes on with older ones, or with none.</summary>
internal sealed class StoredClaimsTests : TicketFixture
{
    [Test]
    public async Task What_one_instance_has_changed_counts_on_another_one_at_once_and_does_not_come_back()
    {
        using FakeAad aad = App.StartAad(Time);
        await using App one = await StartAsync(aad), other = await StartAsync(aad);
        using Browser browser = one.NewBrowser(), moved = other.NewBrowser();
        await browser.GoAsync("/groups");
        Move(browser, moved);
        string before = (await moved.StepAsync("/groups")).Body;
        await browser.StepAsync("/leave-groups");
        Move(browser, moved);

        string after = (await moved.StepAsync("/groups")).Body;
        await moved.StepAsync("/add-theme");
        Move(moved, browser);

        Assert.That(
            (before, after, (await browser.StepAsync("/groups")).Body, (await browser.StepAsync("/theme")).Body),
            Is.EqualTo(("500 Ada Lovelace", "0 Ada Lovelace", "0 Ada Lovelace", "dark")));
    }

    [Test]
    public async Task A_session_that_is_in_memory_without_claims_gets_those_that_another_instance_has_stored_since()
    {
        using FakeAad aad = App.StartAad(Time);
        await using App before = await StartAsync(aad, static settings => settings.Options += static options => options.TicketInStore = false);
        await using App one = await StartAsync(aad), other = await StartAsync(aad);
        using Browser old = before.NewBrowser(), browser = one.NewBrowser(), moved = other.NewBrowser();
        await old.GoAsync("/groups");
        Move(old, browser);
        Move(old, moved);
        await moved.StepAsync("/groups");
        await browser.StepAsync("/leave-groups");
        Move(browser, moved);

        Assert.That((await moved.StepAsync("/groups")).Body, Is.EqualTo("0 Ada Lovelace"));
    }

    [Test]
    public async Task While_the_store_is_down_nobody_is_taken_for_a_user_without_roles_or_restrictions()
    {
        using FakeAad aad = App.StartAad(Time);
        await using App one = await StartAsync(aad), other = await StartAsync(aad);
        using Browser browser = one.NewBrowser(), moved = other.NewBrowser();
        await browser.GoAsync("/groups");
        Move(browser, moved);
        Store.IsDown = true;

        Reply open = await moved.StepAsync("/who"), challenged = await moved.StepAsync("/challenged");
        Store.IsDown = false;
        Time.Advance(TimeSpan.FromSeconds(30));

        Assert.That(
            (open.Body, challenged.Status, challenged.RetryAfter is not null, (await moved.StepAsync("/groups")).Body),
            Is.EqualTo(("False 0", HttpStatusCode.ServiceUnavailable, true, "500 Ada Lovelace")));
    }

    [TestCase("outage")]
    [TestCase("end")]
    [TestCase("loss")]
    public async Task Events_of_the_cookie_see_no_user_whose_claims_are_not_there(string reason)
    {
        using FakeAad aad = App.StartAad(Time);
        List<string?> seen = [];
        void Watch(AppSettings settings) => settings.Services = services => services.Configure<CookieAuthenticationOptions>(
            CookieAuthenticationDefaults.AuthenticationScheme,
            options => options.Events.OnValidatePrincipal = context =>
            {
                seen.Add(context.Principal!.Identity!.Name);
                return Task.CompletedTask;
            });
        await using App one = await StartAsync(aad), other = await StartAsync(aad, Watch);
        using Browser browser = one.NewBrowser(), moved = other.NewBrowser();
        await browser.GoAsync("/groups");
        Move(browser, moved);
        if (reason == "end")
        {
            await browser.StepAsync("/signout?to=/");
        }
        else if (reason == "loss")
        {
            Store.Flush();
        }

        Store.IsDown = reason == "outage";
        Reply page = await moved.StepAsync("/who");

        Assert.That((seen, page.Body), Is.EqualTo((Array.Empty<string>(), "False 0")));
    }

    [TestCase("/groups")]
    [TestCase("/signout?to=/")]
    public async Task A_session_whose_claims_are_lost_ends_at_the_next_sign_in_and_at_a_sign_out(string path)
    {
        using FakeAad aad = App.StartAad(Time);
        List<string> keys = [];
        await using App app = await StartAsync(aad, settings => settings.Map = app => Map(app, context => keys.Add(context.User.GetSessionKey()!)));
        using Browser browser = app.NewBrowser();
        await browser.GoAsync("/groups");
        await app.Sessions.SetDataAsync(keys[0], default);

        await browser.GoAsync(path);

        Assert.That(await app.Sessions.GetStatusAsync(keys[0]), Is.EqualTo(UserSessionStatus.Ended));
    }

    [Test]
    public async Task A_cookie_without_claims_whose_session_is_lost_is_no_user_although_users_are_kept()
    {
        using FakeAad aad = App.StartAad(Time);
        await using App one = await StartAsync(aad);
        await using App other = await StartAsync(aad, static settings => settings.Options += static options => (options.TicketInStore, options.WhenSessionIsLost) = (false, LostSessionBehavior.KeepUser));
        using Browser browser = one.NewBrowser(), moved = other.NewBrowser();
        await browser.GoAsync("/groups");
        Move(browser, moved);
        Store.Flush();

        Assert.That((await moved.StepAsync("/groups")).Status, Is.EqualTo(HttpStatusCode.Redirect));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_cookie_is_not_written_again_while_its_claims_are_lost(bool isKept)
    {
        using FakeAad aad = App.StartAad(Time);
        string? key = null;
        await using App app = await StartAsync(aad, settings =>
        {
            settings.Map = app => Map(app, context => key = context.User.GetSessionKey());
            settings.Services = static services => services.Configure<CookieAuthenticationOptions>(
                CookieAuthenticationDefaults.AuthenticationScheme, static options => options.ExpireTimeSpan = TimeSpan.FromMinutes(10));
        });
        using Browser browser = app.NewBrowser();
        await browser.GoAsync("/groups");
        if (!isKept)
        {
            await app.Sessions.SetDataAsync(key!, default);
        }

        Time.Advance(TimeSpan.FromMinutes(6));

        Assert.That((await browser.StepAsync("/who")).SetCookies, isKept ? Has.Count.EqualTo(1) : Is.Empty);
    }

    [Test]
    public async Task An_event_that_renews_the_cookie_lengthens_it_and_stores_nothing_if_the_claims_are_the_same()
    {
        using FakeAad aad = App.StartAad(Time);
        int events = 0;
        await using App app = await StartAsync(aad, settings => settings.Services = services => services.Configure<CookieAuthenticationOptions>(
            CookieAuthenticationDefaults.AuthenticationScheme,
            options =>
            {
                (options.ExpireTimeSpan, options.SlidingExpiration) = (TimeSpan.FromMinutes(10), false);
                options.Events.OnSigningIn = _ => Count();
                options.Events.OnSignedIn = _ => Count();
                options.Events.OnValidatePrincipal = static context =>
                {
                    context.ShouldRenew = true;
                    return Task.CompletedTask;
                };
            }));
        using Browser browser = app.NewBrowser();
        await browser.GoAsync("/groups");
        int writes = 0;
        Store.Before = operation =>
        {
            writes += operation == "write" ? 1 : 0;
            return Task.CompletedTask;
        };
        for (int i = 0; i < 4; i++)
        {
            Time.Advance(TimeSpan.FromMinutes(3));
            await browser.StepAsync("/groups");
        }

        Assert.That(((await browser.StepAsync("/groups")).Body, writes, events), Is.EqualTo(("500 Ada Lovelace", 0, 2)), "the events are those of the sign-in");

        Task Count()
        {
            events++;
            return Task.CompletedTask;
        }
    }

    [TestCase("/cached", false)]
    [TestCase("/cleared", false)]
    [TestCase("/signout?to=/", true)]
    public async Task A_cookie_is_written_when_the_response_begins_and_not_after_a_sign_out(string path, bool isDeleted)
    {
        using FakeAad aad = App.StartAad(Time);
        bool renews = false;
        await using App app = await StartAsync(aad, settings =>
        {
            settings.Options += static options =>
            {
                Func<Microsoft.AspNetCore.Authentication.TicketReceivedContext, Task> before = options.Events.OnTicketReceived;
                options.Events.OnTicketReceived = context =>
                {
                    // An application that writes its ticket itself can leave one.
                    context.Properties!.RedirectUri = "/welcome";
                    return before(context);
                };
            };
            settings.Services = services => services.Configure<CookieAuthenticationOptions>(CookieAuthenticationDefaults.AuthenticationScheme, options => options.Events.OnValidatePrincipal = context =>
            {
                context.ShouldRenew = renews;
                return Task.CompletedTask;
            });
            settings.Map = static app =>
            {
                Map(app, static _ => { });
                app.MapGet("/cached", static (HttpContext context) =>
                {
                    context.Response.Headers.CacheControl = "public,max-age=600";
                    return "cached";
                }).RequireAuthorization();
                app.MapGet("/cleared", static (HttpContext context) =>
                {
                    context.Response.Clear();
                    return "cleared";
                }).RequireAuthorization();
            };
        });
        using Browser browser = app.NewBrowser();
        await browser.GoAsync("/groups");
        renews = true;

        Reply page = await browser.StepAsync(path);

        string cookie = page.SetCookies.Last(static cookie => cookie.StartsWith(".AspNetCore.Cookies=", StringComparison.Ordinal));
        Assert.That(
            (page.Status == HttpStatusCode.Redirect, page.CacheControl?.Contains("no-store", StringComparison.Ordinal), cookie.StartsWith(".AspNetCore.Cookies=;", StringComparison.Ordinal)),
            Is.EqualTo((isDeleted, true, isDeleted)));
    }

    [Test]
    public async Task An_event_that_replaces_claims_does_not_wait_for_a_token_request()
    {
        using FakeAad aad = App.StartAad(Time);
        bool replaces = false;
        var gate = new Gate();
        await using App app = await StartAsync(aad, settings =>
        {
            settings.Services = services =>
            {
                services.Configure<CookieAuthenticationOptions>(CookieAuthenticationDefaults.AuthenticationScheme, options => options.Events.OnValidatePrincipal = context =>
                {
                    if (replaces)
                    {
                        ((ClaimsIdentity)context.Principal!.Identity!).AddClaim(new Claim("theme", "dark"));
                        context.ShouldRenew = true;
                    }

                    return Task.CompletedTask;
                });
                services.AddHttpClient(AuthCodeDefaults.AuthenticationScheme).AddHttpMessageHandler(gate.CreateHandler);
            };
            settings.Map = static app =>
            {
                Map(app, static _ => { });
                app.MapGet("/token", static async (HttpContext context) => (await context.GetUserTokenAsync("https://storage.azure.com/user_impersonation")).Token.Length).RequireAuthorization();
            };
        });
        using Browser browser = app.NewBrowser(), again = app.NewBrowser();
        await browser.GoAsync("/groups");
        Move(browser, again);
        gate.IsShut = true;
        Task<Reply> token = browser.StepAsync("/token");
        await gate.Reached.Task;
        replaces = true;

        Task<Reply> page = again.StepAsync("/theme");
        Assert.That(
            () =>
            {
                Time.Advance(TimeSpan.FromSeconds(1));
                return page.IsCompleted;
            },
            Is.True.After(10_000, 20));
        gate.Opened.SetResult();
        Assert.That(
            () =>
            {
                // On a slow machine, the time of the token request is over meanwhile, and it is repeated after a while.
                Time.Advance(TimeSpan.FromSeconds(1));
                return token.IsCompleted;
            },
            Is.True.After(10_000, 20));
        Assert.That((await page).Body, Is.EqualTo("dark"));
    }

    [Test]
    public void A_scheme_that_forwards_to_a_cookie_is_refused_since_the_claims_would_be_in_that()
    {
        using FakeAad aad = App.StartAad();

        Assert.That(
            () => StartAsync(aad, static settings =>
            {
                settings.Options += static options => options.SignInScheme = "Smart";
                settings.Services = static services => services.AddAuthentication().AddPolicyScheme("Smart", null, static options => options.ForwardDefault = "Cookies");
            }),
            Throws.TypeOf<InvalidOperationException>().With.Message.Contains("TicketInStore").And.Message.Contains("SignInScheme").And.Message.Contains("'Smart'"));
    }
}
