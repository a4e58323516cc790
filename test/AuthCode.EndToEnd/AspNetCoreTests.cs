using System.Collections.Concurrent;
using System.Net;
using AuthCode.EndToEnd.Snippets;
using AuthCode.Farm.Parts;
using AuthCode.Testing;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AuthCode.EndToEnd;

/// <summary>The sign-in of the README in a real ASP.NET Core service.</summary>
internal sealed class AspNetCoreTests
{
    [Test]
    public async Task The_sign_in_of_the_README_signs_a_user_in()
    {
        // The callback must arrive at the redirect URI, port and all.
        var redirectUri = new Uri($"http://127.0.0.1:{FreePort.Next()}/signin-oidc");
        using FakeAad aad = FakeAad.Start(options => options.RedirectUris = [redirectUri]);
        var users = new ConcurrentDictionary<string, SignedInUser>();
        await using WebApplication app = await StartAsync(aad, users, redirectUri);
        using var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });

        using HttpResponseMessage start = await browser.GetAsync(new Uri(app.Urls.Single() + "/signin"));
        using HttpResponseMessage consent = await browser.GetAsync(start.Headers.Location);
        using var callback = new HttpRequestMessage(HttpMethod.Get, app.Urls.Single() + consent.Headers.Location!.PathAndQuery);
        callback.Headers.Add("Cookie", start.Headers.GetValues("Set-Cookie").Single().Split(';')[0]);
        using HttpResponseMessage end = await browser.SendAsync(callback);

        Assert.Multiple(() =>
        {
            Assert.That((end.StatusCode, end.Headers.Location?.OriginalString), Is.EqualTo((HttpStatusCode.Redirect, "/")));
            Assert.That(users.Values.Single().Principal.Identity!.Name, Is.EqualTo(aad.Options.User.Name));
            Assert.That(end.Headers.GetValues("Set-Cookie").Any(static cookie => cookie.StartsWith(".AspNetCore.Cookies=", StringComparison.Ordinal)), Is.True);
        });
    }

    private static async Task<WebApplication> StartAsync(FakeAad aad, ConcurrentDictionary<string, SignedInUser> users, Uri redirectUri)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(redirectUri.GetLeftPart(UriPartial.Authority));
        builder.Services.AddDataProtection().UseEphemeralDataProtectionProvider();
        builder.Services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie();
        WebApplication app = builder.Build();
        var client = new AuthorizationCodeClient(aad.TenantId, aad.ClientId, new AuthorizationCodeClientOptions
        {
            AuthorityHost = aad.AuthorityHost,
            ClientAuthentication = ClientAuthentication.Secret(aad.ClientSecret!),
        });
        AspNetCore.Map(app, client, redirectUri, app.Services.GetRequiredService<IDataProtectionProvider>().CreateProtector("sign-in"), users);
        await app.StartAsync();
        return app;
    }
}
