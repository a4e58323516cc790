using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AuthCode.AspNetCore.Tests.Snippets;

/// <summary>The application of docs/aspnetcore.md.</summary>
internal static class WebApp
{
    internal static void Configure(WebApplicationBuilder builder)
    {
        builder.Services.AddAuthorization();
        builder.Services.AddAuthCode(builder.Configuration.GetSection("AzureAd"));
    }

    internal static void Map(WebApplication app)
    {
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapGet("/", (HttpContext context) => $"Hello, {context.User.Identity!.Name}").RequireAuthorization();
        app.MapPost("/signout", () => Results.SignOut(new() { RedirectUri = "/" }, ["Cookies", "AuthCode"]));
    }
}
