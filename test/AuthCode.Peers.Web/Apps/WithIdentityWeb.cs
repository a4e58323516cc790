using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Identity.Web;
using Microsoft.Identity.Web.TokenCacheProviders.Distributed;

namespace AuthCode.Peers.Web;

/// <summary>The application of docs/comparison.md with Microsoft.Identity.Web.</summary>
internal static class WithIdentityWeb
{
    internal static WebApplication Build(WebApplicationBuilder builder)
    {
        #region code
        builder.Services.AddAuthentication(OpenIdConnectDefaults.AuthenticationScheme)
            .AddMicrosoftIdentityWebApp(builder.Configuration.GetSection("AzureAd"))
            .EnableTokenAcquisitionToCallDownstreamApi(["api://orders/read"])
            .AddDistributedTokenCaches();
        builder.Services.AddStackExchangeRedisCache(options => options.Configuration = builder.Configuration.GetConnectionString("Redis"));
        builder.Services.Configure<MsalDistributedTokenCacheAdapterOptions>(options => options.Encrypt = true);
        builder.Services.AddHttpClient("orders", client => client.BaseAddress = new("https://orders.example")).AddMicrosoftIdentityMessageHandler(options => options.Scopes.Add("api://orders/read"));
        builder.Services.AddHttpClient("invoices", client => client.BaseAddress = new("https://invoices.example")).AddMicrosoftIdentityMessageHandler(options => options.Scopes.Add("api://invoices/read"));
        builder.Services.AddControllers();

        WebApplication app = builder.Build();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapGet("/", () => "Welcome.");
        app.MapControllers();
        app.MapPost("/signout", () => Results.SignOut(new() { RedirectUri = "/" }, ["Cookies", OpenIdConnectDefaults.AuthenticationScheme]));
        #endregion
        return app;
    }
}

#region code
[Authorize]
public class ShopController(IHttpClientFactory http) : ControllerBase
{
    [HttpGet("/orders"), AuthorizeForScopes(Scopes = ["api://orders/read"])]
    public Task<string> Orders() => http.CreateClient("orders").GetStringAsync("/");

    [HttpGet("/invoices"), AuthorizeForScopes(Scopes = ["api://invoices/read"])]
    public Task<string> Invoices() => http.CreateClient("invoices").GetStringAsync("/");
}
#endregion
