using System.Net;
using AuthCode.Redis.Tests;
using AuthCode.Testing;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;

namespace AuthCode.Peers.Web;

/// <summary>What becomes of users who are signed in when an application moves to AuthCode, with the same key ring of Data Protection.</summary>
internal sealed class MoveTests
{
    [TestCase(nameof(WithIdentityWeb), null, HttpStatusCode.OK, TestName = "Microsoft.Identity.Web: its cookie goes on, without a session")]
    [TestCase(nameof(WithIdentityWeb), "shop", HttpStatusCode.Redirect, TestName = "Microsoft.Identity.Web, and another name of the cookie")]
    [TestCase(nameof(WithOpenIdConnect), "shop", HttpStatusCode.Redirect, TestName = "AddOpenIdConnect with tickets in a store, and another name of the cookie")]
    public async Task They_sign_in_when_a_page_needs_a_token(string from, string? cookieName, HttpStatusCode pageWithoutToken)
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        using FakeAad aad = Wiring.StartAad();
        await using Move move = await Move.StartAsync(aad, redis, from, cookieName);

        HttpStatusCode page = await move.StatusAfterAsync("/me");
        int visits = Wiring.Visits(aad);
        string orders = await Wiring.VisitAsync(aad, move.After, "/orders");
        string again = await Wiring.VisitAsync(aad, move.After, "/orders");

        Assert.That((page, visits, orders, again, Wiring.Visits(aad)), Is.EqualTo((pageWithoutToken, 1, "orders.example", "orders.example", 2)));
    }

    // ASP.NET Core alone takes a cookie without its ticket for a user without an identity, whom it forbids the page instead of asking for a sign-in.
    [Test]
    public async Task A_cookie_whose_ticket_was_in_a_store_is_no_user_although_it_keeps_its_name()
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        using FakeAad aad = Wiring.StartAad();
        await using Move move = await Move.StartAsync(aad, redis, nameof(WithOpenIdConnect), cookieName: null);

        Assert.That(await move.StatusAfterAsync("/me"), Is.EqualTo(HttpStatusCode.Found));
    }

    /// <summary>The application before and after, and a user who has signed in before.</summary>
    private sealed class Move(WebApplication before, WebApplication after, HttpClient browser) : IAsyncDisposable
    {
        /// <summary>The browser, at the application after the move.</summary>
        internal HttpClient After => browser;

        internal static async Task<Move> StartAsync(FakeAad aad, RedisServer redis, string from, string? cookieName)
        {
            var internet = new Internet(aad);
            var protection = new EphemeralDataProtectionProvider();
            WebApplicationBuilder old = Wiring.NewBuilder(aad, redis, internet, protection), moved = Wiring.NewBuilder(aad, redis, internet, protection);
            if (cookieName is not null)
            {
                moved.Services.Configure<CookieAuthenticationOptions>(CookieAuthenticationDefaults.AuthenticationScheme, options => options.Cookie.Name = cookieName);
            }

            WebApplication before = from == nameof(WithIdentityWeb) ? WithIdentityWeb.Build(old) : WithOpenIdConnect.Build(old);
            WebApplication after = WithAuthCode.Build(moved);
            after.MapGet("/me", static () => "me").RequireAuthorization();
            await before.StartAsync();
            await after.StartAsync();
            var cookies = new CookieContainer();
            using HttpClient browser = Wiring.BrowserOf(before, cookies);
            await Wiring.VisitAsync(aad, browser, "/orders");
            return new Move(before, after, Wiring.BrowserOf(after, cookies));
        }

        internal async Task<HttpStatusCode> StatusAfterAsync(string path)
        {
            using HttpResponseMessage response = await browser.GetAsync(new Uri(path, UriKind.Relative));
            return response.StatusCode;
        }

        public async ValueTask DisposeAsync()
        {
            browser.Dispose();
            await before.DisposeAsync();
            await after.DisposeAsync();
        }
    }
}
