using System.Net;
using System.Security.Claims;
using AuthCode.Testing;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace AuthCode.AspNetCore.Tests;

/// <summary>What becomes of the session of a browser at the next sign-in, and of one whose cookie never reaches the browser.</summary>
internal sealed class ReplacedSessionTests
{
    private const string Partners = "Partners";

    private readonly List<string> _keys = [];

    [Test]
    public async Task The_token_of_a_session_that_the_same_user_replaces_is_not_revoked()
    {
        using FakeAad aad = App.StartAad();
        await using App app = await StartAsync(aad);
        using Browser browser = app.NewBrowser();
        await browser.GoAsync("/key");

        await browser.GoAsync("/signin?to=/key");

        Assert.That(RecordingSessions.Of(app).Ends, Is.EqualTo(new[] { (nameof(UserSessions.EndWithoutRevocationAsync), _keys[0]) }));
    }

    [Test]
    public async Task The_token_of_a_session_that_another_user_replaces_is_revoked()
    {
        using FakeAad aad = App.StartAad();
        await using App app = await StartAsync(aad);
        using Browser browser = app.NewBrowser();
        await browser.GoAsync("/key");

        SwitchUser(aad);
        await browser.GoAsync("/signin?to=/key");

        Assert.That(RecordingSessions.Of(app).Ends, Is.EqualTo(new[] { (nameof(UserSessions.EndAsync), _keys[0]) }));
    }

    [Test]
    public async Task The_token_of_a_session_that_is_signed_out_is_revoked()
    {
        using FakeAad aad = App.StartAad();
        await using App app = await StartAsync(aad);
        using Browser browser = app.NewBrowser();
        await browser.GoAsync("/key");

        await browser.StepAsync("/signout?to=/");

        Assert.That(RecordingSessions.Of(app).Ends, Is.EqualTo(new[] { (nameof(UserSessions.EndAsync), _keys[0]) }));
    }

    [TestCase(false, nameof(UserSessions.EndWithoutRevocationAsync))]
    [TestCase(true, nameof(UserSessions.EndAsync))]
    public async Task A_form_from_the_server_ends_the_session_whose_cookie_does_not_come_with_it(bool isOtherUser, string method)
    {
        using FakeAad aad = App.StartAad();
        await using App app = await StartAsync(aad, static settings => settings.Options = static options => options.ResponseMode = AuthorizationResponseMode.FormPost);
        using Browser browser = app.NewBrowser();
        await CompleteByFormAsync(app, browser);
        await browser.GoAsync("/key");
        if (isOtherUser)
        {
            SwitchUser(aad);
        }

        await CompleteByFormAsync(app, browser);
        await browser.GoAsync("/key");

        Assert.That(RecordingSessions.Of(app).Ends, Is.EqualTo(new[] { (method, _keys[0]) }));
        Assert.That(await app.Sessions.GetStatusAsync(_keys[1]), Is.EqualTo(UserSessionStatus.Alive));
    }

    [Test]
    public async Task A_sign_in_by_another_scheme_ends_the_session_whose_cookie_it_replaces()
    {
        using FakeAad aad = App.StartAad();
        await using App app = await StartAsync(aad, settings => AddPartners(settings, aad));
        using Browser browser = app.NewBrowser();
        await browser.GoAsync("/key");

        await browser.GoAsync("/partners?to=/key");

        Assert.That((await StatusAsync(app, AuthCodeDefaults.AuthenticationScheme, _keys[0]), await StatusAsync(app, Partners, _keys[1])),
            Is.EqualTo((UserSessionStatus.Ended, UserSessionStatus.Alive)));
    }

    [Test]
    public async Task A_session_that_has_ended_is_followed_by_one_of_the_same_scheme()
    {
        using FakeAad aad = App.StartAad();
        await using App app = await StartAsync(aad, settings =>
        {
            AddPartners(settings, aad);
            Action<WebApplication> map = settings.Map!;
            settings.Map = app =>
            {
                map(app);
                app.MapGet("/token", static async (HttpContext context, CancellationToken _) => (await context.GetUserTokenAsync(App.Vault)).Token);
            };
        });
        using Browser browser = app.NewBrowser();
        await browser.GoAsync("/partners?to=/key");
        await app.Services.GetRequiredKeyedService<UserSessions>(Partners).EndAsync(_keys[0]);

        Reply challenge = await browser.StepAsync("/token");

        Assert.That(Uri.UnescapeDataString(challenge.Location!.Query), Does.Contain("/signin-partners"));
    }

    [TestCase("/signin?to=/finish")]
    [TestCase("/signout?to=/")]
    public async Task A_session_is_found_in_the_cookie_to_which_the_application_has_copied_it(string address)
    {
        using FakeAad aad = App.StartAad();
        await using App app = await StartAsync(aad, static settings =>
        {
            // As ASP.NET Core Identity does it.
            settings.Options = static options => options.SignInScheme = "External";
            Action<IServiceCollection> before = settings.Services!;
            settings.Services = services =>
            {
                before(services);
                services.AddAuthentication().AddCookie("External");
            };
            Action<WebApplication> map = settings.Map!;
            settings.Map = app =>
            {
                map(app);
                app.MapGet("/finish", static async (HttpContext context) =>
                {
                    AuthenticateResult external = await context.AuthenticateAsync("External");
                    await context.SignInAsync(CookieAuthenticationDefaults.AuthenticationScheme, new ClaimsPrincipal(new ClaimsIdentity(external.Principal!.Claims, "application")));
                    await context.SignOutAsync("External");
                    context.Response.Redirect("/key");
                });
            };
        });
        using Browser browser = app.NewBrowser();
        await browser.GoAsync("/signin?to=/finish");

        await browser.GoAsync(address);

        Assert.That(await app.Sessions.GetStatusAsync(_keys[0]), Is.EqualTo(UserSessionStatus.Ended));
    }

    [Test]
    public async Task A_session_ends_if_an_event_of_the_application_throws()
    {
        using FakeAad aad = App.StartAad();
        await using App app = await StartAsync(aad, settings => settings.Options = options => options.Events.OnTicketReceived = context =>
        {
            _keys.Add(context.Principal!.GetSessionKey()!);
            throw new InvalidOperationException("The database of the application is down.");
        });
        using Browser browser = app.NewBrowser();

        Assert.That(async () => await browser.GoAsync("/me"), Throws.InvalidOperationException);

        Assert.That(await app.Sessions.GetStatusAsync(_keys[0]), Is.EqualTo(UserSessionStatus.Ended));
    }

    [Test]
    public async Task A_session_ends_if_the_browser_leaves_before_it_has_the_cookie()
    {
        using FakeAad aad = App.StartAad();
        await using App app = await StartAsync(aad, settings => settings.Options = options => options.Events.OnTicketReceived = context =>
        {
            _keys.Add(context.Principal!.GetSessionKey()!);
            context.HttpContext.Abort();
            return Task.CompletedTask;
        });
        using Browser browser = app.NewBrowser();

        Assert.That(async () => await browser.GoAsync("/me"), Throws.InstanceOf<Exception>());

        await RecordingSessions.Of(app).Ended.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.That(await app.Sessions.GetStatusAsync(_keys[0]), Is.EqualTo(UserSessionStatus.Ended));
    }

    private Task<App> StartAsync(FakeAad aad, Action<AppSettings>? configure = null) => App.StartAsync(aad, settings =>
    {
        settings.Services = static services => RecordingSessions.Add(services);
        settings.Map = app => app.MapGet("/key", (HttpContext context) => _keys.Add(context.User.GetSessionKey()!)).RequireAuthorization();
        configure?.Invoke(settings);
    });

    private static void AddPartners(AppSettings settings, FakeAad aad)
    {
        Action<IServiceCollection> before = settings.Services!;
        settings.Services = services =>
        {
            before(services);
            services.AddAuthentication().AddAuthCode(Partners, new ConfigurationBuilder().AddInMemoryCollection(App.Section("P", aad)).Build().GetSection("P"), static options =>
            {
                options.CallbackPath = "/signin-partners";
                options.SignedOutCallbackPath = "/signout-partners";
            });
        };
        Action<WebApplication> map = settings.Map!;
        settings.Map = app =>
        {
            map(app);
            app.MapGet("/partners", static (string to) => Results.Challenge(new AuthenticationProperties { RedirectUri = to }, [Partners]));
        };
    }

    private static ValueTask<UserSessionStatus> StatusAsync(App app, string scheme, string key) => app.Services.GetRequiredKeyedService<UserSessions>(scheme).GetStatusAsync(key);

    private static void SwitchUser(FakeAad aad) =>
        aad.Options.User = new FakeAadUser("0a0a0a0a-0000-4000-8000-000000000001", aad.TenantId, "Bob", "bob@contoso.example");

    // As a browser does it: a post from another site comes with cookies of SameSite=None alone.
    private static async Task CompleteByFormAsync(App app, Browser browser)
    {
        Reply challenge = await browser.StepAsync("/signin?to=/");
        Reply form = await browser.StepAsync(challenge.Location!.AbsoluteUri);
        (string, string)[] fields = [.. System.Text.RegularExpressions.Regex.Matches(form.Body, "name=\"([^\"]+)\" value=\"([^\"]*)\"")
            .Select(static match => (match.Groups[1].Value, WebUtility.HtmlDecode(match.Groups[2].Value)))];
        using Browser other = app.NewBrowser();
        foreach (Cookie cookie in browser.AllCookies().Where(static cookie => cookie.Name.StartsWith(".AuthCode.", StringComparison.Ordinal)))
        {
            other.Cookies.Add(cookie);
        }

        await other.PostAsync("/signin-oidc", fields);
        foreach (Cookie cookie in other.AllCookies())
        {
            browser.Cookies.Add(cookie);
        }
    }
}
