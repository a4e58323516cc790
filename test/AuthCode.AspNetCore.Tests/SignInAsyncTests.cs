using System.Net;
using AuthCode.Testing;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;

namespace AuthCode.AspNetCore.Tests;

/// <summary>A sign-in of a test in one call, at a service that WebApplicationFactory starts.</summary>
internal sealed class SignInAsyncTests
{
    private static readonly Uri Origin = new("https://localhost");

    [Test]
    public async Task It_passes_redirects_forms_and_the_sign_in_page([Values] bool isForm, [Values] bool showsPage, [Values] bool followsRedirects)
    {
        using FakeAad aad = Start();
        aad.Options.ShowSignInPage = showsPage;
        await using WebApplicationFactory<Program> service = Snippets.Testing.ServiceOf(aad).WithWebHostBuilder(host => host.ConfigureTestServices(services =>
            services.Configure<AuthCodeOptions>(AuthCodeDefaults.AuthenticationScheme, options => options.ResponseMode = isForm ? AuthorizationResponseMode.FormPost : AuthorizationResponseMode.Query)));
        using HttpClient browser = service.CreateClient(new() { BaseAddress = Origin, AllowAutoRedirect = followsRedirects });

        using HttpResponseMessage page = await aad.SignInAsync(browser, "/signin");

        Assert.That((page.StatusCode, await browser.GetStringAsync("/me")), Is.EqualTo((HttpStatusCode.OK, "Ada Lovelace")));
    }

    [Test]
    public async Task It_reaches_a_fake_over_https()
    {
        using FakeAad aad = FakeAad.Start(static options =>
        {
            options.RedirectUris = [new("https://localhost/signin-oidc")];
            options.UseHttps = true;
        });
        await using WebApplicationFactory<Program> service = Snippets.Testing.ServiceOf(aad).WithWebHostBuilder(host => host.ConfigureTestServices(services =>
            services.AddHttpClient(AuthCodeDefaults.AuthenticationScheme).ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                SslOptions = { RemoteCertificateValidationCallback = (_, sent, _, _) => sent?.GetCertHashString() == aad.Certificate!.GetCertHashString() },
            })));
        using HttpClient browser = service.CreateClient(new() { BaseAddress = Origin, AllowAutoRedirect = false });

        using HttpResponseMessage page = await aad.SignInAsync(browser, "/me");

        Assert.That(page.StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task A_page_without_a_sign_in_is_returned()
    {
        using FakeAad aad = Start();
        await using WebApplicationFactory<Program> service = Snippets.Testing.ServiceOf(aad);
        using HttpClient browser = service.CreateClient(new() { BaseAddress = Origin, AllowAutoRedirect = false });

        using HttpResponseMessage page = await aad.SignInAsync(browser, "/absent");

        Assert.That((page.StatusCode, aad.Requests.Count), Is.EqualTo((HttpStatusCode.NotFound, 0)));
    }

    [Test]
    public async Task A_user_who_declines_gets_the_page_of_the_service()
    {
        using FakeAad aad = Start();
        aad.Options.AuthorizeError = "access_denied";
        await using WebApplicationFactory<Program> service = Snippets.Testing.ServiceOf(aad);
        using HttpClient browser = service.CreateClient(new() { BaseAddress = Origin, AllowAutoRedirect = false });

        using HttpResponseMessage page = await aad.SignInAsync(browser, "/me");

        Assert.That(page.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
    }

    [Test]
    public async Task A_redirect_URI_that_is_not_registered_is_named()
    {
        using FakeAad aad = FakeAad.Start();
        await using WebApplicationFactory<Program> service = Snippets.Testing.ServiceOf(aad);
        using HttpClient browser = service.CreateClient(new() { BaseAddress = Origin, AllowAutoRedirect = false });

        Assert.That(async () => await aad.SignInAsync(browser, "/me"), Throws.InvalidOperationException.With.Message.Contains("AADSTS50011"));
    }

    [TestCase("http://localhost")]
    [TestCase(null)]
    public void A_client_without_https_is_refused(string? address)
    {
        using FakeAad aad = Start();
        using var browser = new HttpClient { BaseAddress = address is null ? null : new Uri(address) };

        Assert.That(async () => await aad.SignInAsync(browser, "/me"), Throws.ArgumentException.With.Message.Contains("BaseAddress").And.Property("ParamName").EqualTo("browser"));
    }

    [Test]
    public async Task A_client_that_keeps_no_cookies_is_not_signed_in()
    {
        using FakeAad aad = Start();
        await using WebApplicationFactory<Program> service = Snippets.Testing.ServiceOf(aad);
        using HttpClient browser = service.CreateClient(new() { BaseAddress = Origin, AllowAutoRedirect = false, HandleCookies = false });

        using HttpResponseMessage page = await aad.SignInAsync(browser, "/me");

        Assert.That(page.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
    }

    private static FakeAad Start() => FakeAad.Start(static options => options.RedirectUris = [new("https://localhost/signin-oidc")]);
}
