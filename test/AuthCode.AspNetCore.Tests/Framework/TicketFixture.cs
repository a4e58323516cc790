using System.Security.Claims;
using AuthCode.Testing;
using AuthCode.Tests.Scenarios.Farm;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace AuthCode.AspNetCore.Tests;

/// <summary>Applications whose users have many claims, which are kept with the session.</summary>
internal abstract class TicketFixture
{
    private protected const int Groups = 500;

    private readonly EphemeralDataProtectionProvider _protection = new();

    private protected MemoryStore Store { get; } = new();

    private protected FakeTimeProvider Time { get; } = App.Clock();

    /// <summary>Sends a browser on with the cookies of another one alone.</summary>
    private protected static void Move(Browser from, Browser to)
    {
        Array.ForEach(to.AllCookies(), static cookie => cookie.Expired = true);
        from.CopyCookiesTo(to);
    }

    private protected Task<App> StartAsync(FakeAad aad, Action<AppSettings>? configure = null) => App.StartAsync(
        aad,
        settings =>
        {
            Configure(settings);
            settings.Store = Store;
            configure?.Invoke(settings);
        },
        _protection);

    private protected static void Configure(AppSettings settings)
    {
        settings.Options = static options =>
        {
            options.TicketInStore = true;
            options.Events.OnTicketReceived = static context =>
            {
                var identity = (ClaimsIdentity)context.Principal!.Identity!;
                identity.AddClaims(Enumerable.Range(0, Groups).Select(static number => new Claim("groups", $"{number:D8}-0000-4000-8000-000000000000")));
                identity.AddClaim(new Claim(identity.RoleClaimType, "admin"));
                return Task.CompletedTask;
            };
        };
        settings.Map = static app => Map(app, static _ => { });
    }

    private protected static void Map(WebApplication app, Action<HttpContext> onGroups)
    {
        app.MapGet("/groups", (HttpContext context) =>
        {
            onGroups(context);
            return $"{context.User.FindAll("groups").Count()} {context.User.Identity!.Name}";
        }).RequireAuthorization();
        app.MapGet("/admin", static () => "admin").RequireAuthorization(static policy => policy.RequireRole("admin"));
        app.MapGet("/owner", static () => "owner").RequireAuthorization(static policy => policy.RequireRole("owner"));
        app.MapGet("/named", static (HttpContext context) => context.User.Identity!.Name).RequireAuthorization(static policy => policy.AddAuthenticationSchemes("Cookies").RequireAuthenticatedUser());
        app.MapGet("/leave-groups", static async (HttpContext context) =>
        {
            AuthenticateResult ticket = await context.AuthenticateAsync();
            ClaimsIdentity fewer = ((ClaimsIdentity)ticket.Principal!.Identity!).Clone();
            fewer.FindAll("groups").ToList().ForEach(fewer.RemoveClaim);
            await context.SignInAsync("Cookies", new ClaimsPrincipal(fewer), ticket.Properties);
        }).RequireAuthorization();
        app.MapGet("/add-theme", static async (HttpContext context) =>
        {
            AuthenticateResult ticket = await context.AuthenticateAsync();
            ClaimsIdentity more = ((ClaimsIdentity)ticket.Principal!.Identity!).Clone();
            more.AddClaim(new Claim("theme", "dark"));
            await context.SignInAsync("Cookies", new ClaimsPrincipal(more), ticket.Properties);
        }).RequireAuthorization();
        app.MapGet("/theme", static (HttpContext context) => context.User.FindFirst("theme")?.Value ?? "none").RequireAuthorization();
        app.MapGet("/who", static (HttpContext context) => $"{context.User.Identity!.IsAuthenticated} {context.User.Claims.Count()}");
        app.MapGet("/challenged", static (HttpContext context) => context.User.Identity!.IsAuthenticated ? Results.Ok() : Results.Challenge());
    }
}
