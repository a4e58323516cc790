using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenIddict.Abstractions;
using OpenIddict.Client;
using OpenIddict.Client.AspNetCore;
using static OpenIddict.Client.AspNetCore.OpenIddictClientAspNetCoreConstants;

namespace AuthCode.Peers.Web;

/// <summary>The application of docs/comparison.md with OpenIddict.Client, and the rest by hand.</summary>
internal static class WithOpenIddict
{
    internal static WebApplication Build(WebApplicationBuilder builder)
    {
        #region code
        builder.Services.AddAuthorization();
        builder.Services.AddStackExchangeRedisCache(options => options.Configuration = builder.Configuration.GetConnectionString("Redis"));
        builder.Services.AddSingleton<TicketStore>().AddHttpClient("api");
        builder.Services.AddSingleton(TimeProvider.System).AddSingleton<OpenIddictApiCalls>();
        builder.Services.AddOptions<CookieAuthenticationOptions>(CookieAuthenticationDefaults.AuthenticationScheme).Configure<TicketStore>((options, store) => options.SessionStore = store);
        builder.Services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie(options => options.LoginPath = "/login");
        builder.Services.AddOpenIddict().AddClient(options =>
        {
            options.AllowAuthorizationCodeFlow().AllowRefreshTokenFlow();
            options.AddEphemeralEncryptionKey().AddEphemeralSigningKey();
            options.DisableTokenStorage();
            options.UseAspNetCore().EnableRedirectionEndpointPassthrough().EnablePostLogoutRedirectionEndpointPassthrough();
            options.UseSystemNetHttp();

            // The metadata of Entra ID does not list the grants.
            options.AddEventHandler<OpenIddictClientEvents.HandleConfigurationResponseContext>(handler => handler.SetOrder(int.MaxValue).UseInlineHandler(context =>
            {
                context.Configuration.GrantTypesSupported.UnionWith(["authorization_code", "refresh_token"]);
                return default;
            }));
            options.AddRegistration(new OpenIddictClientRegistration
            {
                Issuer = new Uri(builder.Configuration["OpenIddict:Issuer"]!),
                ClientId = builder.Configuration["OpenIddict:ClientId"],
                ClientSecret = builder.Configuration["OpenIddict:ClientSecret"],
                RedirectUri = new Uri("signin-oidc", UriKind.Relative),
                PostLogoutRedirectUri = new Uri("signout-callback-oidc", UriKind.Relative),
                Scopes = { "profile", "offline_access" },
            });
        });

        WebApplication app = builder.Build();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapGet("/", () => "Welcome.");
        app.MapGet("/orders", (HttpContext context, OpenIddictApiCalls apis) => apis.GetAsync(context, "https://orders.example/", "api://orders/read")).RequireAuthorization();
        app.MapGet("/invoices", (HttpContext context, OpenIddictApiCalls apis) => apis.GetAsync(context, "https://invoices.example/", "api://invoices/read")).RequireAuthorization();
        app.MapGet("/login", (string? returnUrl) => Results.Challenge(
            new() { RedirectUri = returnUrl is ['/', not ('/' or '\\'), ..] ? returnUrl : "/" }, [OpenIddictClientAspNetCoreDefaults.AuthenticationScheme]));
        app.MapMethods("/signin-oidc", [HttpMethods.Get, HttpMethods.Post], async (HttpContext context) =>
        {
            AuthenticateResult result = await context.AuthenticateAsync(OpenIddictClientAspNetCoreDefaults.AuthenticationScheme);
            var identity = new ClaimsIdentity(result.Principal!.Claims.Where(static claim => claim.Type is "sub" or "name"), "OpenIddict", "name", "roles");
            var properties = new AuthenticationProperties(result.Properties!.Items) { RedirectUri = result.Properties.RedirectUri ?? "/" };
            properties.StoreTokens(result.Properties.GetTokens().Where(static token => token.Name is Tokens.BackchannelIdentityToken or Tokens.RefreshToken));
            return Results.SignIn(new ClaimsPrincipal(identity), properties, CookieAuthenticationDefaults.AuthenticationScheme);
        });
        app.MapGet("/signout-callback-oidc", () => Results.Redirect("/"));
        app.MapPost("/signout", async (HttpContext context) =>
        {
            string? idToken = await context.GetTokenAsync(Tokens.BackchannelIdentityToken);
            await context.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
            return Results.SignOut(new(new Dictionary<string, string?> { [Properties.IdentityTokenHint] = idToken }), [OpenIddictClientAspNetCoreDefaults.AuthenticationScheme]);
        });
        #endregion
        return app;
    }
}

#region code
internal sealed class OpenIddictApiCalls(IHttpClientFactory http, TimeProvider time, OpenIddictClientService client) : ApiCalls(http, time)
{
    protected override async Task<Refreshed> RefreshAsync(string refreshToken, string scope, CancellationToken cancellationToken)
    {
        try
        {
            OpenIddictClientModels.RefreshTokenAuthenticationResult result = await client.AuthenticateWithRefreshTokenAsync(new()
            {
                RefreshToken = refreshToken,
                Scopes = [scope, "offline_access"],
                CancellationToken = cancellationToken,
            });
            return new Refreshed(result.AccessToken, result.RefreshToken, (int)(result.TokenResponse.ExpiresIn ?? 0), Claims: null);
        }
        catch (OpenIddictExceptions.ProtocolException e) when (e.Error is "invalid_grant")
        {
            return new Refreshed(null, null, 0, Claims: null);
        }
    }

    protected override IResult Challenge(string scope, string? claims)
    {
        var properties = new AuthenticationProperties(new Dictionary<string, string?> { [Properties.Scope] = $"profile offline_access {scope}" });
        if (claims is not null)
        {
            properties.SetParameter("claims", claims);
        }

        return Results.Challenge(properties, [OpenIddictClientAspNetCoreDefaults.AuthenticationScheme]);
    }
}
#endregion
