using AuthCode.Testing;
using AuthCode.Tests.Scenarios.Farm;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace AuthCode.AspNetCore.Tests;

/// <summary>Tokens of the user in the methods of a SignalR hub: by web sockets, whose request goes on, and by long polling, whose request is over.</summary>
[TestFixture(HttpTransportType.WebSockets)]
[TestFixture(HttpTransportType.LongPolling)]
[TestFixture(HttpTransportType.WebSockets, true)]
internal sealed class HubTests(HttpTransportType transport, bool usesAutofac = false)
{
    private readonly EchoApi _api = new();
    private readonly Background _background = new();
    private Action<string>? _onRequest;

    [Test]
    public async Task A_hub_method_acts_for_the_user_in_each_way()
    {
        using FakeAad aad = App.StartAad();
        await using App app = await StartAsync(aad);
        using Browser browser = app.NewBrowser();
        await browser.GoAsync("/signin?to=/");
        string? greeting = null;
        await using HubConnection hub = await HubClient.ConnectAsync(app, browser, transport, text => greeting = text);

        string[] users = await hub.InvokeAsync<string[]>("WhoAmI");

        Assert.That(users, Has.Length.EqualTo(6).And.All.EqualTo(aad.Options.User.ObjectId));
        Assert.That(await hub.InvokeAsync<string>("MethodServices"), Is.EqualTo(aad.Options.User.ObjectId));
        Assert.That(greeting, Is.EqualTo(aad.Options.User.ObjectId), "when the connection began");
    }

    [Test]
    public async Task A_token_that_has_expired_is_renewed_once_on_the_same_connection()
    {
        FakeTimeProvider time = App.Clock();
        using FakeAad aad = App.StartAad(time);
        await using App app = await StartAsync(aad);
        using Browser browser = app.NewBrowser();
        await browser.GoAsync("/signin?to=/");
        await using HubConnection hub = await HubClient.ConnectAsync(app, browser, transport);
        string first = await hub.InvokeAsync<string>("Token");

        time.Advance(TimeSpan.FromHours(2));
        string[] next = await Task.WhenAll(hub.InvokeAsync<string>("Token"), hub.InvokeAsync<string>("Token"));
        time.Advance(TimeSpan.FromHours(2));
        string last = await hub.InvokeAsync<string>("Token");

        Assert.That(next[0], Is.EqualTo(next[1]).And.Not.EqualTo(first));
        Assert.That(last, Is.Not.EqualTo(next[0]), "by the refresh token that the first renewal brought");
        Assert.That(aad.TokenRequests.Select(static request => request.GrantType), Is.EqualTo(new[] { "authorization_code", "refresh_token", "refresh_token" }));
    }

    [Test]
    public async Task A_stream_goes_on_for_its_user()
    {
        using FakeAad aad = App.StartAad();
        await using App app = await StartAsync(aad);
        using Browser browser = app.NewBrowser();
        await browser.GoAsync("/signin?to=/");
        await using HubConnection hub = await HubClient.ConnectAsync(app, browser, transport);

        string[] items = await hub.StreamAsync<string>("Stream", 6).ToArrayAsync();

        Assert.That(items, Has.Length.EqualTo(6).And.All.EqualTo(aad.Options.User.ObjectId));
    }

    [Test]
    public async Task Users_at_once_are_never_taken_for_each_other()
    {
        const int Users = 8, Calls = 400;
        using FakeAad aad = App.StartAad();
        await using App app = await StartAsync(aad);
        var users = new (HubConnection Hub, string ObjectId)[Users];
        for (int user = 0; user < Users; user++)
        {
            string objectId = $"0a0a0a0a-0000-4000-8000-{user:D12}";
            aad.Options.User = new FakeAadUser(objectId, aad.TenantId, $"User {user}", $"user{user}@contoso.example");
            using Browser browser = app.NewBrowser();
            await browser.GoAsync("/signin?to=/");
            users[user] = (await HubClient.ConnectAsync(app, browser, transport), objectId);
        }

        int wrong = 0;
        await Parallel.ForEachAsync(Enumerable.Range(0, Calls), new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (number, cancellationToken) =>
        {
            (HubConnection hub, string objectId) = users[number % Users];
            string[] seen = number % 2 == 0 ? await hub.InvokeAsync<string[]>("WhoAmI", cancellationToken) : await hub.StreamAsync<string>("Stream", 3, cancellationToken).ToArrayAsync(cancellationToken);
            if (seen.Length == 0 || seen.Any(user => user != objectId))
            {
                Interlocked.Increment(ref wrong);
            }
        });

        Assert.That(wrong, Is.Zero);
        foreach ((HubConnection hub, _) in users)
        {
            await hub.DisposeAsync();
        }
    }

    [Test]
    public async Task A_sign_out_in_the_browser_reaches_the_hub_method()
    {
        using FakeAad aad = App.StartAad();
        await using App app = await StartAsync(aad);
        using Browser browser = app.NewBrowser();
        await browser.GoAsync("/signin?to=/");
        await using HubConnection hub = await HubClient.ConnectAsync(app, browser, transport);
        await hub.InvokeAsync<string>("Token");

        Task<Exception?> closed = ClosedAsync(hub);

        await browser.StepAsync("/signout?to=/");

        await AssertIsOverAsync(hub, closed);
    }

    [Test]
    public async Task A_sign_out_at_another_instance_is_noticed_after_a_minute()
    {
        FakeTimeProvider time = App.Clock();
        var store = new MemoryStore();
        using FakeAad aad = App.StartAad(time);
        var protection = new Microsoft.AspNetCore.DataProtection.EphemeralDataProtectionProvider();
        await using App app = await StartAsync(aad, store, protection);
        await using App other = await StartAsync(aad, store, protection);
        using Browser browser = app.NewBrowser();
        await browser.GoAsync("/signin?to=/");
        await using HubConnection hub = await HubClient.ConnectAsync(app, browser, transport);
        await hub.InvokeAsync<string>("Token");
        string key = (await browser.StepAsync("/key")).Body;
        Task<Exception?> closed = ClosedAsync(hub);

        await other.Sessions.EndAsync(key);
        time.Advance(TimeSpan.FromSeconds(61));

        await AssertIsOverAsync(hub, closed);
    }

    [TestCase("credential")]
    [TestCase("client")]
    [TestCase("orders")]
    public async Task A_scope_made_by_hand_is_refused(string what)
    {
        using FakeAad aad = App.StartAad();
        await using App app = await StartAsync(aad);
        using Browser browser = app.NewBrowser();
        await browser.GoAsync("/signin?to=/");
        await using HubConnection hub = await HubClient.ConnectAsync(app, browser, transport);
        int requests = _api.Requests;

        Assert.That(async () => await hub.InvokeAsync<string>("OwnScope", what), FailsWith("UserSessions.FindAsync(sessionKey)"));
        Assert.That(_api.Requests, Is.EqualTo(requests));
    }

    [Test]
    public async Task A_singleton_with_a_client_of_a_user_is_refused()
    {
        using FakeAad aad = App.StartAad();
        await using App app = await StartAsync(aad);
        using Browser browser = app.NewBrowser();
        await browser.GoAsync("/signin?to=/");
        await using HubConnection hub = await HubClient.ConnectAsync(app, browser, transport);
        int requests = _api.Requests;

        Assert.That(async () => await hub.InvokeAsync<string>("Singleton"), FailsWith("AddUserClient"));
        Assert.That(_api.Requests, Is.EqualTo(requests));
    }

    [Test]
    public async Task A_singleton_that_the_first_connection_creates_is_refused_too()
    {
        using FakeAad aad = App.StartAad();
        await using App app = await StartAsync(aad, hub: typeof(SharingHub));
        using Browser browser = app.NewBrowser();
        await browser.GoAsync("/signin?to=/");
        await using HubConnection hub = await HubClient.ConnectAsync(app, browser, transport);

        Assert.That(async () => await hub.InvokeAsync<string>("WhoAmI"), FailsWith("AddUserClient"));
        Assert.That(_api.Requests, Is.Zero);
    }

    [Test]
    public async Task Work_that_outlives_its_method_gets_no_token()
    {
        using FakeAad aad = App.StartAad();
        await using App app = await StartAsync(aad);
        using Browser browser = app.NewBrowser();
        await browser.GoAsync("/signin?to=/");
        await using HubConnection hub = await HubClient.ConnectAsync(app, browser, transport);
        await hub.InvokeAsync("Background");
        await hub.InvokeAsync<string>("Token");

        _background.Go();

        Assert.That(async () => await _background.Task!, Throws.InvalidOperationException.With.Message.Contains("after the end"));
    }

    [Test]
    public async Task A_hub_method_tells_where_to_sign_in_for_what_is_missing()
    {
        using FakeAad aad = App.StartAad();
        await using App app = await StartAsync(aad);
        using Browser browser = app.NewBrowser();
        await browser.GoAsync("/signin?to=/");
        await using HubConnection hub = await HubClient.ConnectAsync(app, browser, transport);

        string address = await hub.InvokeAsync<string>("SignInAddress", "/me");
        Reply page = await browser.GoAsync(address);

        Assert.That((page.Body, browser.Address.AbsolutePath), Is.EqualTo((aad.Options.User.Name, "/me")));
        Assert.That(aad.Requests.Last(static request => request.Path.EndsWith("/authorize", StringComparison.Ordinal)).Scopes, Does.Contain("https://graph.microsoft.com/Calendars.Read"));
    }

    [Test]
    public async Task Middleware_acts_for_the_user_in_the_requests_of_a_connection()
    {
        using FakeAad aad = App.StartAad();
        await using App app = await StartAsync(aad);
        using Browser browser = app.NewBrowser();
        await browser.GoAsync("/signin?to=/");
        var users = new System.Collections.Concurrent.ConcurrentQueue<string>();
        _onRequest = users.Enqueue;

        await using HubConnection hub = await HubClient.ConnectAsync(app, browser, transport);

        Assert.That(users, Is.Not.Empty.And.All.EqualTo(aad.Options.User.ObjectId));
    }

    [Test]
    public async Task A_hub_of_nobody_gets_no_token()
    {
        using FakeAad aad = App.StartAad();
        await using App app = await StartAsync(aad, hub: typeof(SharingHub));
        using Browser browser = app.NewBrowser();
        await using HubConnection hub = await HubClient.ConnectAsync(app, browser, transport);

        Assert.That(async () => await hub.InvokeAsync<string>("Token"), FailsWith("No user is signed in by AuthCode"));
    }

    // With long polling each message is a request, which the endpoint of the hub refuses, so that the connection is closed.
    private async Task AssertIsOverAsync(HubConnection hub, Task<Exception?> closed)
    {
        if (transport == HttpTransportType.LongPolling)
        {
            Assert.That(async () => await hub.InvokeAsync<string>("Token"), Throws.Exception);
            Assert.That(await closed.WaitAsync(TimeSpan.FromSeconds(30)), Is.TypeOf<HttpRequestException>().With.Property("StatusCode").EqualTo(System.Net.HttpStatusCode.Unauthorized));
        }
        else
        {
            Assert.That(async () => await hub.InvokeAsync<string>("Token"), FailsWith("The session of the user has ended or is lost. Sign the user in again."));
        }
    }

    private static Task<Exception?> ClosedAsync(HubConnection hub)
    {
        var closed = new TaskCompletionSource<Exception?>(TaskCreationOptions.RunContinuationsAsynchronously);
        hub.Closed += e =>
        {
            closed.SetResult(e);
            return Task.CompletedTask;
        };
        return closed.Task;
    }

    private static NUnit.Framework.Constraints.ContainsConstraint FailsWith(string message) => Throws.TypeOf<HubException>().With.Message.Contains(message);

    private Task<App> StartAsync(FakeAad aad, MemoryStore? store = null, Microsoft.AspNetCore.DataProtection.IDataProtectionProvider? protection = null, Type? hub = null) => App.StartAsync(
        aad,
        settings =>
        {
            settings.Store = store;
            settings.UsesAutofac = usesAutofac;
            settings.Options = static options => options.Scopes.Add(App.Vault);
            settings.Client = client => client
                .AddUserClient((credential, _) => new EchoClient(credential, _api))
                .AddUserClient((credential, _) => new DisposableClient(credential, _api));
            settings.Services = services =>
            {
                services.AddSignalR(static options =>
                {
                    options.EnableDetailedErrors = true;
                    options.MaximumParallelInvocationsPerClient = 4;
                });
                services.AddSingleton(_background);
                services.AddScoped<Later>();
                services.AddSingleton(static provider => new Shared(provider.GetRequiredService<DisposableClient>()));
                services.AddHttpClient("orders").AddUserToken(App.Vault).ConfigurePrimaryHttpMessageHandler(() => _api);
                services.AddHttpClient<OrdersClient>().AddUserToken(App.Vault).ConfigurePrimaryHttpMessageHandler(() => _api);
            };
            settings.Map = app =>
            {
                app.Use(async (context, next) =>
                {
                    if (_onRequest is { } onRequest && context.Request.Path.StartsWithSegments("/hub"))
                    {
                        onRequest(await context.RequestServices.GetRequiredService<OrdersClient>().WhoAmIAsync());
                    }

                    await next(context);
                });
                app.MapGet("/key", static (System.Security.Claims.ClaimsPrincipal user) => user.GetSessionKey());
                if (hub is null)
                {
                    app.MapHub<TokenHub>("/hub").RequireAuthorization();
                }
                else
                {
                    app.MapHub<SharingHub>("/hub");
                }
            };
        },
        protection);

    private sealed class SharingHub(Shared shared, UserCredential credential) : Hub
    {
        public Task<string> WhoAmI() => shared.Client.Inner.WhoAmIAsync();

        public override Task OnConnectedAsync() => Clients.Caller.SendAsync(TokenHub.Greeting, "");

        public async Task<string> Token() => (await credential.GetTokenAsync(new([App.Vault]), Context.ConnectionAborted)).Token;
    }
}
