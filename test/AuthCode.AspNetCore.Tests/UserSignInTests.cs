using System.Net;
using System.Security.Claims;
using AuthCode.Testing;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace AuthCode.AspNetCore.Tests;

/// <summary>The address of a sign-in for code that has no response.</summary>
internal sealed class UserSignInTests
{
    private const string Claims = """{"access_token":{"acrs":{"essential":true,"value":"c1"}}}""";

    [Test]
    public async Task The_user_signs_in_with_the_scopes_and_claims_of_the_failure_and_comes_back()
    {
        using FakeAad aad = App.StartAad();
        await using App app = await StartAsync(aad);
        using Browser browser = app.NewBrowser();
        await browser.GoAsync("/signin?to=/");

        Reply page = await browser.GoAsync((await browser.StepAsync("/address?to=/me")).Body);

        FakeAadRequest request = aad.Requests.Last(static request => request.Path.EndsWith("/authorize", StringComparison.Ordinal));
        Assert.That((page.Body, request.Form.GetValueOrDefault("claims"), request.Form.GetValueOrDefault("login_hint")), Is.EqualTo((aad.Options.User.Name, Claims, aad.Options.User.PreferredUsername)));
        Assert.That(request.Scopes, Does.Contain(App.Vault));
    }

    [Test]
    public async Task A_user_who_has_come_back_is_not_sent_away_for_the_same_reason_again()
    {
        using FakeAad aad = App.StartAad();
        await using App app = await StartAsync(aad);
        using Browser browser = app.NewBrowser();
        await browser.GoAsync("/signin?to=/");
        await browser.GoAsync((await browser.StepAsync("/address?to=/me")).Body);
        int visits = browser.Visits;

        Reply page = await browser.GoAsync((await browser.StepAsync("/address?to=/me")).Body);

        Assert.That((page.Status, browser.Visits), Is.EqualTo((HttpStatusCode.Forbidden, visits)));
        Assert.That(page.Body, Does.Contain("could not be satisfied").And.Contain("href=\"/me\""));
    }

    [Test]
    public async Task A_return_address_of_another_host_is_refused()
    {
        using FakeAad aad = App.StartAad();
        await using App app = await StartAsync(aad);
        using Browser browser = app.NewBrowser();
        string address = (await browser.StepAsync("/address?to=https://attacker.example/")).Body;

        Assert.That(async () => await browser.GoAsync(address), Throws.InvalidOperationException.With.Message.Contains("not an address of this application"));
    }

    [Test]
    public async Task The_address_is_below_the_path_of_the_application()
    {
        using FakeAad aad = App.StartAad();
        await using App app = await StartAsync(aad, static settings => settings.PathBase = "/app");
        using Browser browser = app.NewBrowser();

        string address = (await browser.StepAsync("/app/address?to=https://localhost/app/me")).Body;
        Reply page = await browser.GoAsync(address);

        Assert.That(address, Does.StartWith("/app/signin-oidc?start="));
        Assert.That((page.Body, browser.Address.AbsolutePath), Is.EqualTo((aad.Options.User.Name, "/app/me")));
    }

    [Test]
    public async Task Without_a_user_the_scheme_must_be_the_default_of_challenges()
    {
        using FakeAad aad = App.StartAad();
        await using App app = await StartAsync(aad, static settings => settings.Services = static services =>
            services.Configure<AuthenticationOptions>(static options => options.DefaultChallengeScheme = "Cookies"));
        using Browser browser = app.NewBrowser();

        Assert.That(async () => await browser.StepAsync("/address?to=/me"), Throws.InvalidOperationException.With.Message.Contains("DefaultChallengeScheme"));
    }

    [Test]
    public async Task A_circuit_whose_session_a_sign_in_in_another_tab_has_replaced_is_loaded_again()
    {
        using FakeAad aad = App.StartAad();
        ClaimsPrincipal user = new();
        await using App app = await StartAsync(aad, settings =>
        {
            settings.Options = static options => options.Scopes.Add(App.Vault);
            settings.Services = static services =>
            {
                TestCircuit.AddServices(services);
                services.AddScoped<NavigationManager, TestNavigation>();
            };
            settings.Map = app => app.MapGet("/note", (HttpContext context) => { user = context.User; }).RequireAuthorization();
        });
        using Browser browser = app.NewBrowser();
        await browser.GoAsync("/note");
        await using TestCircuit first = await TestCircuit.OpenAsync(app, user), second = await TestCircuit.OpenAsync(app, user);
        await second.RunAsync(TokenAsync);
        await browser.GoAsync(await first.RunAsync(static async services =>
        {
            await TokenAsync(services);
            return services.GetRequiredService<UserSignIn>().AddressFor(new AuthenticationFailedException("No consent.") { IsSignInRequired = true, Scopes = [App.Vault] }, "/me");
        }));
        int signIns = SignIns(aad);
        AuthenticationFailedException failure = Assert.ThrowsAsync<AuthenticationFailedException>(() => second.RunAsync(TokenAsync))!;
        string address = await second.RunAsync(services => Task.FromResult(services.GetRequiredService<UserSignIn>().AddressFor(failure, "/me")));

        Reply page = await browser.GoAsync(address);

        Assert.That((page.Status, page.Body, SignIns(aad)), Is.EqualTo((HttpStatusCode.OK, aad.Options.User.Name, signIns)));
        Assert.That(signIns, Is.EqualTo(2), "the first one, and that of the consent");

        static async Task<string> TokenAsync(IServiceProvider services) =>
            (await services.GetRequiredService<UserCredential>().GetTokenAsync(new([App.Vault]), CancellationToken.None)).Token;

        static int SignIns(FakeAad aad) => aad.TokenRequests.Count(static request => request.GrantType == "authorization_code");
    }

    [Test]
    public async Task In_a_request_the_scheme_is_the_one_that_signed_the_user_in()
    {
        using FakeAad staff = App.StartAad(), partners = App.StartAad();
        IConfigurationSection section = new ConfigurationBuilder().AddInMemoryCollection(App.Section("Partners", partners)).Build().GetSection("Partners");
        await using App app = await StartAsync(staff, settings => settings.Services = services => services.AddAuthentication().AddAuthCode("Partners", section, static options =>
        {
            options.CallbackPath = "/signin-partners";
            options.SignedOutCallbackPath = "/signout-callback-partners";
        }));
        using Browser browser = app.NewBrowser();
        await browser.GoAsync("/partners");

        string address = (await browser.StepAsync("/address?to=/me")).Body;

        Assert.That(address, Does.StartWith("/signin-partners?start="));
    }

    private static Task<App> StartAsync(FakeAad aad, Action<AppSettings>? configure = null) => App.StartAsync(aad, settings =>
    {
        configure?.Invoke(settings);
        Action<WebApplication>? map = settings.Map;
        settings.Map = app =>
        {
            map?.Invoke(app);
            app.MapGet("/partners", static () => Results.Challenge(new AuthenticationProperties { RedirectUri = "/" }, ["Partners"]));
            app.MapGet("/address", static (UserSignIn signIn, string to) => signIn.AddressFor(
            new AuthenticationFailedException("Another factor.", innerException: null, new TokenErrorResponse(HttpStatusCode.Unauthorized) { Claims = Claims }) { Scopes = [App.Vault] }, to));
        };
    });

    private sealed class TestNavigation : NavigationManager
    {
        public TestNavigation() => Initialize("https://localhost/", "https://localhost/");
    }
}
