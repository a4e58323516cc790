using System.Security.Claims;
using AuthCode.Testing;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AuthCode.AspNetCore.Tests;

/// <summary>A cookie that is due for renewal, and that is authenticated only after the user has signed in or out in the same request.</summary>
internal sealed class CookieRenewalTests : TicketFixture
{
    private const string Cookie = ".AspNetCore.Users=";

    private ClaimsPrincipal? _user;

    [TestCase("/out", true)]
    [TestCase("/in", false)]
    public async Task It_is_not_written_after_what_the_sign_in_or_the_sign_out_has_written(string path, bool isDeleted)
    {
        using FakeAad aad = App.StartAad(Time);
        await using App app = await StartAsync(aad, SignInElsewhere);
        using Browser browser = app.NewBrowser();
        await browser.GoAsync("/signin?to=/");
        Time.Advance(TimeSpan.FromMinutes(6));

        Reply page = await browser.StepAsync(path);

        string[] written = [.. page.SetCookies.Where(static cookie => cookie.StartsWith(Cookie, StringComparison.Ordinal))];
        Assert.That(written.Select(static cookie => cookie.StartsWith(Cookie + ";", StringComparison.Ordinal)), Is.EqualTo(new[] { isDeleted }));
    }

    [Test]
    public async Task It_is_written_if_the_user_does_neither()
    {
        using FakeAad aad = App.StartAad(Time);
        await using App app = await StartAsync(aad, SignInElsewhere);
        using Browser browser = app.NewBrowser();
        await browser.GoAsync("/signin?to=/");
        Time.Advance(TimeSpan.FromMinutes(6));

        Assert.That((await browser.StepAsync("/here")).SetCookies, Has.One.StartsWith(Cookie));
    }

    [Test]
    public async Task A_request_that_is_slow_does_not_bring_the_cookie_of_a_session_back_that_has_ended_in_another_tab([Values] bool isStored, [Values("/signin?to=/", "/signout?to=/")] string path)
    {
        using FakeAad aad = App.StartAad(Time);
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var opened = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using App app = await StartAsync(aad, settings =>
        {
            settings.Options += options => options.TicketInStore = isStored;
            settings.Services = static services => services.ConfigureAll<CookieAuthenticationOptions>(static options => options.ExpireTimeSpan = TimeSpan.FromMinutes(10));
            settings.Map = app => app.MapGet("/slow", async () =>
            {
                reached.SetResult();
                await opened.Task;
            });
        });
        using Browser slow = app.NewBrowser(), tab = app.NewBrowser();
        await tab.GoAsync("/signin?to=/");
        tab.CopyCookiesTo(slow);
        Time.Advance(TimeSpan.FromMinutes(6));

        Task<Reply> page = slow.StepAsync("/slow");
        await reached.Task;
        await tab.GoAsync(path);
        opened.SetResult();

        Assert.That((await page).SetCookies, Has.Count.Zero);
    }

    [Test]
    public async Task A_claim_for_one_request_is_not_written_when_the_cookie_slides_on_and_one_that_an_event_renews_is([Values] bool renews, [Values] bool isReplaced)
    {
        using FakeAad aad = App.StartAad(Time);
        bool adds = false;
        await using App app = await StartAsync(aad, settings =>
        {
            settings.Options += static options => options.TicketInStore = false;
            settings.Services = services => services.Configure<CookieAuthenticationOptions>(CookieAuthenticationDefaults.AuthenticationScheme, options =>
            {
                options.ExpireTimeSpan = TimeSpan.FromMinutes(10);
                options.Events.OnValidatePrincipal = context =>
                {
                    if (adds)
                    {
                        if (isReplaced)
                        {
                            context.ReplacePrincipal(new ClaimsPrincipal(((ClaimsIdentity)context.Principal!.Identity!).Clone()));
                        }

                        ((ClaimsIdentity)context.Principal!.Identity!).AddClaim(new Claim("theme", "dark"));
                        context.ShouldRenew = renews;
                    }

                    return Task.CompletedTask;
                };
            });
        });
        using Browser browser = app.NewBrowser();
        await browser.GoAsync("/signin?to=/");
        Time.Advance(TimeSpan.FromMinutes(6));
        adds = true;
        string first = (await browser.StepAsync("/theme")).Body;
        adds = false;
        Time.Advance(TimeSpan.FromMinutes(9));

        Assert.That((first, (await browser.StepAsync("/theme")).Body), Is.EqualTo(("dark", renews ? "dark" : "none")), "the cookie was written for ten minutes again");
    }

    [Test]
    public async Task A_cookie_that_is_due_is_written_although_an_event_has_replaced_the_user_for_the_request([Values] bool isStored)
    {
        using FakeAad aad = App.StartAad(Time);
        bool replaces = false;
        await using App app = await StartAsync(aad, settings =>
        {
            settings.Options += options => options.TicketInStore = isStored;
            settings.Services = services => services.Configure<CookieAuthenticationOptions>(CookieAuthenticationDefaults.AuthenticationScheme, options =>
            {
                options.ExpireTimeSpan = TimeSpan.FromMinutes(10);
                options.Events.OnValidatePrincipal = context =>
                {
                    if (replaces)
                    {
                        context.ReplacePrincipal(new ClaimsPrincipal(new ClaimsIdentity([new Claim("name", "guest")], "application")));
                    }

                    return Task.CompletedTask;
                };
            });
        });
        using Browser browser = app.NewBrowser();
        await browser.GoAsync("/signin?to=/");
        Time.Advance(TimeSpan.FromMinutes(6));
        replaces = true;
        await browser.StepAsync("/theme");
        replaces = false;
        Time.Advance(TimeSpan.FromMinutes(6));

        Assert.That((await browser.StepAsync("/me")).Body, Is.EqualTo("Ada Lovelace"));
    }

    [Test]
    public async Task A_cookie_that_is_due_is_written_although_the_claims_that_an_event_wants_cannot_be_kept()
    {
        using FakeAad aad = App.StartAad(Time);
        bool renews = false;
        await using App app = await StartAsync(aad, settings =>
        {
            settings.Options += static options => options.TicketInStore = true;
            settings.Services = services =>
            {
                RecordingSessions.Add(services);
                services.Configure<CookieAuthenticationOptions>(CookieAuthenticationDefaults.AuthenticationScheme, options =>
                {
                    options.ExpireTimeSpan = TimeSpan.FromMinutes(10);
                    options.Events.OnValidatePrincipal = context =>
                    {
                        if (renews)
                        {
                            ((ClaimsIdentity)context.Principal!.Identity!).AddClaim(new Claim("theme", "dark"));
                            context.ShouldRenew = true;
                        }

                        return Task.CompletedTask;
                    };
                });
            };
        });
        using Browser browser = app.NewBrowser();
        await browser.GoAsync("/signin?to=/");
        Time.Advance(TimeSpan.FromMinutes(6));
        (renews, RecordingSessions.Of(app).KeepsNoData) = (true, true);
        string first = (await browser.StepAsync("/theme")).Body;
        renews = false;
        Time.Advance(TimeSpan.FromMinutes(6));

        Assert.That((first, (await browser.StepAsync("/theme")).Body, (await browser.StepAsync("/me")).Body), Is.EqualTo(("dark", "none", "Ada Lovelace")));
    }

    [Test]
    public async Task A_claim_that_the_application_adds_after_the_validation_is_not_written_by_the_renewal_that_an_event_wants()
    {
        using FakeAad aad = App.StartAad(Time);
        bool adds = true;
        await using App app = await StartAsync(aad, settings =>
        {
            settings.Options += static options => options.TicketInStore = false;
            settings.Services = services =>
            {
                services.AddSingleton<IClaimsTransformation>(new Theme(() => adds));
                services.Configure<CookieAuthenticationOptions>(CookieAuthenticationDefaults.AuthenticationScheme, static options => options.Events.OnValidatePrincipal = static context =>
                {
                    context.ShouldRenew = true;
                    return Task.CompletedTask;
                });
            };
        });
        using Browser browser = app.NewBrowser();
        await browser.GoAsync("/signin?to=/");

        string first = (await browser.StepAsync("/theme")).Body;
        adds = false;

        Assert.That((first, (await browser.StepAsync("/theme")).Body), Is.EqualTo(("dark", "none")));
    }

    // The scheme of the sign-in is not the default one, so nothing authenticates it before the endpoint.
    private void SignInElsewhere(AppSettings settings)
    {
        settings.Options += options =>
        {
            options.SignInScheme = "Users";
            Func<TicketReceivedContext, Task> before = options.Events.OnTicketReceived;
            options.Events.OnTicketReceived = context =>
            {
                _user = context.Principal;
                return before(context);
            };
        };
        settings.Services = static services => services.AddAuthentication().AddCookie("Users", static options => options.ExpireTimeSpan = TimeSpan.FromMinutes(10));
        settings.Map = app =>
        {
            app.MapGet("/out", static () => Results.SignOut(new AuthenticationProperties { RedirectUri = "/" }, ["Users", AuthCodeDefaults.AuthenticationScheme]));
            app.MapGet("/here", static async (HttpContext context) => (await context.AuthenticateAsync("Users")).Succeeded);
            app.MapGet("/in", async (HttpContext context) =>
            {
                await context.SignInAsync("Users", _user!);
                await context.AuthenticateAsync("Users");
            });
        };
    }

    private sealed class Theme(Func<bool> adds) : IClaimsTransformation
    {
        public Task<ClaimsPrincipal> TransformAsync(ClaimsPrincipal principal)
        {
            if (adds() && principal.Identity is ClaimsIdentity { IsAuthenticated: true } identity && !identity.HasClaim(static claim => claim.Type == "theme"))
            {
                identity.AddClaim(new Claim("theme", "dark"));
            }

            return Task.FromResult(principal);
        }
    }
}
