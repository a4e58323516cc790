using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;

namespace AuthCode.Peers.Web;

/// <summary>The application of docs/comparison.md with AuthCode.</summary>
internal static class WithAuthCode
{
    internal static WebApplication Build(WebApplicationBuilder builder)
    {
        #region code
        builder.Services.AddAuthorization();
        builder.Services.AddSingleton<IConnectionMultiplexer>(_ => ConnectionMultiplexer.Connect(builder.Configuration.GetConnectionString("Redis")!));
        builder.Services.AddAuthCode(builder.Configuration.GetSection("AzureAd"), options => options.Scopes.Add("api://orders/read")).UseRedis();
        builder.Services.AddHttpClient("orders", client => client.BaseAddress = new("https://orders.example")).AddUserToken("api://orders/read");
        builder.Services.AddHttpClient("invoices", client => client.BaseAddress = new("https://invoices.example")).AddUserToken("api://invoices/read");

        WebApplication app = builder.Build();
        app.UseAuthentication();
        app.UseAuthCode();
        app.UseAuthorization();
        app.MapGet("/", () => "Welcome.");
        app.MapGet("/orders", (IHttpClientFactory http) => http.CreateClient("orders").GetStringAsync("/")).RequireAuthorization();
        app.MapGet("/invoices", (IHttpClientFactory http) => http.CreateClient("invoices").GetStringAsync("/")).RequireAuthorization();
        app.MapPost("/signout", () => Results.SignOut(new() { RedirectUri = "/" }, ["Cookies", "AuthCode"]));
        #endregion
        return app;
    }
}
