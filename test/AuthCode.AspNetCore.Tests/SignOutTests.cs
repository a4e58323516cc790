using System.Net;
using AuthCode.Testing;
using AuthCode.Tests.Scenarios.Farm;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AuthCode.AspNetCore.Tests;

/// <summary>The sign-out here, at the server, and on all instances.</summary>
internal sealed class SignOutTests
{
    [Test]
    public async Task A_sign_out_goes_by_the_server_and_comes_back_to_the_return_address()
    {
        using FakeAad aad = App.StartAad();
        await using App app = await App.StartAsync(aad);
        using Browser browser = app.NewBrowser();
        await browser.GoAsync("/me");

        Reply start = await browser.StepAsync("/signout?to=" + Uri.EscapeDataString("/?bye=1"));
        Reply end = await browser.GoAsync(start.Location!.AbsoluteUri);

        Assert.That(start.Location.AbsolutePath, Does.EndWith("/oauth2/v2.0/logout"));
        Assert.That((end.Body, browser.Address.Query, browser.AllCookies().Length), Is.EqualTo(("home", "?bye=1", 0)));
    }

    [Test]
    public async Task The_server_is_told_who_signs_out_by_the_session_before_that_ends()
    {
        using FakeAad aad = App.StartAad();
        string? key = null;
        await using App app = await App.StartAsync(aad, settings =>
        {
            settings.Services = static services => RecordingSessions.Add(services);
            settings.Map = app => app.MapGet("/key", (HttpContext context) => { key = context.User.GetSessionKey(); }).RequireAuthorization();
        });
        using Browser browser = app.NewBrowser();
        await browser.GoAsync("/key");

        await browser.StepAsync("/signout?to=/");

        RecordingSessions sessions = RecordingSessions.Of(app);
        Assert.That((sessions.SignOuts, sessions.Ends), Is.EqualTo((new[] { (key, UserSessionStatus.Alive) }, new[] { (nameof(UserSessions.EndAsync), key) })).UsingPropertiesComparer());
    }

    [Test]
    public async Task A_sign_out_ends_the_session_in_the_store()
    {
        using FakeAad aad = App.StartAad();
        var store = new MemoryStore();
        string? key = null;
        await using App app = await App.StartAsync(aad, settings =>
        {
            settings.Store = store;
            settings.Map = app => app.MapGet("/key", (HttpContext context) => { key = context.User.GetSessionKey(); }).RequireAuthorization();
        });
        using Browser browser = app.NewBrowser();
        await browser.GoAsync("/key");

        await browser.StepAsync("/signout?to=/");

        Assert.That(store.Entries.Values.Count(static session => session.IsEnded), Is.EqualTo(2), "the session and the state of its sign-in");
        Assert.That(await app.Sessions.FindAsync(key!), Is.Null);
    }

    [Test]
    public async Task A_sign_out_while_the_store_is_down_deletes_the_cookie()
    {
        using FakeAad aad = App.StartAad();
        var store = new MemoryStore();
        await using App app = await App.StartAsync(aad, settings => settings.Store = store);
        using Browser browser = app.NewBrowser();
        await browser.GoAsync("/me");
        store.IsDown = true;

        Reply end = await browser.GoAsync("/signout?to=/");

        Assert.That((end.Body, browser.AllCookies().Length, (await browser.StepAsync("/me")).Status), Is.EqualTo(("home", 0, HttpStatusCode.Redirect)));
    }

    [TestCase("")]
    [TestCase("?state=forged")]
    [TestCase("?state=a&state=b")]
    public async Task A_return_without_a_sign_out_leads_to_the_first_page(string query)
    {
        using FakeAad aad = App.StartAad();
        await using App app = await App.StartAsync(aad);
        using Browser browser = app.NewBrowser();

        Reply page = await browser.GoAsync("/signout-callback-oidc" + query);

        Assert.That((page.Body, browser.Address), Is.EqualTo(("home", Browser.Origin)));
    }
}
