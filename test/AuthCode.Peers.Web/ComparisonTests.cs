using System.Net;
using AuthCode.Redis.Tests;
using AuthCode.Testing;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Mvc.Testing.Handlers;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http;
using Microsoft.Identity.Web;

namespace AuthCode.Peers.Web;

/// <summary>The four applications of docs/comparison.md do the same.</summary>
internal sealed class ComparisonTests
{
    private const string Mfa = """{"access_token":{"acrs":{"essential":true,"value":"c1"}}}""";

    private static readonly Uri Origin = new("https://localhost/");

    private static IEnumerable<TestCaseData<Func<WebApplicationBuilder, WebApplication>>> Applications() =>
    [
        new(WithAuthCode.Build) { TestName = "AuthCode" },
        new(WithIdentityWeb.Build) { TestName = "Microsoft.Identity.Web" },
        new(WithOpenIddict.Build) { TestName = "OpenIddict.Client" },
        new(WithOpenIdConnect.Build) { TestName = "AddOpenIdConnect" },
    ];

    [TestCaseSource(nameof(Applications))]
    public async Task An_application_signs_in_calls_two_APIs_steps_up_and_signs_out(Func<WebApplicationBuilder, WebApplication> build)
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        using FakeAad aad = FakeAad.Start(static options =>
        {
            options.UseHttps = true;
            options.RedirectUris = [new Uri(Origin, "signin-oidc"), new Uri(Origin, "signout-callback-oidc")];
            options.ConsentedScopes["api://invoices"] = [];
        });
        var internet = new Internet(aad);
        await using WebApplication app = build(NewBuilder(aad, redis, internet));
        await app.StartAsync();
        using var browser = new HttpClient(new CookieContainerHandler { InnerHandler = app.GetTestServer().CreateHandler() }) { BaseAddress = Origin };

        string orders = await VisitAsync(aad, browser, "/orders");
        int afterSignIn = Visits(aad);
        string invoices = await VisitAsync(aad, browser, "/invoices");
        await VisitAsync(aad, browser, "/orders");
        int afterConsent = Visits(aad);
        internet.RequireClaims(Mfa);
        string ordersAgain = await VisitAsync(aad, browser, "/orders");
        int afterStepUp = Visits(aad);
        int stored = redis.Keys().Length;
        using HttpResponseMessage signOut = await browser.PostAsync(new Uri("/signout", UriKind.Relative), content: null);
        using HttpResponseMessage after = await browser.GetAsync(new Uri("/orders", UriKind.Relative));

        Assert.Multiple(() =>
        {
            Assert.That((orders, invoices, ordersAgain), Is.EqualTo(("orders.example", "invoices.example", "orders.example")));
            Assert.That((afterSignIn, afterConsent, afterStepUp), Is.EqualTo((1, 2, 3)), "visits to the authorization server");
            Assert.That(stored, Is.Positive, "what Redis keeps");
            Assert.That((signOut.StatusCode, signOut.Headers.Location?.AbsolutePath), Is.EqualTo((HttpStatusCode.Redirect, $"/{aad.TenantId}/oauth2/v2.0/logout")));
            Assert.That(after.StatusCode, Is.EqualTo(HttpStatusCode.Redirect), "to a sign-in");
        });
    }

    private static async Task<string> VisitAsync(FakeAad aad, HttpClient browser, string path)
    {
        using HttpResponseMessage page = await aad.SignInAsync(browser, path);
        return await page.Content.ReadAsStringAsync();
    }

    private static int Visits(FakeAad aad) => aad.Requests.Count(static request => request.Path.EndsWith("/authorize", StringComparison.Ordinal));

    private static WebApplicationBuilder NewBuilder(FakeAad aad, RedisServer redis, Internet internet)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = typeof(ComparisonTests).Assembly.GetName().Name });
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
        builder.Services.AddRouting().AddLogging();
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
