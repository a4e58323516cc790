using AuthCode.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http;

namespace AuthCode.AspNetCore.Tests;

/// <summary>An API that sets a cookie: what it set for one user is not sent for another, though users share the handlers of an HTTP client.</summary>
internal sealed class UserHttpClientCookieTests
{
    private static readonly (string Name, Action<IServiceCollection> Add)[] Clients =
    [
        ("default", static services => services.AddHttpClient("default").AddUserToken(App.Vault)),
#pragma warning disable RS0030 // As an application may.
        ("after", static services => services.AddHttpClient("after").AddUserToken(App.Vault).ConfigurePrimaryHttpMessageHandler(static () => new HttpClientHandler { UseCookies = true })),
#pragma warning restore RS0030
        ("before", static services => services.AddHttpClient("before").UseSocketsHttpHandler(static (handler, _) => handler.UseCookies = true).AddUserToken(App.Vault)),
        ("wrapped", static services => services.AddHttpClient("wrapped").AddUserToken(App.Vault).ConfigurePrimaryHttpMessageHandler(static () => new Wrapper(new SocketsHttpHandler()))),
        ("filtered", static services => services.AddHttpClient("filtered").AddUserToken(App.Vault)),
    ];

    [TestCase("default")]
    [TestCase("after")]
    [TestCase("before")]
    [TestCase("wrapped")]
    [TestCase("filtered")]
    public async Task The_cookie_of_one_user_is_not_sent_for_another(string client)
    {
        await using WebApplication api = await StartApiAsync();
        using FakeAad aad = App.StartAad();
        await using App app = await StartAsync(aad, new Uri(api.Urls.First()));
        using Browser alice = app.NewBrowser(), bob = app.NewBrowser();

        Reply first = await alice.GoAsync("/call?client=" + client);
        aad.Options.User = new FakeAadUser("0a0a0a0a-0000-4000-8000-000000000001", aad.TenantId, "Bob", "bob@contoso.example");
        Reply second = await bob.GoAsync("/call?client=" + client);

        Assert.That((first.Body, second.Body), Is.EqualTo(("no cookie", "no cookie")));
    }

    [Test]
    public async Task A_handler_that_was_used_with_cookies_is_refused()
    {
        await using WebApplication api = await StartApiAsync();
        using var used = new SocketsHttpHandler();
        using var elsewhere = new HttpClient(used, disposeHandler: false);
        await elsewhere.GetStringAsync(new Uri(api.Urls.First()));
        var services = new ServiceCollection();
        services.AddHttpClient("orders").AddUserToken(App.Vault).ConfigurePrimaryHttpMessageHandler(() => new Wrapper(used));
        using ServiceProvider provider = services.BuildServiceProvider();

        Assert.That(
            () => provider.GetRequiredService<IHttpMessageHandlerFactory>().CreateHandler("orders"),
            Throws.InvalidOperationException.With.Message.Contains("'orders'").And.Message.Contains("UseCookies = false"));
    }

    private static Task<App> StartAsync(FakeAad aad, Uri api) => App.StartAsync(aad, settings =>
    {
        settings.Options = static options => options.Scopes.Add(App.Vault);
        settings.Services = static services =>
        {
            foreach ((_, Action<IServiceCollection> add) in Clients)
            {
                add(services);
            }

            services.AddSingleton<IHttpMessageHandlerBuilderFilter, PrimaryFilter>();
        };
        settings.Map = app => app.MapGet("/call", (IHttpClientFactory factory, string client) => factory.CreateClient(client).GetStringAsync(api)).RequireAuthorization();
    });

    private static async Task<WebApplication> StartApiAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRouting();
        WebApplication api = builder.Build();
        api.MapGet("/", static (HttpContext context) =>
        {
            context.Response.Cookies.Append("session", "of the first user");
            return context.Request.Cookies["session"] ?? "no cookie";
        });
        await api.StartAsync();
        return api;
    }

    private sealed class Wrapper(HttpMessageHandler inner) : DelegatingHandler(inner);

    // A filter of the application can have the last word about the primary handler, before that of AddUserToken.
    private sealed class PrimaryFilter : IHttpMessageHandlerBuilderFilter
    {
        public Action<HttpMessageHandlerBuilder> Configure(Action<HttpMessageHandlerBuilder> next) => builder =>
        {
            next(builder);
            if (builder.Name == "filtered")
            {
                builder.PrimaryHandler = new SocketsHttpHandler();
            }
        };
    }
}
