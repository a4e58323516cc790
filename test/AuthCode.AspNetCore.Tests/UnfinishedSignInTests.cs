using System.Security.Claims;
using AuthCode.Testing;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.Extensions.DependencyInjection;

namespace AuthCode.AspNetCore.Tests;

/// <summary>A sign-in that the authorization server has completed and the application does not take: its session ends, and that of before goes on.</summary>
internal sealed class UnfinishedSignInTests
{
    private readonly List<string> _keys = [];
    private Func<TicketReceivedContext, Task>? _onTicket;

    [TestCase("fail")]
    [TestCase("throw")]
    [TestCase("claims")]
    [TestCase("skip")]
    [TestCase("handle")]
    public async Task The_session_of_before_goes_on_and_the_new_one_ends(string how)
    {
        using FakeAad aad = App.StartAad();
        await using App app = await StartAsync(aad, how == "claims");
        using Browser browser = app.NewBrowser();
        await browser.GoAsync("/me");
        _onTicket = context => Refuse(context, how);

        try
        {
            await browser.GoAsync("/signin?to=/me");
        }
        catch (InvalidOperationException) when (how is "throw" or "claims")
        {
            // The browser gets an error of the server.
        }

        Assert.That(
            (await app.Sessions.GetStatusAsync(_keys[0]), await app.Sessions.GetStatusAsync(_keys[1]), (await browser.StepAsync("/me")).Body),
            Is.EqualTo((UserSessionStatus.Alive, UserSessionStatus.Ended, "Ada Lovelace")));
    }

    [Test]
    public async Task Neither_session_goes_on_if_the_browser_has_the_cookie_of_the_one_that_ends()
    {
        using FakeAad aad = App.StartAad();
        await using App app = await StartAsync(aad, isStored: false);
        using Browser browser = app.NewBrowser();
        await browser.GoAsync("/me");
        _onTicket = static async context =>
        {
            await context.HttpContext.SignInAsync(CookieAuthenticationDefaults.AuthenticationScheme, context.Principal!);
            context.Fail("not on the list");
        };

        await browser.GoAsync("/signin?to=/me");

        Assert.That(
            (await app.Sessions.GetStatusAsync(_keys[0]), await app.Sessions.GetStatusAsync(_keys[1])),
            Is.EqualTo((UserSessionStatus.Ended, UserSessionStatus.Ended)));
    }

    [Test]
    public async Task A_cookie_that_was_removed_again_keeps_no_session()
    {
        using FakeAad aad = App.StartAad();
        await using App app = await StartAsync(aad, isStored: false);
        using Browser browser = app.NewBrowser();
        _onTicket = static async context =>
        {
            await context.HttpContext.SignInAsync(CookieAuthenticationDefaults.AuthenticationScheme, context.Principal!);
            await context.HttpContext.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
            context.Response.Redirect("/");
            context.HandleResponse();
        };

        await browser.GoAsync("/signin?to=/");

        Assert.That(await app.Sessions.GetStatusAsync(_keys[0]), Is.EqualTo(UserSessionStatus.Ended));
    }

    [Test]
    public async Task An_application_that_has_signed_the_user_in_itself_keeps_the_session()
    {
        using FakeAad aad = App.StartAad();
        await using App app = await StartAsync(aad, isStored: false);
        using Browser browser = app.NewBrowser();
        await browser.GoAsync("/me");
        _onTicket = static async context =>
        {
            await context.HttpContext.SignInAsync(CookieAuthenticationDefaults.AuthenticationScheme, context.Principal!);
            context.Response.Redirect("/me");
            context.HandleResponse();
        };

        Reply page = await browser.GoAsync("/signin?to=/");

        Assert.That(
            (page.Body, await app.Sessions.GetStatusAsync(_keys[0]), await app.Sessions.GetStatusAsync(_keys[1])),
            Is.EqualTo(("Ada Lovelace", UserSessionStatus.Ended, UserSessionStatus.Alive)));
    }

    private Task<App> StartAsync(FakeAad aad, bool isStored) => App.StartAsync(aad, settings => settings.Options = options =>
    {
        options.TicketInStore = isStored;
        options.Events.OnTicketReceived = context =>
        {
            _keys.Add(context.Principal!.GetSessionKey()!);
            return _onTicket?.Invoke(context) ?? Task.CompletedTask;
        };
    });

    private static Task Refuse(TicketReceivedContext context, string how)
    {
        switch (how)
        {
            case "fail":
                context.Fail("not on the list");
                break;
            case "skip":
                context.SkipHandler();
                break;
            case "handle":
                context.Response.Redirect("/");
                context.HandleResponse();
                break;
            case "claims":
                // More than can be kept with a session.
                ((ClaimsIdentity)context.Principal!.Identity!).AddClaim(new Claim("photo", new string('x', 200_000)));
                break;
            default:
                throw new InvalidOperationException("The database of the application is down.");
        }

        return Task.CompletedTask;
    }
}
