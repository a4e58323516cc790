using System.Net;
using System.Security.Claims;
using System.Text.Encodings.Web;
using AuthCode.Testing;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AuthCode.AspNetCore.Tests;

/// <summary>Which endpoints need the user of a cookie whose claims cannot be read: only those whose policy authenticates by it.</summary>
internal sealed class RequiredUserTests : TicketFixture
{
    private const string Bearer = "Bearer";

    [TestCase("/attribute")]
    [TestCase("/policy")]
    [TestCase("/named-policy")]
    public async Task An_endpoint_of_another_scheme_does_not_need_the_user_of_the_cookie(string path)
    {
        Reply page = await GoWhileTheStoreIsDownAsync(path);

        Assert.That((page.Status, page.Body), Is.EqualTo((HttpStatusCode.OK, "robot")));
    }

    [TestCase("/default")]
    [TestCase("/either")]
    [TestCase("/forwarded")]
    public async Task An_endpoint_whose_policy_authenticates_by_the_cookie_asks_for_patience(string path)
    {
        Reply page = await GoWhileTheStoreIsDownAsync(path);

        Assert.That((page.Status, page.RetryAfter is not null), Is.EqualTo((HttpStatusCode.ServiceUnavailable, true)));
    }

    private async Task<Reply> GoWhileTheStoreIsDownAsync(string path)
    {
        using FakeAad aad = App.StartAad();
        await using App one = await StartAsync(aad), other = await StartAsync(aad, AddRobots);
        using Browser browser = one.NewBrowser(), moved = other.NewBrowser();
        await browser.GoAsync("/groups");
        Move(browser, moved);
        Store.IsDown = true;
        return await moved.StepAsync(path);
    }

    private static void AddRobots(AppSettings settings)
    {
        settings.Services = static services =>
        {
            services.AddAuthentication().AddScheme<AuthenticationSchemeOptions, Robots>(Bearer, null)
                .AddPolicyScheme("Smart", null, static options => options.ForwardDefaultSelector = static _ => "Cookies");
            services.AddAuthorizationBuilder().AddPolicy("robots", static policy => policy.AddAuthenticationSchemes(Bearer).RequireAuthenticatedUser());
        };
        settings.Map = static app =>
        {
            app.MapGet("/attribute", Name).RequireAuthorization(new AuthorizeAttribute { AuthenticationSchemes = Bearer });
            app.MapGet("/policy", Name).RequireAuthorization(static policy => policy.AddAuthenticationSchemes(Bearer).RequireAuthenticatedUser());
            app.MapGet("/named-policy", Name).RequireAuthorization("robots");
            app.MapGet("/default", Name).RequireAuthorization();
            app.MapGet("/either", Name).RequireAuthorization(new AuthorizeAttribute { AuthenticationSchemes = $"{Bearer}, Cookies" });
            app.MapGet("/forwarded", Name).RequireAuthorization(new AuthorizeAttribute { AuthenticationSchemes = "Smart" });
        };
    }

    private static string? Name(HttpContext context) => context.User.Identity!.Name;

    private sealed class Robots(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder) : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync() =>
            Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, "robot")], Bearer)), Scheme.Name)));
    }
}
