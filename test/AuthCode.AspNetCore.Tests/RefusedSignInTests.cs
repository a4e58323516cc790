using System.Net;
using System.Text.Json;
using AuthCode.Testing;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AuthCode.AspNetCore.Tests;

/// <summary>What goes wrong at a sign-in, and what is refused at the start.</summary>
internal sealed class RefusedSignInTests
{
    [TestCase("/signin-oidc")]
    [TestCase("/signin-oidc?code=a&state=b")]
    [TestCase("/signin-oidc?error=access_denied&state=%3Cscript%3E")]
    [TestCase("/signin-oidc?state=a&state=b&code=c")]
    [TestCase("/signin-oidc?start=anything")]
    public async Task A_response_without_a_sign_in_gets_a_page_that_says_so(string address)
    {
        using FakeAad aad = App.StartAad();
        await using App app = await App.StartAsync(aad);
        using Browser browser = app.NewBrowser();

        Reply page = await browser.StepAsync(address);

        Assert.That((page.Status, page.MediaType, page.Body.Contains("<h1>This ", StringComparison.Ordinal), page.Body.Contains("<script", StringComparison.Ordinal), aad.TokenRequests.Count),
            Is.EqualTo((HttpStatusCode.BadRequest, "text/html", true, false, 0)));
    }

    [Test]
    public async Task A_response_in_another_browser_gets_a_page_and_sends_nothing()
    {
        using FakeAad aad = App.StartAad();
        await using App app = await App.StartAsync(aad);
        using Browser victim = app.NewBrowser(), attacker = app.NewBrowser();
        Reply challenge = await attacker.StepAsync("/me");
        Reply response = await attacker.StepAsync(challenge.Location!.AbsoluteUri);

        Reply page = await victim.StepAsync(response.Location!.AbsoluteUri);

        Assert.That((page.Status, aad.TokenRequests.Count, victim.AllCookies().Length), Is.EqualTo((HttpStatusCode.BadRequest, 0, 0)));
    }

    [Test]
    public async Task A_cookie_that_another_instance_has_encrypted_with_other_keys_is_told_in_the_log_with_the_remedy()
    {
        using FakeAad aad = App.StartAad();
        var log = new RecordingProvider();
        await using App one = await App.StartAsync(aad);
        await using App two = await App.StartAsync(aad, settings => settings.Services = services => services.AddSingleton<ILoggerProvider>(log));
        using Browser browser = one.NewBrowser(), moved = two.NewBrowser();
        Reply challenge = await browser.StepAsync("/me");
        Reply response = await browser.StepAsync(challenge.Location!.AbsoluteUri);
        moved.Cookies.Add(browser.Cookies.GetAllCookies());

        Reply page = await moved.StepAsync(response.Location!.AbsoluteUri);

        Assert.That((page.Status, aad.TokenRequests.Count), Is.EqualTo((HttpStatusCode.BadRequest, 0)));
        Assert.That(log.Lines, Has.Some.Contains("keys of Data Protection").And.Some.Contains("SetApplicationName"));
    }

    [Test]
    public async Task The_event_of_a_failure_comes_before_the_page()
    {
        using FakeAad aad = App.StartAad();
        await using App app = await App.StartAsync(aad, static settings => settings.Options = static options => options.Events.OnRemoteFailure = static context =>
        {
            context.Response.Redirect("/?failed=" + context.Failure!.GetType().Name);
            context.HandleResponse();
            return Task.CompletedTask;
        });
        using Browser browser = app.NewBrowser();

        Reply reply = await browser.StepAsync("/signin-oidc?code=a&state=b");

        Assert.That(reply.Location!.Query, Is.EqualTo("?failed=AuthenticationFailedException"));
    }

    [TestCase(null, HttpStatusCode.Forbidden)]
    [TestCase("/denied", HttpStatusCode.Redirect)]
    public async Task A_user_who_declines_gets_a_page_or_the_path_of_the_options(string? path, HttpStatusCode status)
    {
        using FakeAad aad = App.StartAad();
        aad.Options.AuthorizeError = "access_denied";
        await using App app = await App.StartAsync(aad, settings => settings.Options = options => options.AccessDeniedPath = path);
        using Browser browser = app.NewBrowser();
        Reply challenge = await browser.StepAsync("/me");
        Reply response = await browser.StepAsync(challenge.Location!.AbsoluteUri);

        Reply reply = await browser.StepAsync(response.Location!.AbsoluteUri);

        Assert.That((reply.Status, reply.Location?.AbsolutePath), Is.EqualTo((status, path)));
    }

    [Test]
    public async Task A_server_that_is_down_is_told_with_503_and_the_next_sign_in_works()
    {
        var time = App.Clock();
        using FakeAad aad = App.StartAad(time);
        await using App app = await App.StartAsync(aad);
        using Browser browser = app.NewBrowser();
        Reply challenge = await browser.StepAsync("/me");
        Reply response = await browser.StepAsync(challenge.Location!.AbsoluteUri);
        aad.Enqueue(FakeAadFault.Unavailable(TimeSpan.FromSeconds(90)));

        Reply refused = await browser.StepAsync(response.Location!.AbsoluteUri);
        int left = browser.AllCookies().Length;
        time.Advance(TimeSpan.FromSeconds(91));
        Reply page = await browser.GoAsync("/me");

        Assert.That((refused.Status, refused.RetryAfter, left, page.Body), Is.EqualTo((HttpStatusCode.ServiceUnavailable, "90", 0, aad.Options.User.Name)));
    }

    [TestCase("https://evil.example/")]
    [TestCase("//evil.example")]
    [TestCase("/\\evil.example")]
    [TestCase("javascript:alert(1)")]
    [TestCase("https://localhost//evil.example")]
    [TestCase("orders")]
    public async Task A_return_address_at_another_host_is_refused(string address)
    {
        using FakeAad aad = App.StartAad();
        await using App app = await App.StartAsync(aad);
        using Browser browser = app.NewBrowser();

        Assert.That(async () => await browser.StepAsync("/signin?to=" + Uri.EscapeDataString(address)),
            Throws.InvalidOperationException.With.Message.Contains("AuthenticationProperties.RedirectUri").And.Message.Not.Contains("evil"));
        Assert.That(async () => await browser.StepAsync("/signout?to=" + Uri.EscapeDataString(address)), Throws.InvalidOperationException);
    }

    [Test]
    public async Task A_page_whose_path_is_like_a_host_comes_back_to_the_first_page()
    {
        using FakeAad aad = App.StartAad();
        await using App app = await App.StartAsync(aad, static settings => settings.Map = static app => app.MapProtected("//evil.example"));
        using Browser browser = app.NewBrowser();

        Reply page = await browser.GoAsync("https://localhost//evil.example");

        Assert.That((page.Body, browser.Address), Is.EqualTo(("home", Browser.Origin)));
    }

    [Test]
    public async Task An_address_of_this_application_can_be_absolute()
    {
        using FakeAad aad = App.StartAad();
        await using App app = await App.StartAsync(aad);
        using Browser browser = app.NewBrowser();

        Reply page = await browser.GoAsync("/signin?to=" + Uri.EscapeDataString("https://localhost/deep/link?a=1"));

        Assert.That(page.Body, Is.EqualTo("?a=1"));
    }

    [Test]
    public async Task A_sign_in_that_is_too_large_for_a_cookie_is_refused()
    {
        using FakeAad aad = App.StartAad();
        await using App app = await App.StartAsync(aad);
        using Browser browser = app.NewBrowser();

        Assert.That(async () => await browser.StepAsync("/signin?to=/" + new string('a', 4_000)), Throws.InvalidOperationException.With.Message.Contains("too large for a cookie"));
        Assert.That((await browser.GoAsync("/deep/link?" + new string('a', 4_000))).Body, Is.EqualTo("home"), "a page whose address is too long comes back to the first one");
    }

    [Test]
    public async Task A_user_who_takes_too_long_gets_a_page()
    {
        var time = App.Clock();
        using FakeAad aad = App.StartAad(time);
        await using App app = await App.StartAsync(aad);
        using Browser browser = app.NewBrowser();
        Reply challenge = await browser.StepAsync("/me");
        Reply response = await browser.StepAsync(challenge.Location!.AbsoluteUri);
        time.Advance(TimeSpan.FromMinutes(15));

        Reply page = await browser.StepAsync(response.Location!.AbsoluteUri);

        Assert.That((page.Status, page.Body.Contains("taken too long", StringComparison.Ordinal), aad.TokenRequests.Count), Is.EqualTo((HttpStatusCode.BadRequest, true, 0)));
    }

    [Test]
    public async Task A_user_whom_the_application_refuses_gets_a_page_and_no_cookie()
    {
        using FakeAad aad = App.StartAad();
        string? key = null;
        await using App app = await App.StartAsync(aad, settings => settings.Options = options => options.Events.OnTicketReceived = context =>
        {
            key = context.Principal!.GetSessionKey();
            context.Fail("not on the list");
            return Task.CompletedTask;
        });
        using Browser browser = app.NewBrowser();

        Reply page = await browser.GoAsync("/me");

        Assert.That((page.Status, page.Body.Contains("on the list", StringComparison.Ordinal), browser.AllCookies().Length), Is.EqualTo((HttpStatusCode.Forbidden, false, 0)));
        Assert.That(await app.Sessions.GetStatusAsync(key!), Is.EqualTo(UserSessionStatus.Ended));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_user_whom_overridden_events_refuse_gets_a_page_and_no_cookie(bool isByType)
    {
        using FakeAad aad = App.StartAad();
        await using App app = await App.StartAsync(aad, settings =>
        {
            settings.Services = static services => services.AddSingleton<RefuseEverybody>();
            settings.Options = options => _ = isByType ? options.EventsType = typeof(RefuseEverybody) : (object)(options.Events = new RefuseEverybody());
        });
        using Browser browser = app.NewBrowser();

        Reply page = await browser.GoAsync("/me");

        Assert.That((page.Status, browser.AllCookies().Length), Is.EqualTo((HttpStatusCode.Forbidden, 0)));
        Assert.That((await browser.StepAsync("/me")).Status, Is.EqualTo(HttpStatusCode.Redirect));
    }

    [Test]
    public void SaveTokens_is_refused_at_the_start_with_the_remedy()
    {
        using FakeAad aad = App.StartAad();

        Assert.That(
            async () => await App.StartAsync(aad, static settings => settings.Options = static options => options.SaveTokens = true),
            Throws.InvalidOperationException.With.Message.Contains("SaveTokens").And.Message.Contains("GetUserTokenAsync"));
    }

    [TestCase("CallbackPath")]
    [TestCase("SignedOutCallbackPath")]
    [TestCase("EventsType")]
    [TestCase("RemoteAuthenticationTimeout")]
    [TestCase("SameSite")]
    public void Options_that_cannot_work_are_refused_at_the_start_by_their_name(string name)
    {
        using FakeAad aad = App.StartAad();
        Action<AuthCodeOptions> spoil = name switch
        {
            "CallbackPath" => static options => options.CallbackPath = default,
            "SignedOutCallbackPath" => static options => options.SignedOutCallbackPath = options.CallbackPath,
            "RemoteAuthenticationTimeout" => static options => options.RemoteAuthenticationTimeout = TimeSpan.FromDays(2),
            "EventsType" => static options => options.EventsType = typeof(RemoteAuthenticationEvents),
            _ => static options => options.CorrelationCookie.SameSite = SameSiteMode.Strict,
        };

        Assert.That(async () => await App.StartAsync(aad, settings => settings.Options = spoil), Throws.InvalidOperationException.With.Message.Contains(name));
    }

    [TestCase("SessionStore")]
    [TestCase("SameSite")]
    [TestCase("EventsType")]
    public void A_cookie_that_cannot_work_is_refused_at_the_start_by_its_setting(string name)
    {
        using FakeAad aad = App.StartAad();
        Action<CookieAuthenticationOptions> spoil = name switch
        {
            "SessionStore" => static options => options.SessionStore = new NoTickets(),
            "SameSite" => static options => options.Cookie.SameSite = SameSiteMode.Strict,
            _ => static options => options.Events = new CookieAuthenticationEvents(),
        };

        Assert.That(
            async () => await App.StartAsync(aad, settings => settings.Services = services => services.PostConfigureAll(spoil)),
            Throws.InvalidOperationException.With.Message.Contains(name));
    }

    [TestCase("/partners")]
    [TestCase("/partners-script")]
    public async Task A_server_that_is_down_at_the_beginning_is_told_with_503(string address)
    {
        using FakeAad aad = App.StartAad();
        await using App app = await App.StartAsync(aad, static settings =>
        {
            // Nothing listens there.
            settings.Services = static services => services.AddAuthentication().AddAuthCode(
                "Partners",
                new ConfigurationBuilder().AddInMemoryCollection([new("P:Issuer", "https://localhost:1/"), new("P:ClientId", "client"), new("P:ClientSecret", "secret")]).Build().GetSection("P"),
                static options => (options.CallbackPath, options.SignedOutCallbackPath) = ("/signin-partners", "/signout-partners"));
            settings.Map = static app => app.MapGet("/partners", static () => Results.Challenge(authenticationSchemes: ["Partners"]));
        });
        using Browser browser = app.NewBrowser();
        bool isStart = address != "/partners";
        string start = isStart ? JsonDocument.Parse((await browser.FetchAsync("/partners")).Body).RootElement.GetProperty("signInUrl").GetString()! : address;

        Reply page = await browser.StepAsync(start);

        Assert.That((page.Status, page.MediaType, page.RetryAfter), Is.EqualTo((HttpStatusCode.ServiceUnavailable, "text/html", "10")));
    }

    [Test]
    public void Two_schemes_with_one_callback_path_are_refused_at_the_start()
    {
        using FakeAad aad = App.StartAad();

        Assert.That(
            async () => await App.StartAsync(aad, settings => settings.Services = services => services.AddAuthentication().AddAuthCode(
                "Partners", new ConfigurationBuilder().AddInMemoryCollection(App.Section("P", aad)).Build().GetSection("P"))),
            Throws.InvalidOperationException.With.Message.Contains("Partners").And.Message.Contains("/signin-oidc"));
    }

    [Test]
    public void A_mistake_in_the_configuration_is_told_at_the_start()
    {
        using FakeAad aad = App.StartAad();

        Assert.That(
            async () => await App.StartAsync(aad, static settings => settings.Configuration["AzureAd:ClientId"] = ""),
            Throws.TypeOf<OptionsValidationException>().With.Message.Contains("AzureAd:ClientId"));
    }

    [Test]
    public async Task Users_of_other_tenants_than_the_allowed_ones_are_refused()
    {
        using FakeAad aad = App.StartAad();
        await using App app = await App.StartAsync(aad, static settings => settings.Options = static options => options.AllowedSignInTenants.Add("8f4c1d2e-5a6b-4c7d-8e9f-0a1b2c3d4e5f"));
        using Browser browser = app.NewBrowser();

        Reply page = await browser.GoAsync("/me");

        Assert.That((page.Status, browser.Address.AbsolutePath), Is.EqualTo((HttpStatusCode.BadRequest, "/signin-oidc")));
    }

    private sealed class NoTickets : ITicketStore
    {
        public Task<string> StoreAsync(AuthenticationTicket ticket) => Task.FromResult("");

        public Task RenewAsync(string key, AuthenticationTicket ticket) => Task.CompletedTask;

        public Task<AuthenticationTicket?> RetrieveAsync(string key) => Task.FromResult<AuthenticationTicket?>(null);

        public Task RemoveAsync(string key) => Task.CompletedTask;
    }

    private sealed class RefuseEverybody : AuthCodeEvents
    {
        public override Task TicketReceived(TicketReceivedContext context)
        {
            context.Fail("not on the list");
            return Task.CompletedTask;
        }
    }
}
