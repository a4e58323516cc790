using System.Security.Claims;
using AuthCode.Testing;
using Microsoft.AspNetCore.Authentication;
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
}
