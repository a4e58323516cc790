using System.Net;
using System.Security.Claims;
using AuthCode.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace AuthCode.AspNetCore.Tests;

/// <summary>Tokens of the user in the scope of a Blazor circuit, and what must not be possible there. A circuit in a browser is among the end-to-end tests.</summary>
internal sealed partial class CircuitTests
{
    private readonly EchoApi _api = new();
    private readonly Dictionary<string, ClaimsPrincipal> _users = [];
    private TestCircuit? _open;
    private Func<Task<string>>? _static;
    private Func<Task<string>>? _event;

    [Test]
    public async Task A_component_acts_for_the_user_in_each_way()
    {
        using FakeAad aad = App.StartAad();
        await using App app = await StartAsync(aad);
        await using TestCircuit circuit = await TestCircuit.OpenAsync(app, await SignInAsync(app, aad, "alice"));

        string[] users = await circuit.RunAsync(async services => new[]
        {
            await CredentialAsync(services),
            await services.GetRequiredService<EchoClient>().WhoAmIAsync(),
            await services.GetRequiredService<DisposableClient>().Inner.WhoAmIAsync(),
            await services.GetRequiredService<OrdersClient>().WhoAmIAsync(),
            await services.GetRequiredService<Later>().WhoAmIAsync(),
        });

        Assert.That(users, Has.All.EqualTo(IdOf("alice")));
    }

    [Test]
    public async Task A_token_that_has_expired_is_renewed_once_in_the_same_circuit()
    {
        FakeTimeProvider time = App.Clock();
        using FakeAad aad = App.StartAad(time);
        await using App app = await StartAsync(aad);
        await using TestCircuit circuit = await TestCircuit.OpenAsync(app, await SignInAsync(app, aad, "alice"));
        await circuit.RunAsync(CredentialAsync);

        time.Advance(TimeSpan.FromHours(2));
        string[] users = await circuit.RunAsync(static services => Task.WhenAll(CredentialAsync(services), CredentialAsync(services)));

        Assert.That(users, Has.All.EqualTo(IdOf("alice")));
        Assert.That(aad.TokenRequests.Select(static request => request.GrantType), Is.EqualTo(new[] { "authorization_code", "refresh_token" }));
    }

    [Test]
    public async Task A_session_that_ends_is_told_to_the_component()
    {
        using FakeAad aad = App.StartAad();
        await using App app = await StartAsync(aad);
        ClaimsPrincipal alice = await SignInAsync(app, aad, "alice");
        await using TestCircuit circuit = await TestCircuit.OpenAsync(app, alice);
        await circuit.RunAsync(CredentialAsync);

        await app.Sessions.EndAsync(alice.GetSessionKey()!);

        foreach (Func<IServiceProvider, Task<string>> way in Ways)
        {
            Assert.That(async () => await circuit.RunAsync(way), Throws.TypeOf<AuthenticationFailedException>().With.Property("IsSignInRequired").True);
        }
    }

    [Test]
    public async Task A_circuit_stays_with_the_user_of_its_first_token()
    {
        using FakeAad aad = App.StartAad();
        await using App app = await StartAsync(aad);
        ClaimsPrincipal alice = await SignInAsync(app, aad, "alice"), bob = await SignInAsync(app, aad, "bob");
        await using TestCircuit circuit = await TestCircuit.OpenAsync(app, alice);
        await circuit.RunAsync(CredentialAsync);
        int requests = _api.Requests;

        circuit.User = bob;

        foreach (Func<IServiceProvider, Task<string>> way in Ways)
        {
            Assert.That(async () => await circuit.RunAsync(way), Throws.InvalidOperationException.With.Message.Contains("has changed"));
        }

        Assert.That(_api.Requests, Is.EqualTo(requests));
    }

    [Test]
    public async Task A_circuit_whose_user_is_signed_out_gets_no_token()
    {
        using FakeAad aad = App.StartAad();
        await using App app = await StartAsync(aad);
        await using TestCircuit circuit = await TestCircuit.OpenAsync(app, await SignInAsync(app, aad, "alice"));
        await circuit.RunAsync(CredentialAsync);

        circuit.User = new ClaimsPrincipal(new ClaimsIdentity());

        foreach (Func<IServiceProvider, Task<string>> way in Ways)
        {
            Assert.That(async () => await circuit.RunAsync(way), Throws.TypeOf<AuthenticationFailedException>().With.Property("IsSignInRequired").True);
        }
    }

    [Test]
    public async Task A_scope_made_by_hand_in_a_circuit_is_refused()
    {
        using FakeAad aad = App.StartAad();
        await using App app = await StartAsync(aad);
        await using TestCircuit circuit = await TestCircuit.OpenAsync(app, await SignInAsync(app, aad, "alice"));

        foreach (Func<IServiceProvider, Task<string>> way in Ways)
        {
            Assert.That(
                async () => await circuit.RunAsync(async services =>
                {
                    await using AsyncServiceScope scope = services.CreateAsyncScope();
                    return await way(scope.ServiceProvider);
                }),
                Throws.InvalidOperationException.With.Message.Contains("UserSessions.FindAsync(sessionKey)"));
        }

        Assert.That(_api.Requests, Is.Zero);
    }

    [Test]
    public async Task A_singleton_that_a_circuit_creates_is_refused()
    {
        using FakeAad aad = App.StartAad();
        await using App app = await StartAsync(aad);
        await using TestCircuit circuit = await TestCircuit.OpenAsync(app, await SignInAsync(app, aad, "alice"));

        Assert.That(async () => await circuit.RunAsync(static services => services.GetRequiredService<Shared>().Client.Inner.WhoAmIAsync()), Throws.InvalidOperationException.With.Message.Contains("AddUserClient"));
        Assert.That(_api.Requests, Is.Zero);
    }

    [Test]
    public async Task A_singleton_without_a_scope_is_refused_at_its_first_use()
    {
        using FakeAad aad = App.StartAad();
        await using App app = await StartAsync(aad);

        Assert.That(async () => await app.Services.GetRequiredService<Shared>().Client.Inner.WhoAmIAsync(), Throws.InvalidOperationException.With.Message.Contains("AddUserClient"));
        Assert.That(_api.Requests, Is.Zero);
    }

    [Test]
    public async Task A_circuit_that_is_over_gives_no_token()
    {
        using FakeAad aad = App.StartAad();
        await using App app = await StartAsync(aad);
        var background = new Background();
        await using (TestCircuit circuit = await TestCircuit.OpenAsync(app, await SignInAsync(app, aad, "alice")))
        {
            UserCredential credential = circuit.Services.GetRequiredService<UserCredential>();
            await circuit.RunAsync(_ => Task.FromResult(background.Task = background.RunAsync(async () => (await credential.GetTokenAsync(new([App.Vault]), CancellationToken.None)).Token)));
        }

        background.Go();

        Assert.That(async () => await background.Task!, Throws.InvalidOperationException.With.Message.Contains("after the end"));
    }

    [TestCase(0, TestName = "A static UserCredential of one circuit is refused in another")]
    [TestCase(1, TestName = "A static client of one circuit is refused in another")]
    [TestCase(2, TestName = "A static disposable client of one circuit is refused in another")]
    [TestCase(3, TestName = "A static HTTP client of one circuit is refused in another")]
    public async Task Static_fields(int way)
    {
        using FakeAad aad = App.StartAad();
        await using App app = await StartAsync(aad);
        await using TestCircuit ofAlice = await TestCircuit.OpenAsync(app, await SignInAsync(app, aad, "alice")), ofBob = await TestCircuit.OpenAsync(app, await SignInAsync(app, aad, "bob"));
        Func<Task<string>> shared = await ofAlice.RunAsync(services => Task.FromResult(BoundTo(services)[way]));
        string first = await ofAlice.RunAsync(_ => shared());
        int requests = _api.Requests;

        Assert.That(first, Is.EqualTo(IdOf("alice")));
        Assert.That(async () => await ofBob.RunAsync(_ => shared()), Throws.InvalidOperationException.With.Message.Contains("static field"));
        _static = shared;
        Assert.That(async () => await SignInAsync(app, aad, "bob", "/static"), Throws.InvalidOperationException.With.Message.Contains("static field"), "in a request of the other user");
        Assert.That(_api.Requests, Is.EqualTo(requests));
    }

    [Test]
    public async Task A_component_that_hears_an_event_of_another_users_circuit_keeps_its_own_user()
    {
        using FakeAad aad = App.StartAad();
        await using App app = await StartAsync(aad);
        await using TestCircuit ofAlice = await TestCircuit.OpenAsync(app, await SignInAsync(app, aad, "alice")), ofBob = await TestCircuit.OpenAsync(app, await SignInAsync(app, aad, "bob"));
        Func<Task<string>>[] ways = BoundTo(ofAlice.Services);

        foreach (Func<Task<string>> way in ways)
        {
            string user = await ofBob.RunAsync(_ => ofAlice.OnDispatcherAsync(way));

            Assert.That(user, Is.EqualTo(IdOf("alice")));
            Assert.That(async () => await ofBob.RunAsync(_ => way()), Throws.InvalidOperationException.With.Message.Contains("InvokeAsync"), "without InvokeAsync it cannot be told from a static field");
        }
    }

    [Test]
    public async Task A_component_that_hears_an_event_of_a_request_keeps_its_own_user()
    {
        using FakeAad aad = App.StartAad();
        await using App app = await StartAsync(aad);
        await using TestCircuit ofAlice = await TestCircuit.OpenAsync(app, await SignInAsync(app, aad, "alice"));
        _open = ofAlice;

        using Browser bob = app.NewBrowser();
        SwitchUser(aad, "bob");
        Reply reply = await bob.GoAsync("/raise");

        Assert.That(reply.Body, Is.EqualTo(IdOf("alice")));
    }

    [TestCase(0, TestName = "A client of a scope made by hand sends no token of the request that raised an event")]
    [TestCase(1, TestName = "A factory of a singleton sends no token of the request that raised an event")]
    [TestCase(2, TestName = "A handler of IHttpMessageHandlerFactory sends no token of the request that raised an event")]
    public async Task Clients_without_a_user_in_an_event_of_a_request(int way)
    {
        using FakeAad aad = App.StartAad();
        await using App app = await StartAsync(aad);
        await using TestCircuit ofAlice = await TestCircuit.OpenAsync(app, await SignInAsync(app, aad, "alice"));
        using IServiceScope owned = ofAlice.Services.CreateScope();
        using var pooled = new HttpClient(app.Services.GetRequiredService<IHttpMessageHandlerFactory>().CreateHandler("orders"), disposeHandler: false);
        Func<Task<string>>[] ways =
        [
            owned.ServiceProvider.GetRequiredService<OrdersClient>().WhoAmIAsync,
            () => app.Services.GetRequiredService<IHttpClientFactory>().CreateClient("orders").GetStringAsync(new Uri("https://orders.example/")),
            () => pooled.GetStringAsync(new Uri("https://orders.example/")),
        ];
        _event = () => ofAlice.OnDispatcherAsync(ways[way]);

        Assert.That(async () => await SignInAsync(app, aad, "bob", "/event"), Throws.InvalidOperationException.With.Message.Contains("inject the client or IHttpClientFactory"));
        Assert.That(_api.Requests, Is.Zero);
    }

    [Test]
    public async Task A_handler_that_repeats_a_request_keeps_the_user_of_the_component()
    {
        using FakeAad aad = App.StartAad();
        await using App app = await StartAsync(aad, services => services.AddHttpClient("again").AddHttpMessageHandler(static () => new Again()).AddUserToken(App.Vault).ConfigurePrimaryHttpMessageHandler(() => _api));
        await using TestCircuit ofAlice = await TestCircuit.OpenAsync(app, await SignInAsync(app, aad, "alice"));
        using HttpClient again = ofAlice.Services.GetRequiredService<IHttpClientFactory>().CreateClient("again");
        _event = () => ofAlice.OnDispatcherAsync(() => again.GetStringAsync(new Uri("https://orders.example/")));

        using Browser bob = app.NewBrowser();
        SwitchUser(aad, "bob");
        Reply reply = await bob.GoAsync("/event");

        Assert.That((reply.Body, _api.Requests), Is.EqualTo((IdOf("alice"), 2)));
    }

    [Test]
    public async Task A_handler_that_calls_another_client_sends_no_token_of_the_user_who_raised_an_event()
    {
        using FakeAad aad = App.StartAad();
        await using App app = await StartAsync(aad, services =>
        {
            services.AddTransient<Gateway>();
            services.AddHttpClient("gateway").AddHttpMessageHandler<Gateway>();
        });
        await using TestCircuit ofAlice = await TestCircuit.OpenAsync(app, await SignInAsync(app, aad, "alice"));
        using HttpClient gateway = ofAlice.Services.GetRequiredService<IHttpClientFactory>().CreateClient("gateway");
        _event = () => ofAlice.OnDispatcherAsync(() => gateway.GetStringAsync(new Uri("https://gateway.example/")));

        Assert.That(async () => await SignInAsync(app, aad, "bob", "/event"), Throws.InvalidOperationException);
        Assert.That(_api.Requests, Is.Zero);
    }

    [TestCase(0)]
    [TestCase(1)]
    public async Task Off_the_dispatcher_a_copy_of_a_request_and_a_scope_made_by_hand_send_no_token_of_another_user(int way)
    {
        using FakeAad aad = App.StartAad();
        await using App app = await StartAsync(aad, services => services.AddHttpClient("copy").AddHttpMessageHandler(static () => new Copy()).AddUserToken(App.Vault).ConfigurePrimaryHttpMessageHandler(() => _api));
        await using TestCircuit ofAlice = await TestCircuit.OpenAsync(app, await SignInAsync(app, aad, "alice"));
        using IServiceScope owned = ofAlice.Services.CreateScope();
        IHttpClientFactory factory = await ofAlice.RunAsync(services => Task.FromResult((way == 0 ? services : owned.ServiceProvider).GetRequiredService<IHttpClientFactory>()));
        _event = () => Task.Run(() => factory.CreateClient(way == 0 ? "copy" : "orders").GetStringAsync(new Uri("https://orders.example/")));

        Assert.That(async () => await SignInAsync(app, aad, "bob", "/event"), Throws.InvalidOperationException);
        Assert.That(_api.Requests, Is.Zero);
    }

    [Test]
    public async Task A_handler_that_sends_a_copy_of_a_request_keeps_the_user_of_the_component()
    {
        using FakeAad aad = App.StartAad();
        await using App app = await StartAsync(aad, services => services.AddHttpClient("copy").AddHttpMessageHandler(static () => new Copy()).AddUserToken(App.Vault).ConfigurePrimaryHttpMessageHandler(() => _api));
        await using TestCircuit ofAlice = await TestCircuit.OpenAsync(app, await SignInAsync(app, aad, "alice"));
        using HttpClient copy = ofAlice.Services.GetRequiredService<IHttpClientFactory>().CreateClient("copy");
        _event = () => ofAlice.OnDispatcherAsync(() => copy.GetStringAsync(new Uri("https://orders.example/")));

        using Browser bob = app.NewBrowser();
        SwitchUser(aad, "bob");
        Reply reply = await bob.GoAsync("/event");

        Assert.That(reply.Body, Is.EqualTo(IdOf("alice")));
    }

    [Test]
    public async Task A_synchronous_call_in_an_event_leaves_the_user_who_raised_it()
    {
        using FakeAad aad = App.StartAad();
        await using App app = await StartAsync(aad);
        await using TestCircuit ofAlice = await TestCircuit.OpenAsync(app, await SignInAsync(app, aad, "alice")), ofBob = await TestCircuit.OpenAsync(app, await SignInAsync(app, aad, "bob"));
        using HttpClient orders = ofAlice.Services.GetRequiredService<IHttpClientFactory>().CreateClient("orders");

        string user = await ofBob.RunAsync(async services =>
        {
            SynchronizationContext? before = SynchronizationContext.Current;
            SynchronizationContext.SetSynchronizationContext(ofAlice.Dispatcher);
            using (var request = new HttpRequestMessage(HttpMethod.Get, "https://orders.example/"))
            using (HttpResponseMessage response = orders.Send(request))
            {
                Assert.That(response.IsSuccessStatusCode);
            }

            SynchronizationContext.SetSynchronizationContext(before);
            await Task.Yield();
            return await Task.Run(() => CredentialAsync(services));
        });

        Assert.That(user, Is.EqualTo(IdOf("bob")));
    }

    [TestCase(true, TestName = "An Azure client in an event, begun without the flow of the caller, keeps the user of the component")]
    [TestCase(false, TestName = "An Azure client in an event is refused after its first wait, and told what to do")]
    public async Task An_Azure_client_that_repeats_a_request_in_an_event(bool suppressesFlow)
    {
        using FakeAad aad = App.StartAad();
        await using App app = await StartAsync(aad);
        await using TestCircuit ofAlice = await TestCircuit.OpenAsync(app, await SignInAsync(app, aad, "alice"));
        EchoClient echo = ofAlice.Services.GetRequiredService<EchoClient>();
        _api.Answer = static (_, number) => number == 1 ? new HttpResponseMessage(System.Net.HttpStatusCode.ServiceUnavailable) { Headers = { { "Retry-After", "0" } } } : null;
        _event = () => ofAlice.OnDispatcherAsync(() =>
        {
            using AsyncFlowControl? flow = suppressesFlow ? ExecutionContext.SuppressFlow() : null;
            return echo.WhoAmIAsync();
        });

        using Browser bob = app.NewBrowser();
        SwitchUser(aad, "bob");
        if (suppressesFlow)
        {
            Assert.That((await bob.GoAsync("/event")).Body, Is.EqualTo(IdOf("alice")));
        }
        else
        {
            Assert.That(async () => await bob.GoAsync("/event"), Throws.InvalidOperationException.With.Message.Contains("SuppressFlow"));
        }
    }

    [Test]
    public async Task An_event_that_signals_a_task_of_the_component_keeps_its_user()
    {
        using FakeAad aad = App.StartAad();
        await using App app = await StartAsync(aad);
        await using TestCircuit ofAlice = await TestCircuit.OpenAsync(app, await SignInAsync(app, aad, "alice"));
        EchoClient echo = ofAlice.Services.GetRequiredService<EchoClient>();
        _api.Answer = static (_, number) => number == 1 ? new HttpResponseMessage(System.Net.HttpStatusCode.ServiceUnavailable) { Headers = { { "Retry-After", "0" } } } : null;
        var background = new Background();
        await ofAlice.RunAsync(_ => Task.FromResult(background.Task = background.RunAsync(() => echo.WhoAmIAsync())));
        _event = () =>
        {
            background.Go();
            return background.Task!;
        };

        using Browser bob = app.NewBrowser();
        SwitchUser(aad, "bob");
        Reply reply = await bob.GoAsync("/event");

        Assert.That(reply.Body, Is.EqualTo(IdOf("alice")));
    }

    [Test]
    public async Task A_provider_of_the_user_that_asks_for_a_token_is_told_what_to_do()
    {
        using FakeAad aad = App.StartAad();
        await using App app = await StartAsync(aad, static services => services.AddScoped<AuthenticationStateProvider, CallingProvider>());
        await using TestCircuit circuit = await TestCircuit.OpenAsync(app, await SignInAsync(app, aad, "alice"));

        Assert.That(async () => await circuit.RunAsync(CredentialAsync), Throws.InvalidOperationException.With.Message.Contains("FindAsync(principal.GetSessionKey())"));
    }

    [Test]
    public async Task A_circuit_handler_of_the_application_can_take_what_acts_for_the_user()
    {
        using FakeAad aad = App.StartAad();
        await using App app = await StartAsync(aad, static services => services.AddScoped<Visits>().AddScoped<CircuitHandler>(static provider => provider.GetRequiredService<Visits>()));
        ClaimsPrincipal alice = await SignInAsync(app, aad, "alice");
        await using TestCircuit first = await TestCircuit.OpenAsync(app, alice);

        // The framework creates circuits within the invocation of a hub method, whose scope is another one.
        await using TestCircuit circuit = await first.RunAsync(_ => TestCircuit.OpenAsync(app, alice));

        Assert.That(await circuit.RunAsync(static services => services.GetRequiredService<Visits>().WhoAmIAsync()), Is.EqualTo(IdOf("alice")));
    }

    [Test]
    public async Task Circuits_at_once_are_never_taken_for_each_other()
    {
        const int Users = 20, Events = 100;
        using FakeAad aad = App.StartAad();
        await using App app = await StartAsync(aad);
        var circuits = new TestCircuit[Users];
        for (int user = 0; user < Users; user++)
        {
            circuits[user] = await TestCircuit.OpenAsync(app, await SignInAsync(app, aad, $"user{user}"));
        }

        int wrong = 0;
        await Task.WhenAll(circuits.Select(async (circuit, user) =>
        {
            Func<Task<string>>[] ways = BoundTo(circuit.Services);
            for (int i = 0; i < Events; i++)
            {
                if (await circuit.RunAsync(_ => ways[i % ways.Length]()) != IdOf($"user{user}"))
                {
                    Interlocked.Increment(ref wrong);
                }
            }
        }));

        Assert.That(wrong, Is.Zero);
        foreach (TestCircuit circuit in circuits)
        {
            await circuit.DisposeAsync();
        }
    }

    private static Func<IServiceProvider, Task<string>>[] Ways =>
    [
        CredentialAsync,
        static services => services.GetRequiredService<EchoClient>().WhoAmIAsync(),
        static services => services.GetRequiredService<DisposableClient>().Inner.WhoAmIAsync(),
        static services => services.GetRequiredService<OrdersClient>().WhoAmIAsync(),
    ];

    // As injected into a component, when it was created.
    private static Func<Task<string>>[] BoundTo(IServiceProvider services)
    {
        UserCredential credential = services.GetRequiredService<UserCredential>();
        EchoClient echo = services.GetRequiredService<EchoClient>();
        DisposableClient disposable = services.GetRequiredService<DisposableClient>();
        OrdersClient orders = services.GetRequiredService<OrdersClient>();
        return
        [
            async () => EchoApi.Claim((await credential.GetTokenAsync(new([App.Vault]), CancellationToken.None)).Token, "oid"),
            () => echo.WhoAmIAsync(),
            () => disposable.Inner.WhoAmIAsync(),
            orders.WhoAmIAsync,
        ];
    }

    private static async Task<string> CredentialAsync(IServiceProvider services) =>
        EchoApi.Claim((await services.GetRequiredService<UserCredential>().GetTokenAsync(new([App.Vault]), CancellationToken.None)).Token, "oid");

    private static string IdOf(string user) => $"0a0a0a0a-0000-4000-8000-{(uint)user.GetHashCode(StringComparison.Ordinal):D12}";

    private static void SwitchUser(FakeAad aad, string user) => aad.Options.User = new FakeAadUser(IdOf(user), aad.TenantId, user, $"{user}@contoso.example");

    private async Task<ClaimsPrincipal> SignInAsync(App app, FakeAad aad, string user, string page = "/me")
    {
        SwitchUser(aad, user);
        using Browser browser = app.NewBrowser();
        await browser.GoAsync("/note?user=" + user);
        if (page != "/me")
        {
            await browser.GoAsync(page);
        }

        return _users[user];
    }

    private Task<App> StartAsync(FakeAad aad, Action<IServiceCollection>? addServices = null, Action<WebApplication>? map = null) => App.StartAsync(aad, settings =>
    {
        settings.UsesMiddleware = false;
        settings.Options = static options => options.Scopes.Add(App.Vault);
        settings.Client = client => client
            .AddUserClient((credential, _) => new EchoClient(credential, _api))
            .AddUserClient((credential, _) => new DisposableClient(credential, _api));
        settings.Services = services =>
        {
            TestCircuit.AddServices(services);
            services.AddScoped<Later>();
            services.AddSingleton(static provider => new Shared(provider.GetRequiredService<DisposableClient>()));
            services.AddHttpClient("orders").AddUserToken(App.Vault).ConfigurePrimaryHttpMessageHandler(() => _api);
            services.AddHttpClient<OrdersClient>().AddUserToken(App.Vault).ConfigurePrimaryHttpMessageHandler(() => _api);
            addServices?.Invoke(services);
        };
        settings.Map = app =>
        {
            app.MapGet("/note", (HttpContext context, string user) => { _users[user] = context.User; }).RequireAuthorization();
            app.MapGet("/static", () => _static!()).RequireAuthorization();
            app.MapGet("/event", () => _event!()).RequireAuthorization();
            map?.Invoke(app);
            app.MapGet("/raise", () => _open!.OnDispatcherAsync(BoundTo(_open.Services)[3])).RequireAuthorization();
        };
    });

    private sealed class Visits(UserCredential credential, EchoClient echo) : CircuitHandler
    {
        internal async Task<string> WhoAmIAsync() =>
            await echo.WhoAmIAsync() is var user && user == EchoApi.Claim((await credential.GetTokenAsync(new([App.Vault]), CancellationToken.None)).Token, "oid") ? user : "another user";
    }

    // As the handlers of resilience do.
    private sealed class Again : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            (await base.SendAsync(request, cancellationToken).ConfigureAwait(false)).Dispose();
            await Task.Run(static () => { }, cancellationToken).ConfigureAwait(false);
            return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
    }

    // Without the options of the request.
    private sealed class Copy : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await Task.Run(static () => { }, cancellationToken).ConfigureAwait(false);
            return await base.SendAsync(new HttpRequestMessage(request.Method, request.RequestUri), cancellationToken).ConfigureAwait(false);
        }
    }

    // It leaves the context of the caller before it calls an API as the user.
    private sealed class Gateway(OrdersClient orders) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await Task.Run(static () => { }, cancellationToken).ConfigureAwait(false);
            return new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(await orders.WhoAmIAsync().ConfigureAwait(false)) };
        }
    }

    // It asks an API for the roles of the user, as the user.
    private sealed class CallingProvider(OrdersClient orders) : AuthenticationStateProvider
    {
        public override async Task<AuthenticationState> GetAuthenticationStateAsync()
        {
            await orders.WhoAmIAsync();
            return new AuthenticationState(new ClaimsPrincipal());
        }
    }
}
