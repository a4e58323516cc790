using System.Net;
using System.Text.Json;
using AuthCode.Testing;
using AuthCode.Tests.Scenarios.Farm;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace AuthCode.AspNetCore.Tests;

/// <summary>What becomes of a token that an endpoint could not get.</summary>
internal sealed class StepUpTests
{
    private const string Resource = "https://storage.azure.com";
    private const string Storage = $"{Resource}/user_impersonation";
    private const string Mfa = """{"access_token":{"acrs":{"essential":true,"value":"c1"}}}""";

    private readonly FakeTimeProvider _time = App.Clock();

    [Test]
    public async Task A_page_that_needs_consent_sends_the_user_and_is_shown()
    {
        using FakeAad aad = App.StartAad(_time);
        aad.Options.ConsentedScopes[Resource] = [];
        await using App app = await StartAsync(aad);
        using Browser browser = app.NewBrowser();
        await browser.GoAsync("/me");

        Reply challenge = await browser.StepAsync("/storage?a=1");
        Reply page = await browser.GoAsync(challenge.Location!.AbsoluteUri);

        Assert.That(Uri.UnescapeDataString(challenge.Location.Query), Does.Contain(Storage).And.Contain("login_hint=" + aad.Options.User.PreferredUsername));
        Assert.That((page.Body, browser.Address.PathAndQuery, browser.Visits), Is.EqualTo((Resource, "/storage?a=1", 2)));
    }

    [Test]
    public async Task A_page_that_needs_another_factor_sends_the_user_with_the_claims()
    {
        using FakeAad aad = App.StartAad(_time);
        aad.RequireClaims(Resource, Mfa);
        await using App app = await StartAsync(aad);
        using Browser browser = app.NewBrowser();
        await browser.GoAsync("/me");

        Reply page = await browser.GoAsync("/storage");

        Assert.That((page.Body, browser.Visits), Is.EqualTo((Resource, 2)));
    }

    [Test]
    public async Task A_script_gets_401_with_what_is_missing_and_where_to_go()
    {
        using FakeAad aad = App.StartAad(_time);
        aad.RequireClaims(Resource, Mfa);
        await using App app = await StartAsync(aad);
        using Browser browser = app.NewBrowser();
        await browser.GoAsync("/me");

        Reply refused = await browser.FetchAsync("/storage");
        JsonElement problem = JsonDocument.Parse(refused.Body).RootElement;
        await browser.GoAsync(problem.GetProperty("signInUrl").GetString()!);
        Reply data = await browser.FetchAsync("/storage");

        Assert.That((refused.Status, refused.MediaType, data.Body), Is.EqualTo((HttpStatusCode.Unauthorized, "application/problem+json", Resource)));
        Assert.That(
            (problem.GetProperty("scopes")[0].GetString(), problem.GetProperty("claims").GetString(), problem.GetProperty("status").GetInt32()),
            Is.EqualTo((Storage, Mfa, 401)));
    }

    [Test]
    public async Task A_form_that_is_posted_is_no_navigation()
    {
        using FakeAad aad = App.StartAad(_time);
        aad.RequireClaims(Resource, Mfa);
        await using App app = await StartAsync(aad);
        using Browser browser = app.NewBrowser();
        await browser.GoAsync("/me");

        Reply refused = await browser.PostAsync("/storage");

        Assert.That((refused.Status, refused.MediaType), Is.EqualTo((HttpStatusCode.Unauthorized, "application/problem+json")));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task What_a_sign_in_did_not_satisfy_ends_in_403_and_not_in_a_loop(bool isScript)
    {
        using FakeAad aad = App.StartAad(_time);
        await using App app = await StartAsync(aad);
        using Browser browser = app.NewBrowser();
        await browser.GoAsync("/me");

        Reply page = await browser.GoAsync("/never");
        Reply again = isScript ? await browser.FetchAsync("/never") : await browser.GoAsync("/never");

        Assert.That((page.Status, again.Status, again.MediaType, browser.Visits),
            Is.EqualTo((HttpStatusCode.Forbidden, HttpStatusCode.Forbidden, isScript ? "application/problem+json" : "text/html", 2)));
    }

    [Test]
    public async Task After_five_minutes_the_user_may_try_again()
    {
        using FakeAad aad = App.StartAad(_time);
        await using App app = await StartAsync(aad);
        using Browser browser = app.NewBrowser();
        await browser.GoAsync("/never");
        int before = browser.Visits;
        _time.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromSeconds(1));
        Reply tooEarly = await browser.StepAsync("/never");
        _time.Advance(TimeSpan.FromSeconds(1));

        Reply again = await browser.StepAsync("/never");

        Assert.That((tooEarly.Status, again.Status, before), Is.EqualTo((HttpStatusCode.Forbidden, HttpStatusCode.Redirect, 2)));
    }

    [Test]
    public async Task Two_reasons_in_turn_are_no_loop_either()
    {
        using FakeAad aad = App.StartAad(_time);
        int calls = 0;
        await using App app = await StartAsync(aad, app => app.MapGet("/turns", () => Task.FromException(Needs($"api://{Interlocked.Increment(ref calls) % 2}/read"))).RequireAuthorization());
        using Browser browser = app.NewBrowser();

        Reply page = await browser.GoAsync("/turns");

        Assert.That((page.Status, browser.Visits), Is.EqualTo((HttpStatusCode.Forbidden, 3)));
    }

    [Test]
    public async Task Ever_new_reasons_are_a_loop_as_well()
    {
        using FakeAad aad = App.StartAad(_time);
        int calls = 0;
        await using App app = await StartAsync(aad, app => app.MapGet("/turns", () => Task.FromException(Needs($"api://{Interlocked.Increment(ref calls)}/read"))).RequireAuthorization());
        using Browser browser = app.NewBrowser();
        Reply page = await browser.GoAsync("/turns");

        for (int more = 0; more < 3 && page.Status != HttpStatusCode.Forbidden; more++)
        {
            page = await browser.GoAsync("/turns");
        }

        Assert.That((page.Status, browser.Visits), Is.EqualTo((HttpStatusCode.Forbidden, 9)));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task At_another_provider_the_scopes_of_one_page_are_kept_for_the_next_one(bool isScript)
    {
        using FakeAad aad = App.StartAad(_time);
        await using App app = await App.StartAsync(aad, settings =>
        {
            settings.Services = services => services.AddAuthentication().AddAuthCode(
                "Partners",
                new ConfigurationBuilder().AddInMemoryCollection([new("P:Issuer", $"{aad.AuthorityHost}{aad.TenantId}/v2.0"), new("P:ClientId", aad.ClientId), new("P:ClientSecret", aad.ClientSecret)]).Build().GetSection("P"),
                static options => (options.CallbackPath, options.SignedOutCallbackPath) = ("/signin-partners", "/signout-partners"));
            settings.Map = static app =>
            {
                app.MapGet("/partners", static () => Results.Challenge(new() { RedirectUri = "/me" }, ["Partners"]));
                app.MapGet("/first", static () => Task.FromException(Needs("api://first/read"))).RequireAuthorization();
                app.MapGet("/second", static () => Task.FromException(Needs("api://second/read"))).RequireAuthorization();
            };
        });
        using Browser browser = app.NewBrowser();
        Reply page = await browser.GoAsync("/partners");
        await browser.GoAsync("/first");

        Reply challenge = isScript
            ? await browser.StepAsync(JsonDocument.Parse((await browser.FetchAsync("/second")).Body).RootElement.GetProperty("signInUrl").GetString()!)
            : await browser.StepAsync("/second");

        Assert.That(page.Body, Is.EqualTo(aad.Options.User.Name));
        Assert.That(Uri.UnescapeDataString(challenge.Location!.Query), Does.Contain("api://second/read").And.Contain("api://first/read"));
    }

    [Test]
    public async Task A_session_that_ends_within_a_page_signs_the_user_in_again()
    {
        using FakeAad aad = App.StartAad(_time);
        await using App app = await StartAsync(aad);
        using Browser browser = app.NewBrowser();
        await browser.GoAsync("/me");
        aad.RevokeRefreshTokens();

        Reply page = await browser.GoAsync("/storage");

        Assert.That((page.Body, browser.Visits), Is.EqualTo((Resource, 2)));
    }

    [Test]
    public async Task A_session_that_ends_again_soon_after_is_not_taken_for_a_sign_in_that_was_not_enough()
    {
        using FakeAad aad = App.StartAad(_time);
        int left = 2;
        await using App app = await StartAsync(aad, app => app.MapGet("/ends", async (HttpContext context, [FromKeyedServices(AuthCodeDefaults.AuthenticationScheme)] UserSessions sessions, CancellationToken _) =>
        {
            if (Interlocked.Decrement(ref left) >= 0)
            {
                await sessions.EndAsync(context.User.GetSessionKey()!, CancellationToken.None);
            }

            await context.GetUserTokenAsync(App.Vault);
            return "shown";
        }).RequireAuthorization());
        using Browser browser = app.NewBrowser();

        Reply page = await browser.GoAsync("/ends");

        Assert.That((page.Body, browser.Visits), Is.EqualTo(("shown", 3)));
    }

    [Test]
    public async Task Sessions_that_end_each_time_are_a_loop_in_the_end()
    {
        using FakeAad aad = App.StartAad(_time);
        await using App app = await StartAsync(aad, static app => app.MapGet("/ends", static async (HttpContext context, [FromKeyedServices(AuthCodeDefaults.AuthenticationScheme)] UserSessions sessions, CancellationToken _) =>
        {
            await sessions.EndAsync(context.User.GetSessionKey()!, CancellationToken.None);
            await context.GetUserTokenAsync(App.Vault);
        }).RequireAuthorization());
        using Browser browser = app.NewBrowser();

        Reply page = await browser.GoAsync("/ends");

        Assert.That((page.Status, browser.Visits), Is.EqualTo((HttpStatusCode.Forbidden, 4)));
    }

    [TestCase(false, HttpStatusCode.Redirect)]
    [TestCase(true, HttpStatusCode.Unauthorized)]
    public async Task A_session_that_ends_during_a_call_signs_the_user_in_again(bool isScript, HttpStatusCode status)
    {
        using FakeAad aad = App.StartAad(_time);
        await using App app = await StartAsync(aad, services: static services => RecordingSessions.Add(services));
        using Browser browser = app.NewBrowser();
        await browser.GoAsync("/me");
        RecordingSessions sessions = RecordingSessions.Of(app);
        sessions.OnFound = key => sessions.EndAsync(key);

        Reply reply = isScript ? await browser.FetchAsync("/storage") : await browser.StepAsync("/storage");

        Assert.That(reply.Status, Is.EqualTo(status));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_store_that_is_down_is_503_and_no_sign_in(bool isScript)
    {
        using FakeAad aad = App.StartAad(_time);
        var store = new MemoryStore();
        var protection = new EphemeralDataProtectionProvider();
        await using App one = await StartAsync(aad, store: store, protection: protection);
        await using App other = await StartAsync(aad, store: store, protection: protection);
        using Browser browser = one.NewBrowser(), moved = other.NewBrowser();
        await browser.GoAsync("/me");
        foreach (Cookie cookie in browser.AllCookies())
        {
            moved.Cookies.Add(cookie);
        }

        store.IsDown = true;
        Reply page = isScript ? await moved.FetchAsync("/storage") : await moved.GoAsync("/storage");

        Assert.That((page.Status, page.RetryAfter, page.MediaType, moved.Visits),
            Is.EqualTo((HttpStatusCode.ServiceUnavailable, "10", isScript ? "application/problem+json" : "text/html", 0)));
    }

    [Test]
    public async Task A_server_that_asks_to_wait_is_passed_on()
    {
        using FakeAad aad = App.StartAad();
        await using App app = await StartAsync(aad);
        using Browser browser = app.NewBrowser();
        await browser.GoAsync("/me");
        aad.Enqueue(FakeAadFault.Throttle(TimeSpan.FromSeconds(90)));

        Reply page = await browser.FetchAsync("/storage");

        Assert.That((page.Status, page.RetryAfter), Is.EqualTo((HttpStatusCode.ServiceUnavailable, "90")));
    }

    [Test]
    public async Task A_failure_that_an_SDK_has_wrapped_is_found()
    {
        using FakeAad aad = App.StartAad(_time);
        await using App app = await StartAsync(aad, static app => app.MapGet("/wrapped", static () => Task.FromException(new AggregateException(new IOException("no"), new InvalidOperationException("wrapped", Needs(Storage))))).RequireAuthorization());
        using Browser browser = app.NewBrowser();
        await browser.GoAsync("/me");

        Assert.That((await browser.StepAsync("/wrapped")).Status, Is.EqualTo(HttpStatusCode.Redirect));
    }

    [TestCase("/broken", typeof(AuthenticationFailedException))]
    [TestCase("/bug", typeof(DivideByZeroException))]
    public async Task What_no_sign_in_helps_against_passes(string address, Type exception)
    {
        using FakeAad aad = App.StartAad(_time);
        await using App app = await StartAsync(aad, static app =>
        {
            app.MapGet("/broken", static () => Task.FromException(new AuthenticationFailedException("the client secret is wrong")));
            app.MapGet("/bug", static () => Task.FromException(new DivideByZeroException()));
        });
        using Browser browser = app.NewBrowser();

        Assert.That(async () => await browser.GoAsync(address), Throws.TypeOf(exception));
    }

    private static AuthenticationFailedException Needs(string scope) => new("The user must consent.") { IsSignInRequired = true, Scopes = [scope] };

    private static Task<App> StartAsync(FakeAad aad, Action<WebApplication>? map = null, MemoryStore? store = null, IDataProtectionProvider? protection = null, Action<IServiceCollection>? services = null) => App.StartAsync(
        aad,
        settings =>
        {
            settings.Services = services;
            settings.Store = store;
            settings.Options = static options => options.Scopes.Add(App.Vault);
            settings.Map = app =>
            {
                app.MapMethods("/storage", ["GET", "POST"], static async (HttpContext context, CancellationToken _) => EchoApi.Claim((await context.GetUserTokenAsync(Storage)).Token, "aud")).RequireAuthorization();
                app.MapGet("/never", static () => Task.FromException(Needs(Storage))).RequireAuthorization();
                map?.Invoke(app);
            };
        },
        protection);
}
