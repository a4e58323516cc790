using System.Net;
using AuthCode.Redis.Tests;
using AuthCode.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;

namespace AuthCode.Peers.Web;

/// <summary>The four applications of docs/comparison.md do the same.</summary>
internal sealed class ComparisonTests
{
    private const string Mfa = """{"access_token":{"acrs":{"essential":true,"value":"c1"}}}""";

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
        using FakeAad aad = Wiring.StartAad();
        var internet = new Internet(aad);
        await using WebApplication app = build(Wiring.NewBuilder(aad, redis, internet, new EphemeralDataProtectionProvider()));
        await app.StartAsync();
        using HttpClient browser = Wiring.BrowserOf(app, new CookieContainer());

        string orders = await Wiring.VisitAsync(aad, browser, "/orders");
        int afterSignIn = Wiring.Visits(aad);
        string invoices = await Wiring.VisitAsync(aad, browser, "/invoices");
        await Wiring.VisitAsync(aad, browser, "/orders");
        int afterConsent = Wiring.Visits(aad);
        internet.RequireClaims(Mfa);
        string ordersAgain = await Wiring.VisitAsync(aad, browser, "/orders");
        int afterStepUp = Wiring.Visits(aad);
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
}
