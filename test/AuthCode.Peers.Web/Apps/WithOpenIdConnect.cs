using System.Text.Json;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace AuthCode.Peers.Web;

/// <summary>The application of docs/comparison.md with AddOpenIdConnect, and the rest by hand.</summary>
internal static class WithOpenIdConnect
{
    internal static WebApplication Build(WebApplicationBuilder builder)
    {
        #region code
        builder.Services.AddAuthorization();
        builder.Services.AddStackExchangeRedisCache(options => options.Configuration = builder.Configuration.GetConnectionString("Redis"));
        builder.Services.AddSingleton<TicketStore>().AddHttpClient("api");
        builder.Services.AddSingleton(TimeProvider.System).AddSingleton<OpenIdConnectApiCalls>();
        builder.Services.AddOptions<CookieAuthenticationOptions>(CookieAuthenticationDefaults.AuthenticationScheme).Configure<TicketStore>((options, store) => options.SessionStore = store);
        builder.Services.AddAuthentication(options =>
            {
                options.DefaultScheme = CookieAuthenticationDefaults.AuthenticationScheme;
                options.DefaultChallengeScheme = OpenIdConnectDefaults.AuthenticationScheme;
            })
            .AddCookie()
            .AddOpenIdConnect(options =>
            {
                builder.Configuration.Bind("OpenIdConnect", options);
                options.ResponseType = OpenIdConnectResponseType.Code;
                options.MapInboundClaims = false;
                options.SaveTokens = true;
                options.Scope.Add("offline_access");
                options.Scope.Add("api://orders/read");
                options.Events.OnRedirectToIdentityProvider = context =>
                {
                    context.ProtocolMessage.SetParameter("claims", context.Properties.GetParameter<string>("claims"));
                    return Task.CompletedTask;
                };
            });

        WebApplication app = builder.Build();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapGet("/", () => "Welcome.");
        app.MapGet("/orders", (HttpContext context, OpenIdConnectApiCalls apis) => apis.GetAsync(context, "https://orders.example/", "api://orders/read")).RequireAuthorization();
        app.MapGet("/invoices", (HttpContext context, OpenIdConnectApiCalls apis) => apis.GetAsync(context, "https://invoices.example/", "api://invoices/read")).RequireAuthorization();
        app.MapPost("/signout", () => Results.SignOut(new() { RedirectUri = "/" }, [CookieAuthenticationDefaults.AuthenticationScheme, OpenIdConnectDefaults.AuthenticationScheme]));
        #endregion
        return app;
    }
}

#region code
internal sealed class OpenIdConnectApiCalls(IHttpClientFactory http, TimeProvider time, IOptionsMonitor<OpenIdConnectOptions> monitor) : ApiCalls(http, time)
{
    protected override async Task<Refreshed> RefreshAsync(string refreshToken, string scope, CancellationToken cancellationToken)
    {
        OpenIdConnectOptions options = monitor.Get(OpenIdConnectDefaults.AuthenticationScheme);
        OpenIdConnectConfiguration server = await options.ConfigurationManager!.GetConfigurationAsync(cancellationToken);
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "refresh_token",
            ["refresh_token"] = refreshToken,
            ["client_id"] = options.ClientId!,
            ["client_secret"] = options.ClientSecret!,
            ["scope"] = $"{scope} offline_access",
        });
        using HttpResponseMessage response = await options.Backchannel.PostAsync(server.TokenEndpoint, form, cancellationToken);
        using JsonDocument body = JsonDocument.Parse(await response.Content.ReadAsStringAsync(cancellationToken));
        string? Member(string name) => body.RootElement.TryGetProperty(name, out JsonElement member) ? member.GetString() : null;
        return response.IsSuccessStatusCode ? new Refreshed(Member("access_token"), Member("refresh_token"), body.RootElement.GetProperty("expires_in").GetInt32(), Claims: null)
            : Member("error") is "invalid_grant" or "interaction_required" or "consent_required" or "login_required" ? new Refreshed(null, null, 0, Member("claims"))
            : throw new HttpRequestException($"The token request failed: {Member("error")}.");
    }

    protected override IResult Challenge(string scope, string? claims)
    {
        var properties = new OpenIdConnectChallengeProperties { Scope = ["openid", "profile", "offline_access", scope] };
        properties.SetParameter("claims", claims);
        return Results.Challenge(properties, [OpenIdConnectDefaults.AuthenticationScheme]);
    }
}
#endregion
