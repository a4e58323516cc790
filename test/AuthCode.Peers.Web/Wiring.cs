using System.Net;
using AuthCode.Redis.Tests;
using AuthCode.Testing;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Mvc.Testing.Handlers;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http;
using Microsoft.Identity.Web;

namespace AuthCode.Peers.Web;

/// <summary>What surrounds an application: its configuration, a browser, and a fake Entra ID.</summary>
internal static class Wiring
{
    private static readonly Uri Origin = new("https://localhost/");

    internal static FakeAad StartAad() => FakeAad.Start(static options =>
    {
        options.UseHttps = true;
        options.RedirectUris = [new Uri(Origin, "signin-oidc"), new Uri(Origin, "signout-callback-oidc")];
        options.ConsentedScopes["api://invoices"] = [];
    });

    internal static HttpClient BrowserOf(WebApplication app, CookieContainer cookies) =>
        new(new CookieContainerHandler(cookies) { InnerHandler = app.GetTestServer().CreateHandler() }) { BaseAddress = Origin };

    internal static async Task<string> VisitAsync(FakeAad aad, HttpClient browser, string path)
    {
        using HttpResponseMessage page = await aad.SignInAsync(browser, path);
        return await page.Content.ReadAsStringAsync();
    }

    internal static int Visits(FakeAad aad) => aad.Requests.Count(static request => request.Path.EndsWith("/authorize", StringComparison.Ordinal));

    internal static WebApplicationBuilder NewBuilder(FakeAad aad, RedisServer redis, Internet internet, IDataProtectionProvider protection)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = typeof(Wiring).Assembly.GetName().Name });
        builder.WebHost.UseTestServer();
        string issuer = $"{aad.AuthorityHost}{aad.TenantId}/v2.0";
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["AzureAd:Instance"] = aad.AuthorityHost.AbsoluteUri,
            ["AzureAd:TenantId"] = aad.TenantId,
            ["AzureAd:ClientId"] = aad.ClientId,
            ["AzureAd:ClientSecret"] = aad.ClientSecret,
            ["OpenIdConnect:Authority"] = issuer,
            ["OpenIdConnect:ClientId"] = aad.ClientId,
            ["OpenIdConnect:ClientSecret"] = aad.ClientSecret,
            ["OpenIddict:Issuer"] = issuer,
            ["OpenIddict:ClientId"] = aad.ClientId,
            ["OpenIddict:ClientSecret"] = aad.ClientSecret,
            ["ConnectionStrings:Redis"] = redis.Connect().Configuration,
        });
        builder.Services.AddRouting().AddLogging().AddSingleton(protection);
        builder.Services.AddSingleton<IHttpMessageHandlerBuilderFilter>(internet);
        builder.Services.AddOptions<OpenIdConnectOptions>(OpenIdConnectDefaults.AuthenticationScheme).Configure(options => options.BackchannelHttpHandler = internet.NewHandler());
        builder.Services.Configure<MicrosoftIdentityOptions>(OpenIdConnectDefaults.AuthenticationScheme, options =>
        {
            options.BackchannelHttpHandler = internet.NewHandler();

            // The validator of issuers reads the metadata by an HTTP client of its own, which does not trust the fake's certificate.
            options.TokenValidationParameters.IssuerValidator = (found, _, _) => found == issuer ? found : throw new InvalidOperationException("another issuer");
        });
        return builder;
    }
}
