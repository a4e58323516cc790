using System.Net;
using AuthCode.Redis.Tests;
using AuthCode.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;

namespace AuthCode.Peers.Web;

/// <summary>Rows of docs/comparison.md in which the libraries differ.</summary>
internal sealed class FeatureTests
{
    private const string Mfa = """{"access_token":{"acrs":{"essential":true,"value":"c1"}}}""";

    private static readonly Dictionary<string, Func<WebApplicationBuilder, WebApplication>> Applications = new()
    {
        [nameof(WithAuthCode)] = WithAuthCode.Build,
        [nameof(WithIdentityWeb)] = WithIdentityWeb.Build,
        [nameof(WithOpenIddict)] = WithOpenIddict.Build,
        [nameof(WithOpenIdConnect)] = WithOpenIdConnect.Build,
    };

    [TestCase(nameof(WithAuthCode), "invoices.example")]
    [TestCase(nameof(WithIdentityWeb), "MicrosoftIdentityAuthenticationException")]
    [TestCase(nameof(WithOpenIddict), "ProtocolException")]
    [TestCase(nameof(WithOpenIdConnect), "invoices.example")]
    public async Task Step_up_if_the_server_refuses_a_token_with_interaction_required_and_claims(string name, string outcome)
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        using FakeAad aad = Wiring.StartAad();
        aad.Options.ConsentedScopes.Clear();
        await using WebApplication app = Applications[name](Wiring.NewBuilder(aad, redis, new Internet(aad), new EphemeralDataProtectionProvider()));
        await app.StartAsync();
        using HttpClient browser = Wiring.BrowserOf(app, new CookieContainer());
        await Wiring.VisitAsync(aad, browser, "/orders");
        aad.RequireClaims("api://invoices", Mfa);

        Assert.That(await OutcomeAsync(() => Wiring.VisitAsync(aad, browser, "/invoices")), Is.EqualTo(outcome));
    }

    [TestCase(nameof(WithAuthCode), HttpStatusCode.Redirect)]
    [TestCase(nameof(WithIdentityWeb), HttpStatusCode.OK)]
    [TestCase(nameof(WithOpenIddict), HttpStatusCode.Redirect)]
    [TestCase(nameof(WithOpenIdConnect), HttpStatusCode.Redirect)]
    public async Task A_copy_of_the_cookie_after_the_sign_out(string name, HttpStatusCode page)
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        using FakeAad aad = Wiring.StartAad();
        await using WebApplication app = Applications[name](Wiring.NewBuilder(aad, redis, new Internet(aad), new EphemeralDataProtectionProvider()));
        app.MapGet("/me", static () => "me").RequireAuthorization();
        await app.StartAsync();
        CookieContainer cookies = new(), copy = new();
        using HttpClient browser = Wiring.BrowserOf(app, cookies), other = Wiring.BrowserOf(app, copy);
        await Wiring.VisitAsync(aad, browser, "/orders");
        copy.Add(cookies.GetAllCookies());

        using HttpResponseMessage signOut = await browser.PostAsync(new Uri("/signout", UriKind.Relative), content: null);
        using HttpResponseMessage response = await other.GetAsync(new Uri("/me", UriKind.Relative));

        Assert.That(response.StatusCode, Is.EqualTo(page));
    }

    private static async Task<string> OutcomeAsync(Func<Task<string>> visit)
    {
        try
        {
            return await visit();
        }
        catch (Exception e)
        {
            return e.GetType().Name;
        }
    }
}
