using System.Net;
using AuthCode.Testing;
using AuthCode.Tests.Scenarios.Farm;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;

namespace AuthCode.AspNetCore.Tests;

/// <summary>Sign-outs at the server, which it tells of by the browser and by itself.</summary>
internal sealed class ServerSignOutTests
{
    private const string Session = "server-session-1";

    [Test]
    public async Task A_front_channel_logout_ends_the_session_without_its_cookie([Values] bool namesIssuer)
    {
        using FakeAad aad = StartAad();
        await using App app = await App.StartAsync(aad);
        using Browser browser = app.NewBrowser(), frame = app.NewBrowser();
        await browser.GoAsync("/me");

        Reply logout = await frame.StepAsync($"/signout-oidc?sid={Session}" + (namesIssuer ? $"&iss={Uri.EscapeDataString(Issuer(aad))}" : ""));

        Assert.That((logout.Status, logout.CacheControl, (await browser.StepAsync("/me")).Status), Is.EqualTo((HttpStatusCode.OK, "no-store, no-cache", HttpStatusCode.Redirect)));
    }

    [Test]
    public async Task A_front_channel_logout_with_the_cookie_of_the_session_deletes_the_cookie()
    {
        using FakeAad aad = StartAad();
        await using App app = await App.StartAsync(aad);
        using Browser browser = app.NewBrowser();
        await browser.GoAsync("/me");

        await browser.StepAsync($"/signout-oidc?sid={Session}");

        Assert.That(browser.AllCookies(), Is.Empty);
    }

    [TestCase("?sid=another", HttpStatusCode.OK)]
    [TestCase($"?sid={Session}&iss=https%3A%2F%2Fanother.example", HttpStatusCode.OK)]
    [TestCase($"?sid={Session}&iss=", HttpStatusCode.OK)]
    [TestCase($"?sid={Session}&sid=another", HttpStatusCode.BadRequest)]
    [TestCase($"?sid={Session}&iss=a&iss=b", HttpStatusCode.BadRequest)]
    [TestCase("?sid=", HttpStatusCode.BadRequest)]
    [TestCase("", HttpStatusCode.BadRequest)]
    public async Task A_front_channel_logout_of_another_session_leaves_the_user_signed_in(string query, HttpStatusCode status)
    {
        using FakeAad aad = StartAad();
        await using App app = await App.StartAsync(aad);
        using Browser browser = app.NewBrowser();
        await browser.GoAsync("/me");

        Reply logout = await browser.StepAsync("/signout-oidc" + query);

        Assert.That((logout.Status, (await browser.StepAsync("/me")).Status), Is.EqualTo((status, HttpStatusCode.OK)));
    }

    [Test]
    public async Task A_logout_reaches_a_session_of_another_instance([Values] bool isBackChannel)
    {
        using FakeAad aad = StartAad();
        var store = new MemoryStore();
        var protection = new EphemeralDataProtectionProvider();
        await using App one = await App.StartAsync(aad, Shared, protection), other = await App.StartAsync(aad, Shared, protection);
        using Browser browser = one.NewBrowser(), server = other.NewBrowser();
        await browser.GoAsync("/me");

        Reply logout = isBackChannel ? await server.PostAsync("/signout-backchannel", ("logout_token", aad.CreateLogoutToken())) : await server.StepAsync($"/signout-oidc?sid={Session}");

        Assert.That((logout.Status, (await browser.StepAsync("/me")).Status), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.Redirect)));

        void Shared(AppSettings settings)
        {
            settings.Store = store;
            settings.Client = static client => client.ConfigureClient(static (_, options) => options.Sessions.RevalidateAfter = TimeSpan.Zero);
        }
    }

    [Test]
    public async Task A_back_channel_logout_ends_the_session([Values] bool namesSession)
    {
        using FakeAad aad = StartAad();
        await using App app = await App.StartAsync(aad);
        using Browser browser = app.NewBrowser(), server = app.NewBrowser();
        await browser.GoAsync("/me");

        Reply logout = await server.PostAsync("/signout-backchannel", ("logout_token", aad.CreateLogoutToken(claims =>
        {
            if (!namesSession)
            {
                claims.Remove("sid");
            }
        })));

        Assert.That((logout.Status, logout.CacheControl, logout.Body), Is.EqualTo((HttpStatusCode.OK, "no-store", "")));
        Assert.That((await browser.StepAsync("/me")).Status, Is.EqualTo(HttpStatusCode.Redirect));
    }

    [Test]
    public async Task A_logout_token_works_once()
    {
        using FakeAad aad = StartAad();
        await using App app = await App.StartAsync(aad);
        using Browser browser = app.NewBrowser(), server = app.NewBrowser();
        string token = aad.CreateLogoutToken();
        await server.PostAsync("/signout-backchannel", ("logout_token", token));
        await browser.GoAsync("/me");

        Reply again = await server.PostAsync("/signout-backchannel", ("logout_token", token));

        Assert.That((again.Status, again.CacheControl, again.Body, (await browser.StepAsync("/me")).Status),
            Is.EqualTo((HttpStatusCode.BadRequest, "no-store", """{"error":"invalid_request"}""", HttpStatusCode.OK)));
    }

    [TestCase("nonce", "n")]
    [TestCase("aud", "another")]
    [TestCase("iss", "https://another.example")]
    [TestCase("events", "none")]
    public async Task A_logout_token_that_is_none_is_refused(string claim, string value)
    {
        using FakeAad aad = StartAad();
        await using App app = await App.StartAsync(aad);
        using Browser browser = app.NewBrowser(), server = app.NewBrowser();
        await browser.GoAsync("/me");

        Reply logout = await server.PostAsync("/signout-backchannel", ("logout_token", aad.CreateLogoutToken(claims => claims[claim] = value)));

        Assert.That((logout.Status, (await browser.StepAsync("/me")).Status), Is.EqualTo((HttpStatusCode.BadRequest, HttpStatusCode.OK)));
    }

    [Test]
    public async Task A_back_channel_logout_is_a_form_with_one_token()
    {
        using FakeAad aad = StartAad();
        await using App app = await App.StartAsync(aad);
        using Browser browser = app.NewBrowser(), server = app.NewBrowser();
        await browser.GoAsync("/me");
        string token = aad.CreateLogoutToken();

        Reply[] replies =
        [
            await server.StepAsync($"/signout-backchannel?logout_token={token}"),
            await server.PostAsync($"/signout-backchannel?logout_token={token}"),
            await server.PostAsync("/signout-backchannel", ("logout_token", token), ("logout_token", token)),
            await server.PostAsync("/signout-backchannel", ("logout_token", "")),
        ];

        Assert.That(replies.Select(static reply => reply.Status), Is.All.EqualTo(HttpStatusCode.BadRequest));
        Assert.That((await browser.StepAsync("/me")).Status, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task While_the_store_is_down_a_logout_is_not_confirmed([Values] bool isBackChannel)
    {
        using FakeAad aad = StartAad();
        var store = new MemoryStore();
        await using App app = await App.StartAsync(aad, settings => settings.Store = store);
        using Browser server = app.NewBrowser();
        store.IsDown = true;

        Reply logout = isBackChannel ? await server.PostAsync("/signout-backchannel", ("logout_token", aad.CreateLogoutToken())) : await server.StepAsync($"/signout-oidc?sid={Session}");

        Assert.That(logout.Status, Is.EqualTo(isBackChannel ? HttpStatusCode.BadRequest : HttpStatusCode.ServiceUnavailable));
    }

    [Test]
    public async Task A_back_channel_logout_is_no_other_kind_of_form_and_no_longer_than_a_token_can_be()
    {
        using FakeAad aad = StartAad();
        await using App app = await App.StartAsync(aad);
        using Browser browser = app.NewBrowser(), server = app.NewBrowser();
        await browser.GoAsync("/me");
        KeyValuePair<string, string> token = new("logout_token", aad.CreateLogoutToken()), filling = new("filling", new string('f', (128 * 1024) + 1));
        using var parts = new MultipartFormDataContent { { new StringContent(token.Value), token.Key } };
        using var text = new StringContent($"{token.Key}={token.Value}");
        using var large = new FormUrlEncodedContent([filling, token]);
        using var unannounced = new UnannouncedForm([filling, token]);
        using var many = new FormUrlEncodedContent([.. Enumerable.Range(0, 20).Select(static i => KeyValuePair.Create($"field{i}", "")), token]);

        Reply[] replies =
        [
            await server.PostBodyAsync("/signout-backchannel", parts),
            await server.PostBodyAsync("/signout-backchannel", text),
            await server.PostBodyAsync("/signout-backchannel", large),
            await server.PostBodyAsync("/signout-backchannel", unannounced),
            await server.PostBodyAsync("/signout-backchannel", many),
        ];

        Assert.That(replies.Select(static reply => reply.Status), Is.All.EqualTo(HttpStatusCode.BadRequest));
        Assert.That((await browser.StepAsync("/me")).Status, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task Schemes_share_the_paths([Values] bool isBackChannel)
    {
        using FakeAad aad = StartAad();
        using FakeAad partners = StartAad();
        partners.Options.ClientId = "5a1aa1d5-0000-4000-8000-d8a4f4d1d1c4";
        await using App app = await App.StartAsync(partners, settings => AddSecondScheme(settings, aad));
        using Browser browser = app.NewBrowser(), server = app.NewBrowser();
        Reply page = await browser.GoAsync("/second");

        Reply logout = isBackChannel ? await server.PostAsync("/signout-backchannel", ("logout_token", aad.CreateLogoutToken())) : await server.StepAsync($"/signout-oidc?sid={Session}");

        Assert.That((page.Status, logout.Status, (await browser.StepAsync("/me")).Status), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.Redirect)));
    }

    [Test]
    public async Task A_logout_ends_the_sessions_of_all_schemes_of_the_client([Values] bool isBackChannel, [Values] bool shared)
    {
        using FakeAad aad = StartAad();
        var store = new MemoryStore { TellsChanges = true };
        await using App app = await App.StartAsync(aad, settings =>
        {
            AddSecondScheme(settings, aad);
            if (shared)
            {
                Action<IServiceCollection> add = settings.Services!;
                settings.Store = store;
                settings.Services = services =>
                {
                    add(services);
                    new AuthCodeBuilder("Second", services).UseSessionStore<MemoryStore>();
                };
            }
        });
        using Browser first = app.NewBrowser(), second = app.NewBrowser(), server = app.NewBrowser();
        await first.GoAsync("/me");
        await second.GoAsync("/second");

        Reply logout = isBackChannel ? await server.PostAsync("/signout-backchannel", ("logout_token", aad.CreateLogoutToken())) : await server.StepAsync($"/signout-oidc?sid={Session}");

        Assert.That((logout.Status, (await first.StepAsync("/me")).Status, (await second.StepAsync("/me")).Status), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.Redirect, HttpStatusCode.Redirect)));
    }

    [Test]
    public async Task The_paths_are_those_of_the_configuration()
    {
        using FakeAad aad = StartAad();
        await using App app = await App.StartAsync(aad, static settings =>
        {
            settings.Configuration["AzureAd:RemoteSignOutPath"] = "/bye";
            settings.Configuration["AzureAd:BackchannelLogoutPath"] = "/bye-bye";
        });
        using Browser server = app.NewBrowser();

        Assert.That(
            ((await server.StepAsync("/bye?sid=1")).Status, (await server.PostAsync("/bye-bye", ("logout_token", aad.CreateLogoutToken()))).Status, (await server.StepAsync("/signout-oidc?sid=1")).Status),
            Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.NotFound)));
    }

    [Test]
    public async Task An_empty_path_is_none()
    {
        using FakeAad aad = StartAad();
        await using App app = await App.StartAsync(aad, static settings => settings.Options = static options =>
        {
            options.RemoteSignOutPath = default;
            options.BackchannelLogoutPath = default;
        });
        using Browser server = app.NewBrowser();

        Assert.That(((await server.StepAsync("/signout-oidc?sid=1")).Status, (await server.PostAsync("/signout-backchannel")).Status), Is.EqualTo((HttpStatusCode.NotFound, HttpStatusCode.NotFound)));
    }

    [TestCase("/signin-oidc", "/signout-backchannel", "RemoteSignOutPath")]
    [TestCase("/signout-callback-oidc", "/signout-backchannel", "RemoteSignOutPath")]
    [TestCase("/a", "/a", "RemoteSignOutPath")]
    [TestCase("/", "/signout-backchannel", "RemoteSignOutPath")]
    [TestCase("/signout-oidc", "/signin-oidc", "BackchannelLogoutPath")]
    [TestCase("/signout-oidc", "/", "BackchannelLogoutPath")]
    public void A_path_that_is_not_its_own_is_refused_at_the_start(string remote, string backchannel, string named)
    {
        using FakeAad aad = StartAad();

        Assert.That(
            async () => await App.StartAsync(aad, settings => settings.Options = options =>
            {
                options.RemoteSignOutPath = remote;
                options.BackchannelLogoutPath = backchannel;
            }),
            Throws.InvalidOperationException.With.Message.Contains($"AuthCodeOptions.{named} is not usable"));
    }

    private static FakeAad StartAad()
    {
        FakeAad aad = App.StartAad();
        aad.Options.ServerSessionId = Session;
        return aad;
    }

    private static void AddSecondScheme(AppSettings settings, FakeAad aad)
    {
        foreach ((string key, string? value) in App.Section("Second", aad))
        {
            settings.Configuration[key] = value;
        }

        settings.Services = services => services.AddAuthentication().AddAuthCode("Second", services.BuildServiceProvider().GetRequiredService<Microsoft.Extensions.Configuration.IConfiguration>().GetSection("Second"), options =>
        {
            options.CallbackPath = "/signin-partners";
            options.SignedOutCallbackPath = "/signout-callback-partners";
            options.SignInScheme = "Cookies";
        });
        settings.Map = static app => Microsoft.AspNetCore.Builder.EndpointRouteBuilderExtensions.MapGet(app, "/second", static () => Microsoft.AspNetCore.Http.Results.Challenge(new() { RedirectUri = "/me" }, ["Second"]));
    }

    private static string Issuer(FakeAad aad) => new Uri(aad.AuthorityHost, $"{aad.TenantId}/v2.0").AbsoluteUri;

    /// <summary>A form whose length is not announced.</summary>
    private sealed class UnannouncedForm(IEnumerable<KeyValuePair<string, string>> fields) : FormUrlEncodedContent(fields)
    {
        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
