using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AuthCode.AspNetCore.Tests;

/// <summary>A service as its users start it, which tests start by WebApplicationFactory.</summary>
public sealed class Program
{
    private static void Main(string[] args)
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
        builder.Services.AddDataProtection().UseEphemeralDataProtectionProvider();
        builder.Services.AddAuthorization();
        builder.Services.AddAuthCode(builder.Configuration.GetSection("AzureAd"));
        WebApplication app = builder.Build();
        app.UseAuthentication();
        app.UseAuthCode();
        app.UseAuthorization();
        app.MapGet("/me", static (HttpContext context) => context.User.Identity!.Name).RequireAuthorization();
        app.MapGet("/signin", static () => Results.Challenge(new() { RedirectUri = "/me" }));
        app.Run();
    }
}
