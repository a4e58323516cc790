using AuthCode.Testing;
using AuthCode.Tests.Scenarios.Farm;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace AuthCode.AspNetCore.Tests;

/// <summary>A second scheme that keeps its claims with the session too, and has a cookie of its own.</summary>
internal static class TwoStoredSchemes
{
    internal const string Scheme = "Partners";
    internal const string Cookie = "PartnerCookies";

    internal static void Add(AppSettings settings, FakeAad aad)
    {
        Action<IServiceCollection>? before = settings.Services;
        settings.Services = services =>
        {
            before?.Invoke(services);
            services.AddAuthentication().AddCookie(Cookie).AddAuthCode(Scheme, new ConfigurationBuilder().AddInMemoryCollection(App.Section("P", aad)).Build().GetSection("P"), static options =>
            {
                (options.CallbackPath, options.SignedOutCallbackPath) = ("/signin-partners", "/signout-partners");
                (options.SignInScheme, options.TicketInStore) = (Cookie, true);
            });
            new AuthCodeBuilder(Scheme, services).UseSessionStore<MemoryStore>();
            services.ConfigureAll<CookieAuthenticationOptions>(static options => options.ExpireTimeSpan = TimeSpan.FromMinutes(10));
        };
        Action<WebApplication>? map = settings.Map;
        settings.Map = app =>
        {
            map?.Invoke(app);
            app.MapGet("/partners", static () => Results.Challenge(new AuthenticationProperties { RedirectUri = "/" }, [Scheme]));
        };
    }
}
