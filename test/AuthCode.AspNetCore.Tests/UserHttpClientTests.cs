using System.Collections.Concurrent;
using System.Security.Claims;
using AuthCode.Testing;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace AuthCode.AspNetCore.Tests;

/// <summary>The factory of HTTP clients, which AddUserToken makes one of each scope: for clients that have no user, nothing changes.</summary>
internal sealed class UserHttpClientTests
{
    [Test]
    public void A_singleton_can_take_the_factory_while_scopes_are_validated()
    {
        using ServiceProvider services = Build();

        using HttpClient client = services.GetRequiredService<Singleton>().Factory.CreateClient("orders");

        Assert.That(client.BaseAddress, Is.EqualTo(new Uri("https://orders.example/")));
    }

    [Test]
    public void The_factory_of_a_scope_outlives_it()
    {
        using ServiceProvider services = Build();
        IHttpClientFactory factory;
        using (IServiceScope scope = services.CreateScope())
        {
            factory = scope.ServiceProvider.GetRequiredService<IHttpClientFactory>();
        }

        using HttpClient plain = factory.CreateClient("plain"), orders = factory.CreateClient("orders");

        Assert.That((plain.BaseAddress, orders.BaseAddress), Is.EqualTo((new Uri("https://plain.example/"), new Uri("https://orders.example/"))));
    }

    [Test]
    public void A_client_has_the_settings_of_its_name_in_a_scope()
    {
        using ServiceProvider services = Build();
        using IServiceScope scope = services.CreateScope();

        using HttpClient client = scope.ServiceProvider.GetRequiredService<IHttpClientFactory>().CreateClient("orders");

        Assert.That((client.BaseAddress, client.Timeout), Is.EqualTo((new Uri("https://orders.example/"), TimeSpan.FromSeconds(7))));
    }

    [Test]
    public void A_client_without_a_user_says_what_to_do()
    {
        using ServiceProvider services = Build();
        using IServiceScope scope = services.CreateScope();
        using HttpClient client = scope.ServiceProvider.GetRequiredService<IHttpClientFactory>().CreateClient("orders");

        Assert.That(async () => await client.GetStringAsync(new Uri("orders", UriKind.Relative)), Throws.InvalidOperationException.With.Message.Contains("UserSessions.FindAsync(sessionKey)"));
    }

    [Test]
    public void An_address_that_is_not_resolved_yet_names_the_order_of_the_handlers()
    {
        using ServiceProvider services = Build();
        using HttpClient client = services.GetRequiredService<IHttpClientFactory>().CreateClient("orders");

        Assert.That(async () => await client.GetStringAsync(new Uri("https+http://orders/")), Throws.InvalidOperationException.With.Message.Contains("AddServiceDiscovery() before AddUserToken"));
    }

    [Test]
    public async Task A_transformation_of_claims_is_told_that_the_user_is_not_set_yet()
    {
        var told = new ConcurrentQueue<Exception>();
        using FakeAad aad = App.StartAad();
        await using App app = await App.StartAsync(aad, settings => settings.Services = services =>
        {
            services.AddHttpClient<OrdersClient>().AddUserToken(App.Vault);
            services.AddTransient<IClaimsTransformation>(provider => new Transformation(provider, told));
        });
        using Browser browser = app.NewBrowser();

        await browser.GoAsync("/me");

        Assert.That(told, Is.Not.Empty.And.All.TypeOf<AuthenticationFailedException>().And.All.Message.Contains("FindAsync(principal.GetSessionKey())"));
    }

    [Test]
    public void The_defaults_of_all_clients_cannot_send_tokens()
    {
        var services = new ServiceCollection();

        Assert.That(() => services.ConfigureHttpClientDefaults(static client => client.AddUserToken(App.Vault)), Throws.ArgumentException.With.Message.Contains("ConfigureHttpClientDefaults").And.Property("ParamName").EqualTo("builder"));
    }

    [Test]
    public void A_client_cannot_send_two_tokens()
    {
        IHttpClientBuilder client = new ServiceCollection().AddHttpClient("orders").AddUserToken(App.Vault);

        Assert.That(() => client.AddUserToken("api://invoices/.default"), Throws.ArgumentException.With.Message.Contains("'orders'").And.Message.Contains("AddUserToken").And.Property("ParamName").EqualTo("builder"));
        Assert.That(() => client.Services.AddHttpClient("invoices").AddUserToken("api://invoices/.default"), Throws.Nothing);
    }

    private static ServiceProvider Build()
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddAuthCode(new ConfigurationBuilder().Build().GetSection("AzureAd"));
        services.AddHttpClient("plain", static client => client.BaseAddress = new Uri("https://plain.example/"));
        services.AddHttpClient("orders", static client => client.BaseAddress = new Uri("https://orders.example/")).AddUserToken(App.Vault).ConfigureHttpClient(static client => client.Timeout = TimeSpan.FromSeconds(7));
        services.AddHttpClient("invoices").AddUserToken(App.Vault);
        services.AddSingleton<Singleton>();
        return services.BuildServiceProvider(validateScopes: true);
    }

    private sealed record Singleton(IHttpClientFactory Factory);

    private sealed class Transformation(IServiceProvider services, ConcurrentQueue<Exception> told) : IClaimsTransformation
    {
        public async Task<ClaimsPrincipal> TransformAsync(ClaimsPrincipal principal)
        {
            foreach (Func<Task> way in new Func<Task>[]
            {
                () => services.GetRequiredService<OrdersClient>().WhoAmIAsync(),
                async () => await services.GetRequiredService<UserCredential>().GetTokenAsync(new([App.Vault]), CancellationToken.None),
            })
            {
                try
                {
                    await way();
                }
                catch (AuthenticationFailedException e)
                {
                    told.Enqueue(e);
                }
            }

            return principal;
        }
    }
}
