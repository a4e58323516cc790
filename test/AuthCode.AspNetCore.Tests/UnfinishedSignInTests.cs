using System.Collections.Concurrent;
using System.Net;
using System.Security.Claims;
using AuthCode.Testing;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.Extensions.DependencyInjection;

namespace AuthCode.AspNetCore.Tests;

/// <summary>A sign-in that the authorization server has completed and the application does not take: its session ends, and that of before goes on.</summary>
internal sealed class UnfinishedSignInTests
{
    private readonly List<string> _keys = [];
    private Func<TicketReceivedContext, Task>? _onTicket;
    private Action<HttpContext>? _onSignedIn;

    [TestCase("fail")]
    [TestCase("throw")]
    [TestCase("claims")]
    [TestCase("skip")]
    [TestCase("handle")]
    public async Task The_session_of_before_goes_on_and_the_new_one_ends(string how)
    {
        using FakeAad aad = App.StartAad();
        await using App app = await StartAsync(aad, how == "claims");
        using Browser browser = app.NewBrowser();
        await browser.GoAsync("/me");
        _onTicket = context => Refuse(context, how);

        try
        {
            await browser.GoAsync("/signin?to=/me");
        }
        catch (InvalidOperationException) when (how is "throw" or "claims")
        {
            // The browser gets an error of the server.
        }

        Assert.That(
            (await app.Sessions.GetStatusAsync(_keys[0]), await app.Sessions.GetStatusAsync(_keys[1]), (await browser.StepAsync("/me")).Body),
            Is.EqualTo((UserSessionStatus.Alive, UserSessionStatus.Ended, "Ada Lovelace")));
    }

    [TestCase("leave")]
    [TestCase("handle and leave")]
    [TestCase("fail and leave")]
    [TestCase("throw")]
    [TestCase("throw after the handler has signed the user in")]
    public async Task The_session_of_before_goes_on_if_the_cookie_of_the_new_one_was_written_and_does_not_reach_the_browser(string how)
    {
        using FakeAad aad = App.StartAad();
        await using App app = await StartAsync(aad, isStored: false);
        using Browser browser = app.NewBrowser();
        await browser.GoAsync("/me");
        _onTicket = how is "leave" || how.StartsWith("throw after", StringComparison.Ordinal) ? null : context => SignInAsync(context, how);
        _onSignedIn = context => Interrupt(context, how);

        Assert.That(async () => await browser.GoAsync("/signin?to=/me"), Throws.InstanceOf<Exception>());
        await RecordingSessions.Of(app).Ended.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.That(
            (await app.Sessions.GetStatusAsync(_keys[0]), await app.Sessions.GetStatusAsync(_keys[1]), (await browser.StepAsync("/me")).Body),
            Is.EqualTo((UserSessionStatus.Alive, UserSessionStatus.Ended, "Ada Lovelace")));
    }

    [Test]
    public async Task The_session_of_before_goes_on_if_the_application_makes_a_response_of_the_exception_and_keeps_the_headers()
    {
        using FakeAad aad = App.StartAad();
        await using App app = await StartAsync(aad, isStored: false, static settings => settings.Services += static services => services.AddTransient<IStartupFilter, ErrorsAsText>());
        using Browser browser = app.NewBrowser();
        await browser.GoAsync("/me");
        _onTicket = static context => SignInAsync(context, "throw");

        Reply error = await browser.GoAsync("/signin?to=/me");

        Assert.That(
            (error.Status, await app.Sessions.GetStatusAsync(_keys[0]), await app.Sessions.GetStatusAsync(_keys[1]), (await browser.StepAsync("/me")).Body),
            Is.EqualTo((HttpStatusCode.InternalServerError, UserSessionStatus.Alive, UserSessionStatus.Ended, "Ada Lovelace")));
    }

    [Test]
    public async Task An_event_that_signs_the_user_out_and_throws_has_signed_the_user_out()
    {
        using FakeAad aad = App.StartAad();
        await using App app = await StartAsync(aad, isStored: false, static settings => settings.Services += static services => services.AddTransient<IStartupFilter, ErrorsAsText>());
        using Browser browser = app.NewBrowser();
        await browser.GoAsync("/me");
        _onTicket = static async context =>
        {
            await context.HttpContext.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
            throw new InvalidOperationException("The user is blocked.");
        };

        Reply error = await browser.GoAsync("/signin?to=/me");

        Assert.That((error.Status, (await browser.StepAsync("/me")).Body), Is.EqualTo((HttpStatusCode.InternalServerError, "")));
    }

    [Test]
    public async Task No_time_out_of_the_application_ends_a_sign_in_whose_code_is_sent()
    {
        using FakeAad aad = App.StartAad();
        var timeout = new TimeoutFeature();
        await using App app = await StartAsync(aad, isStored: false, settings => settings.Services += services => services.AddSingleton<IStartupFilter>(timeout));
        using Browser browser = app.NewBrowser();

        await browser.GoAsync("/me");

        Assert.That(timeout.DisabledAt, Is.EqualTo(new[] { "/signin-oidc" }));
    }

    [Test]
    public async Task A_callback_whose_cookie_of_before_cannot_be_validated_just_now_can_be_loaded_again()
    {
        using FakeAad aad = App.StartAad();
        bool isDown = false;
        await using App app = await StartAsync(aad, isStored: false, settings =>
            settings.Services += services => services.Configure<CookieAuthenticationOptions>(CookieAuthenticationDefaults.AuthenticationScheme, options => options.Events.OnValidatePrincipal = _ =>
                isDown ? throw new AuthenticationFailedException("The store of the application is down.") { IsTransient = true } : Task.CompletedTask));
        using Browser browser = app.NewBrowser();
        await browser.GoAsync("/me");
        Uri server = (await browser.StepAsync("/signin?to=/me")).Location!;
        string callback = (await browser.StepAsync(server.AbsoluteUri)).Location!.AbsoluteUri;
        isDown = true;
        Reply failed = await browser.StepAsync(callback);
        isDown = false;

        Assert.That((failed.Status, (await browser.GoAsync(callback)).Body), Is.EqualTo((HttpStatusCode.ServiceUnavailable, "Ada Lovelace")));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Neither_session_goes_on_if_the_browser_has_the_cookie_of_the_one_that_ends(bool throws)
    {
        using FakeAad aad = App.StartAad();
        await using App app = await StartAsync(aad, isStored: false);
        using Browser browser = app.NewBrowser();
        await browser.GoAsync("/me");
        _onTicket = async context =>
        {
            await context.HttpContext.SignInAsync(CookieAuthenticationDefaults.AuthenticationScheme, context.Principal!);
            if (throws)
            {
                await context.Response.StartAsync();
                throw new InvalidOperationException("The database of the application is down.");
            }

            context.Fail("not on the list");
        };

        try
        {
            await browser.GoAsync("/signin?to=/me");
        }
        catch (Exception e) when (throws && e is HttpRequestException or IOException or InvalidOperationException)
        {
            // The response ends in the middle.
        }

        Assert.That(
            (await app.Sessions.GetStatusAsync(_keys[0]), await app.Sessions.GetStatusAsync(_keys[1])),
            Is.EqualTo((UserSessionStatus.Ended, UserSessionStatus.Ended)));
        Assert.That(RecordingSessions.Of(app).Ends, Is.EqualTo(_keys.Select(static key => (nameof(UserSessions.EndAsync), key))), "the tokens are revoked");
    }

    [Test]
    public async Task A_cookie_that_was_removed_again_keeps_no_session()
    {
        using FakeAad aad = App.StartAad();
        await using App app = await StartAsync(aad, isStored: false);
        using Browser browser = app.NewBrowser();
        _onTicket = static async context =>
        {
            await context.HttpContext.SignInAsync(CookieAuthenticationDefaults.AuthenticationScheme, context.Principal!);
            await context.HttpContext.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
            context.Response.Redirect("/");
            context.HandleResponse();
        };

        await browser.GoAsync("/signin?to=/");

        Assert.That(await app.Sessions.GetStatusAsync(_keys[0]), Is.EqualTo(UserSessionStatus.Ended));
    }

    [Test]
    public async Task A_browser_that_leaves_while_the_code_is_redeemed_keeps_the_session_of_before_and_its_token()
    {
        using FakeAad aad = App.StartAad();
        var requests = new Requests();
        await using App app = await StartAsync(aad, isStored: false, settings => settings.Services += services =>
        {
            services.AddSingleton<IStartupFilter>(requests);
            services.Configure<CookieAuthenticationOptions>(CookieAuthenticationDefaults.AuthenticationScheme, static options => options.Events.OnValidatePrincipal = static context =>
            {
                // As a look into a database does.
                context.HttpContext.RequestAborted.ThrowIfCancellationRequested();
                return Task.CompletedTask;
            });
        });
        using Browser browser = app.NewBrowser();
        await browser.GoAsync("/me");
        aad.Options.BeforeTokenResponse = _ =>
        {
            requests.Latest!.Abort();
            return Task.CompletedTask;
        };

        Assert.That(async () => await browser.GoAsync("/signin?to=/me"), Throws.InstanceOf<Exception>());
        await RecordingSessions.Of(app).Ended.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.That(
            (RecordingSessions.Of(app).Ends.Single().Method, (await browser.StepAsync("/me")).Body),
            Is.EqualTo((nameof(UserSessions.EndWithoutRevocationAsync), "Ada Lovelace")));
    }

    [Test]
    public async Task A_code_is_not_redeemed_if_the_cookie_of_the_session_of_before_cannot_be_validated()
    {
        using FakeAad aad = App.StartAad();
        bool isDown = false;
        await using App app = await StartAsync(aad, isStored: false, settings =>
        {
            settings.Options += static options => options.Events.OnRemoteFailure = static context =>
            {
                context.HandleResponse();
                return Task.CompletedTask;
            };
            settings.Services += services => services.Configure<CookieAuthenticationOptions>(CookieAuthenticationDefaults.AuthenticationScheme, options => options.Events.OnValidatePrincipal = _ =>
                isDown ? throw new InvalidOperationException("The database of the application is down.") : Task.CompletedTask);
        });
        using Browser browser = app.NewBrowser();
        await browser.GoAsync("/me");
        Uri server = (await browser.StepAsync("/signin?to=/me")).Location!;
        string callback = (await browser.StepAsync(server.AbsoluteUri)).Location!.AbsoluteUri;
        isDown = true;
        await browser.StepAsync(callback);
        isDown = false;

        Reply page = await browser.GoAsync(callback);

        Assert.That((page.Body, _keys.Count, await app.Sessions.GetStatusAsync(_keys[^1])), Is.EqualTo(("Ada Lovelace", 2, UserSessionStatus.Alive)));
    }

    [Test]
    public async Task A_cookie_that_was_written_again_for_another_user_keeps_no_session()
    {
        using FakeAad aad = App.StartAad();
        await using App app = await StartAsync(aad, isStored: false);
        using Browser browser = app.NewBrowser();
        _onTicket = static async context =>
        {
            await context.HttpContext.SignInAsync(CookieAuthenticationDefaults.AuthenticationScheme, context.Principal!);
            await context.HttpContext.SignInAsync(CookieAuthenticationDefaults.AuthenticationScheme, new ClaimsPrincipal(new ClaimsIdentity([new Claim("name", "guest")], "application")));
            context.Response.Redirect("/");
            context.HandleResponse();
        };

        await browser.GoAsync("/signin?to=/");

        Assert.That(await app.Sessions.GetStatusAsync(_keys[0]), Is.EqualTo(UserSessionStatus.Ended));
    }

    [Test]
    public async Task An_application_that_removes_another_cookie_after_it_has_signed_the_user_in_keeps_the_session()
    {
        using FakeAad aad = App.StartAad();
        await using App app = await StartAsync(aad, isStored: false);
        using Browser browser = app.NewBrowser();
        _onTicket = static async context =>
        {
            await context.HttpContext.SignInAsync(CookieAuthenticationDefaults.AuthenticationScheme, context.Principal!);
            await context.HttpContext.SignOutAsync("External");
            context.Response.Redirect("/me");
            context.HandleResponse();
        };

        Reply page = await browser.GoAsync("/signin?to=/");

        Assert.That((page.Body, await app.Sessions.GetStatusAsync(_keys[0])), Is.EqualTo(("Ada Lovelace", UserSessionStatus.Alive)));
    }

    [Test]
    public async Task An_application_that_has_signed_the_user_in_itself_keeps_the_session()
    {
        using FakeAad aad = App.StartAad();
        await using App app = await StartAsync(aad, isStored: false);
        using Browser browser = app.NewBrowser();
        await browser.GoAsync("/me");
        _onTicket = static async context =>
        {
            await context.HttpContext.SignInAsync(CookieAuthenticationDefaults.AuthenticationScheme, context.Principal!);
            context.Response.Redirect("/me");
            context.HandleResponse();
        };

        Reply page = await browser.GoAsync("/signin?to=/");

        Assert.That(
            (page.Body, await app.Sessions.GetStatusAsync(_keys[0]), await app.Sessions.GetStatusAsync(_keys[1])),
            Is.EqualTo(("Ada Lovelace", UserSessionStatus.Ended, UserSessionStatus.Alive)));
    }

    private Task<App> StartAsync(FakeAad aad, bool isStored, Action<AppSettings>? configure = null) => App.StartAsync(aad, settings =>
    {
        settings.Options = options =>
        {
            options.TicketInStore = isStored;
            options.Events.OnTicketReceived = context =>
            {
                _keys.Add(context.Principal!.GetSessionKey()!);
                return _onTicket?.Invoke(context) ?? Task.CompletedTask;
            };
        };
        settings.Services = services =>
        {
            RecordingSessions.Add(services);
            services.AddAuthentication().AddCookie("External");
            services.Configure<CookieAuthenticationOptions>(CookieAuthenticationDefaults.AuthenticationScheme, options => options.Events.OnSignedIn = context =>
            {
                _onSignedIn?.Invoke(context.HttpContext);
                return Task.CompletedTask;
            });
        };
        configure?.Invoke(settings);
    });

    private static async Task SignInAsync(TicketReceivedContext context, string how)
    {
        await context.HttpContext.SignInAsync(CookieAuthenticationDefaults.AuthenticationScheme, context.Principal!);
        switch (how)
        {
            case "fail and leave":
                context.Fail("not on the list");
                break;
            case "handle and leave":
                context.HandleResponse();
                break;
            default:
                throw new InvalidOperationException("The database of the application is down.");
        }
    }

    private static void Interrupt(HttpContext context, string how)
    {
        if (how.EndsWith("leave", StringComparison.Ordinal))
        {
            context.Abort();
        }
        else if (how.StartsWith("throw after", StringComparison.Ordinal))
        {
            throw new InvalidOperationException("The database of the application is down.");
        }
    }

    private static Task Refuse(TicketReceivedContext context, string how)
    {
        switch (how)
        {
            case "fail":
                context.Fail("not on the list");
                break;
            case "skip":
                context.SkipHandler();
                break;
            case "handle":
                context.Response.Redirect("/");
                context.HandleResponse();
                break;
            case "claims":
                // More than can be kept with a session.
                ((ClaimsIdentity)context.Principal!.Identity!).AddClaim(new Claim("photo", new string('x', 200_000)));
                break;
            default:
                throw new InvalidOperationException("The database of the application is down.");
        }

        return Task.CompletedTask;
    }
    /// <summary>The requests of an application.</summary>
    private sealed class Requests : IStartupFilter
    {
        internal HttpContext? Latest { get; private set; }

        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use((HttpContext context, RequestDelegate following) =>
            {
                Latest = context;
                return following(context);
            });
            next(app);
        };
    }

    /// <summary>The time-out of each request, and where it was disabled.</summary>
    private sealed class TimeoutFeature : IStartupFilter
    {
        internal ConcurrentQueue<string> DisabledAt { get; } = new();

        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use((HttpContext context, RequestDelegate following) =>
            {
                context.Features.Set<IHttpRequestTimeoutFeature>(new OfRequest(context, DisabledAt));
                return following(context);
            });
            next(app);
        };

        private sealed class OfRequest(HttpContext context, ConcurrentQueue<string> disabledAt) : IHttpRequestTimeoutFeature
        {
            public CancellationToken RequestTimeoutToken => CancellationToken.None;

            public void DisableTimeout() => disabledAt.Enqueue(context.Request.Path);
        }
    }

    /// <summary>Makes a response of each exception, without clearing the headers.</summary>
    private sealed class ErrorsAsText : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use(static async (HttpContext context, RequestDelegate following) =>
            {
                try
                {
                    await following(context);
                }
                catch (InvalidOperationException)
                {
                    context.Response.StatusCode = StatusCodes.Status500InternalServerError;
                    await context.Response.WriteAsync("error");
                }
            });
            next(app);
        };
    }
}
