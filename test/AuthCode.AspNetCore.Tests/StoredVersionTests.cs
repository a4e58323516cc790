using System.Net;
using System.Security.Claims;
using AuthCode.Testing;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AuthCode.AspNetCore.Tests;

/// <summary>The version of the claims that a cookie names: it never goes back, and what is changed is compared with what was read.</summary>
internal sealed class StoredVersionTests : TicketFixture
{
    private string? _key;

    [Test]
    public async Task A_cookie_that_is_renewed_does_not_bring_back_older_claims()
    {
        using FakeAad aad = App.StartAad(Time);
        await using App one = await StartSlidingAsync(aad), other = await StartSlidingAsync(aad);
        using Browser browser = one.NewBrowser(), moved = other.NewBrowser();
        await LeaveGroupsWhileTheStoreIsDownAsync(browser, moved);
        Time.Advance(TimeSpan.FromMinutes(6));

        await moved.StepAsync("/who");
        Store.IsDown = false;
        Time.Advance(TimeSpan.FromSeconds(2));
        await other.Sessions.FindAsync(_key!);
        await one.Sessions.FlushAsync();
        Time.Advance(TimeSpan.FromSeconds(2));

        Assert.That((await moved.StepAsync("/groups")).Body, Is.EqualTo("0 Ada Lovelace"));
    }

    [Test]
    public async Task Two_cookies_whose_claims_are_read_in_each_other_are_both_renewed()
    {
        using FakeAad aad = App.StartAad(Time);
        await using App app = await StartAsync(aad, settings =>
        {
            settings.Services = static services => services.Configure<CookieAuthenticationOptions>(
                CookieAuthenticationDefaults.AuthenticationScheme, static options => options.Events.OnValidatePrincipal = static context => context.HttpContext.AuthenticateAsync(TwoStoredSchemes.Cookie));
            TwoStoredSchemes.Add(settings, aad);
        });
        using Browser browser = app.NewBrowser();
        await browser.GoAsync("/groups");
        await browser.GoAsync("/partners");
        Time.Advance(TimeSpan.FromMinutes(6));

        Reply page = await browser.StepAsync("/groups");

        Assert.That(page.SetCookies.Select(static cookie => cookie.Split('=')[0]), Is.EquivalentTo(new[] { ".AspNetCore.Cookies", ".AspNetCore.PartnerCookies" }));
    }

    [Test]
    public async Task Two_cookies_whose_claims_cannot_be_read_are_both_told()
    {
        using FakeAad aad = App.StartAad(Time);
        void Configure(AppSettings settings)
        {
            Action<WebApplication> before = settings.Map!;
            settings.Map = app =>
            {
                before(app);
                app.MapGet("/both", static async (HttpContext context) =>
                {
                    await context.AuthenticateAsync(TwoStoredSchemes.Cookie);
                    await context.ChallengeAsync();
                });
            };
            TwoStoredSchemes.Add(settings, aad);
        }

        await using App one = await StartAsync(aad, Configure), other = await StartAsync(aad, Configure);
        using Browser browser = one.NewBrowser(), moved = other.NewBrowser();
        await browser.GoAsync("/groups");
        await browser.GoAsync("/partners");
        Move(browser, moved);
        Store.IsDown = true;

        Assert.That((await moved.StepAsync("/both")).Status, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
    }

    [Test]
    public async Task Claims_that_are_changed_back_are_kept_while_the_memory_still_has_those_of_before()
    {
        using FakeAad aad = App.StartAad(Time);
        var gate = new Gate();
        var signsIn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        ClaimsPrincipal? first = null;
        await using App one = await StartAsync(aad);
        await using App other = await StartAsync(aad, settings =>
        {
            settings.Services = services => services.AddHttpClient(AuthCodeDefaults.AuthenticationScheme).AddHttpMessageHandler(gate.CreateHandler);
            settings.Map = app =>
            {
                Map(app, context => first ??= context.User);
                app.MapGet("/token", static async (HttpContext context) => (await context.GetUserTokenAsync("https://storage.azure.com/user_impersonation")).Token.Length).RequireAuthorization();
                app.MapGet("/restore", async (HttpContext context) =>
                {
                    AuthenticateResult ticket = await context.AuthenticateAsync();
                    signsIn.SetResult();
                    await context.SignInAsync("Cookies", first!, ticket.Properties);
                }).RequireAuthorization();
            };
        });
        using Browser browser = one.NewBrowser(), moved = other.NewBrowser(), again = other.NewBrowser();
        await browser.GoAsync("/groups");
        Move(browser, moved);
        Move(browser, again);
        await moved.StepAsync("/groups");
        gate.IsShut = true;
        Task<Reply> token = again.StepAsync("/token");
        await gate.Reached.Task;
        await browser.StepAsync("/leave-groups");
        Move(browser, moved);

        Task<Reply> restored = moved.StepAsync("/restore");
        await signsIn.Task;
        gate.Opened.SetResult();
        await Task.WhenAll(token, restored);

        Move(moved, browser);
        Assert.That(((await moved.StepAsync("/groups")).Body, (await browser.StepAsync("/groups")).Body), Is.EqualTo(("500 Ada Lovelace", "500 Ada Lovelace")));
    }

    [Test]
    public async Task While_the_store_is_down_nobody_goes_on_with_older_claims_than_those_of_the_cookie()
    {
        using FakeAad aad = App.StartAad(Time);
        await using App one = await StartSlidingAsync(aad), other = await StartSlidingAsync(aad);
        using Browser browser = one.NewBrowser(), moved = other.NewBrowser();
        await LeaveGroupsWhileTheStoreIsDownAsync(browser, moved);

        Reply open = await moved.StepAsync("/who"), page = await moved.StepAsync("/groups"), challenged = await moved.StepAsync("/challenged");
        Store.IsDown = false;
        Time.Advance(TimeSpan.FromSeconds(2));
        await one.Sessions.FlushAsync();
        Time.Advance(TimeSpan.FromSeconds(2));

        Assert.That(
            (open.Body, page.Status, page.RetryAfter is not null, challenged.Status, (await moved.StepAsync("/groups")).Body),
            Is.EqualTo(("False 0", HttpStatusCode.ServiceUnavailable, true, HttpStatusCode.ServiceUnavailable, "0 Ada Lovelace")));
    }

    [Test]
    public async Task Claims_that_no_instance_has_stored_after_a_while_are_lost_and_the_user_signs_in_again()
    {
        using FakeAad aad = App.StartAad(Time);
        await using App one = await StartSlidingAsync(aad), other = await StartSlidingAsync(aad);
        using Browser browser = one.NewBrowser(), moved = other.NewBrowser();
        await LeaveGroupsWhileTheStoreIsDownAsync(browser, moved);
        Store.IsDown = false;
        Time.Advance(TimeSpan.FromMinutes(5));

        Reply page = await moved.StepAsync("/groups");

        Assert.That((page.Status, (await moved.GoAsync("/groups")).Body), Is.EqualTo((HttpStatusCode.Redirect, "500 Ada Lovelace")));
    }

    [Test]
    public async Task Claims_that_the_application_has_just_signed_in_with_old_properties_are_waited_for()
    {
        using FakeAad aad = App.StartAad(Time);
        await using App one = await StartAsync(aad), other = await StartAsync(aad);
        using Browser browser = one.NewBrowser(), moved = other.NewBrowser();
        await browser.GoAsync("/groups");
        Time.Advance(TimeSpan.FromMinutes(6));
        await LeaveGroupsWhileTheStoreIsDownAsync(browser, moved);

        Reply page = await moved.StepAsync("/groups");
        Time.Advance(TimeSpan.FromMinutes(5));

        Assert.That((page.Status, (await moved.StepAsync("/groups")).Status), Is.EqualTo((HttpStatusCode.ServiceUnavailable, HttpStatusCode.Redirect)));
    }

    // The one instance has claims that the store does not have, and the other one those of before.
    private async Task LeaveGroupsWhileTheStoreIsDownAsync(Browser browser, Browser moved)
    {
        await browser.GoAsync("/groups");
        Move(browser, moved);
        await moved.StepAsync("/groups");
        Store.IsDown = true;
        await browser.StepAsync("/leave-groups");
        Move(browser, moved);
    }

    private Task<App> StartSlidingAsync(FakeAad aad) => StartAsync(aad, settings =>
    {
        settings.Map = app => Map(app, context => _key = context.User.GetSessionKey());
        settings.Services = static services => services.Configure<CookieAuthenticationOptions>(
            CookieAuthenticationDefaults.AuthenticationScheme, static options => options.ExpireTimeSpan = TimeSpan.FromMinutes(10));
    });
}
