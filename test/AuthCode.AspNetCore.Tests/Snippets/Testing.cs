using System.Net;
using AuthCode.Testing;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;

namespace AuthCode.AspNetCore.Tests.Snippets;

/// <summary>The tests of docs/testing.md.</summary>
internal sealed class Testing
{
    [Test]
    public async Task A_user_signs_in_and_calls_an_endpoint()
    {
        using FakeAad aad = FakeAad.Start(static options => options.RedirectUris = [new("https://localhost/signin-oidc")]);
        await using var service = new WebApplicationFactory<Program>().WithWebHostBuilder(host => host
            .UseSetting("AzureAd:Instance", aad.AuthorityHost.AbsoluteUri)
            .UseSetting("AzureAd:TenantId", aad.TenantId)
            .UseSetting("AzureAd:ClientId", aad.ClientId)
            .UseSetting("AzureAd:ClientSecret", aad.ClientSecret));
        using HttpClient browser = service.CreateClient(new() { BaseAddress = new("https://localhost"), AllowAutoRedirect = false });

        using HttpResponseMessage page = await aad.SignInAsync(browser, "/me");

        Assert.That(page.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await browser.GetStringAsync("/me"), Is.EqualTo("Ada Lovelace"));
    }

    [Test]
    public async Task A_user_stays_signed_in_while_the_store_is_down()
    {
        var store = new FaultySessionStore();
        using FakeAad aad = FakeAad.Start(static options => options.RedirectUris = [new("https://localhost/signin-oidc")]);
        await using WebApplicationFactory<Program> service = ServiceOf(aad).WithWebHostBuilder(host => host.ConfigureTestServices(services =>
            new AuthCodeBuilder(AuthCodeDefaults.AuthenticationScheme, services).UseSessionStore(_ => store)));
        using HttpClient browser = service.CreateClient(new() { BaseAddress = new("https://localhost"), AllowAutoRedirect = false });
        (await aad.SignInAsync(browser, "/me")).Dispose();

        store.IsDown = true;

        Assert.That(await browser.GetStringAsync("/me"), Is.EqualTo("Ada Lovelace"));
    }

    [Test]
    public async Task A_sign_out_at_the_server_ends_the_session()
    {
        using FakeAad aad = FakeAad.Start(static options => options.RedirectUris = [new("https://localhost/signin-oidc")]);
        await using WebApplicationFactory<Program> service = ServiceOf(aad);
        using HttpClient browser = service.CreateClient(new() { BaseAddress = new("https://localhost"), AllowAutoRedirect = false });
        (await aad.SignInAsync(browser, "/me")).Dispose();

        using var logout = new FormUrlEncodedContent([new("logout_token", aad.CreateLogoutToken())]);
        using HttpResponseMessage confirmed = await browser.PostAsync("/signout-backchannel", logout);
        using HttpResponseMessage page = await browser.GetAsync("/me");

        Assert.That((confirmed.StatusCode, page.StatusCode), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.Redirect)));
    }

    internal static WebApplicationFactory<Program> ServiceOf(FakeAad aad) => new WebApplicationFactory<Program>().WithWebHostBuilder(host => host
        .UseSetting("AzureAd:Instance", aad.AuthorityHost.AbsoluteUri)
        .UseSetting("AzureAd:TenantId", aad.TenantId)
        .UseSetting("AzureAd:ClientId", aad.ClientId)
        .UseSetting("AzureAd:ClientSecret", aad.ClientSecret));
}
