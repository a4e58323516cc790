using AuthCode.Testing;
using AuthCode.Tests.Scenarios.Farm;
using Autofac.Extensions.DependencyInjection;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace AuthCode.AspNetCore.Tests;

/// <summary>How an application differs from the usual one.</summary>
internal sealed class AppSettings
{
    internal Action<AuthCodeOptions>? Options { get; set; }

    internal Action<AuthCodeBuilder>? Client { get; set; }

    internal Action<IServiceCollection>? Services { get; set; }

    internal Action<WebApplication>? Map { get; set; }

    internal Dictionary<string, string?> Configuration { get; } = [];

    /// <summary>The store of the sessions; <see langword="null"/> for the memory of the application.</summary>
    internal MemoryStore? Store { get; set; }

    /// <summary>The path below which the application is; <see langword="null"/> for none.</summary>
    internal string? PathBase { get; set; }

    /// <summary>Whether the services are those of Autofac, a container that many applications use in place of .NET's.</summary>
    internal bool UsesAutofac { get; set; }

    /// <summary>Whether a token that an endpoint could not get is handled by the middleware; otherwise the test sees the exception.</summary>
    internal bool UsesMiddleware { get; set; } = true;
}

/// <summary>An application in the process of the test, in Production: without the validation of scopes.</summary>
internal sealed class App : IAsyncDisposable
{
    internal const string Vault = "https://vault.azure.net/user_impersonation";

    private readonly WebApplication _app;

    private App(WebApplication app) => _app = app;

    internal IServiceProvider Services => _app.Services;

    internal UserSessions Sessions => Services.GetRequiredService<UserSessions>();

    internal static FakeAad StartAad(FakeTimeProvider? time = null) => FakeAad.Start(options =>
    {
        options.RedirectUris = [new Uri(Browser.Origin, "signin-oidc"), new Uri(Browser.Origin, "signin-partners"), new Uri(Browser.Origin, "app/signin-oidc")];
        options.TimeProvider = time ?? TimeProvider.System;
    });

    /// <summary>A clock at the time of the system, by which cookies expire in the browser.</summary>
    internal static FakeTimeProvider Clock() => new(TimeProvider.System.GetUtcNow());

    internal static async Task<App> StartAsync(FakeAad aad, Action<AppSettings>? configure = null, IDataProtectionProvider? protection = null)
    {
        var settings = new AppSettings();
        configure?.Invoke(settings);
        App app = Create(aad, settings, protection);
        try
        {
            await app._app.StartAsync();
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }

        return app;
    }

    internal Browser NewBrowser() => new(_app.GetTestServer().CreateHandler());

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private static App Create(FakeAad aad, AppSettings settings, IDataProtectionProvider? protection)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        builder.WebHost.UseTestServer();
        builder.Configuration.AddInMemoryCollection(Section("AzureAd", aad));
        builder.Configuration.AddInMemoryCollection(settings.Configuration);
        builder.Services.AddSingleton(aad.Options.TimeProvider);
        builder.Services.AddLogging(static logging => logging.SetMinimumLevel(LogLevel.Debug));
        builder.Services.AddRouting();
        builder.Services.AddAuthorization();
        AuthCodeBuilder client = builder.Services.AddAuthCode(builder.Configuration.GetSection("AzureAd"), settings.Options);

        // A store that can tell changes, as that of the tests, is looked into every five minutes otherwise.
        client.ConfigureClient(static (_, options) => options.Sessions.RevalidateAfter = TimeSpan.FromSeconds(60));
        settings.Client?.Invoke(client);
        if (settings.Store is { } store)
        {
            builder.Services.AddSingleton(store);
            client.UseSessionStore<MemoryStore>();
        }

        builder.Services.RemoveAll<IDataProtectionProvider>();
        builder.Services.AddSingleton(protection ?? new EphemeralDataProtectionProvider());
        settings.Services?.Invoke(builder.Services);
        if (settings.UsesAutofac)
        {
            builder.Host.UseServiceProviderFactory(new AutofacServiceProviderFactory());
        }

        WebApplication app = builder.Build();
        if (settings.PathBase is { } path)
        {
            app.UsePathBase(path);
            app.UseRouting();
        }

        app.UseAuthentication();
        if (settings.UsesMiddleware)
        {
            app.UseAuthCode();
        }

        app.UseAuthorization();
        Map(app);
        settings.Map?.Invoke(app);
        return new App(app);
    }

    /// <summary>The section of a client of the fake.</summary>
    internal static IEnumerable<KeyValuePair<string, string?>> Section(string name, FakeAad aad) =>
    [
        new($"{name}:Instance", aad.AuthorityHost.AbsoluteUri),
        new($"{name}:TenantId", aad.TenantId),
        new($"{name}:ClientId", aad.ClientId),
        new($"{name}:ClientSecret", aad.ClientSecret),
    ];

    private static void Map(WebApplication app)
    {
        app.MapGet("/", static () => "home");
        app.MapGet("/me", static (HttpContext context) => context.User.Identity!.Name).RequireAuthorization();
        app.MapGet("/deep/link", static (HttpContext context) => context.Request.QueryString.Value).RequireAuthorization();
        app.MapGet("/signin", static (string? to) => Results.Challenge(new AuthenticationProperties { RedirectUri = to }));
        app.MapGet("/signout", static (string? to) => Results.SignOut(new AuthenticationProperties { RedirectUri = to }, ["Cookies", AuthCodeDefaults.AuthenticationScheme]));
    }
}
