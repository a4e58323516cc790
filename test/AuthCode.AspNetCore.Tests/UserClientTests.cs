using System.Collections.Concurrent;
using System.Net;
using AuthCode.Testing;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace AuthCode.AspNetCore.Tests;

/// <summary>Clients that act for the user of a request, and the trap: one client for all users.</summary>
[TestFixture(false)]
[TestFixture(true)]
internal sealed class UserClientTests(bool usesAutofac)
{
    private static readonly Uri Account = new("https://contoso.blob.core.windows.net");

    private readonly EchoApi _api = new();

    // Each user has one container, which is named after the user.
    private readonly EchoApi _storage = new()
    {
        Answer = static (request, _) => new HttpResponseMessage(HttpStatusCode.OK)
        {
            Content = new StringContent(
                $"<?xml version=\"1.0\" encoding=\"utf-8\"?><EnumerationResults><Containers><Container><Name>{EchoApi.UserOf(request)}</Name><Properties /></Container></Containers><NextMarker /></EnumerationResults>",
                System.Text.Encoding.UTF8,
                "application/xml"),
        },
    };

    [Test]
    public async Task Fifty_users_with_ten_thousand_requests_at_once_are_never_taken_for_each_other()
    {
        const int Users = 50, Requests = 10_000;
        using FakeAad aad = App.StartAad();
        await using App app = await StartAsync(aad);
        var browsers = new (Browser Browser, string ObjectId)[Users];
        for (int user = 0; user < Users; user++)
        {
            browsers[user] = (app.NewBrowser(), SwitchUser(aad, user));
            await browsers[user].Browser.GoAsync("/containers");
        }

        int wrong = 0;
        await Parallel.ForEachAsync(Enumerable.Range(0, Requests), new ParallelOptions { MaxDegreeOfParallelism = 200 }, async (number, _) =>
        {
            (Browser browser, string objectId) = browsers[number % Users];
            Reply reply = await browser.StepAsync("/containers");
            if (reply.Body != objectId)
            {
                Interlocked.Increment(ref wrong);
            }
        });

        Assert.That((wrong, _storage.Requests), Is.EqualTo((0, Users + Requests)));
        Array.ForEach(browsers, static entry => entry.Browser.Dispose());
    }

    [Test]
    public async Task A_session_has_one_client_of_a_type_and_another_session_another_one()
    {
        using FakeAad aad = App.StartAad();
        var clients = new ConcurrentQueue<EchoClient>();
        await using App app = await StartAsync(aad, app => app.MapGet("/client", (EchoClient client) => clients.Enqueue(client)).RequireAuthorization());
        using Browser first = app.NewBrowser(), second = app.NewBrowser();

        await first.GoAsync("/client");
        await first.GoAsync("/client");
        await second.GoAsync("/client");

        EchoClient[] all = [.. clients];
        Assert.That((ReferenceEquals(all[0], all[1]), ReferenceEquals(all[0], all[2])), Is.EqualTo((true, false)));
    }

    [Test]
    public async Task A_client_that_is_kept_leaves_with_its_session()
    {
        using FakeAad aad = App.StartAad();
        EchoClient? kept = null;
        await using App app = await StartAsync(aad, app => app.MapGet("/client", (EchoClient client) => { kept = client; }).RequireAuthorization());
        using Browser browser = app.NewBrowser();
        await browser.GoAsync("/client");
        var gone = new WeakReference<EchoClient>(kept!);

        await browser.StepAsync("/signout?to=/");

        Assert.That(async () => await kept!.WhoAmIAsync(), Throws.TypeOf<AuthenticationFailedException>().With.Property("IsSignInRequired").True);
        await browser.GoAsync("/signin?to=/client");
        Assert.That(gone.TryGetTarget(out EchoClient? before) && ReferenceEquals(before, kept), Is.False);
    }

    [Test]
    public async Task A_client_that_nobody_uses_leaves_after_twenty_minutes()
    {
        FakeTimeProvider time = App.Clock();
        using FakeAad aad = App.StartAad(time);
        var clients = new ConcurrentQueue<EchoClient>();
        await using App app = await StartAsync(aad, app => app.MapGet("/client", (EchoClient client) => clients.Enqueue(client)).RequireAuthorization());
        using Browser browser = app.NewBrowser(), other = app.NewBrowser();
        await browser.GoAsync("/client");
        time.Advance(TimeSpan.FromMinutes(20));
        await other.GoAsync("/client");

        await browser.GoAsync("/client");

        EchoClient[] all = [.. clients];
        Assert.That(all[2], Is.Not.SameAs(all[0]));
    }

    [Test]
    public async Task A_disposable_client_lives_for_one_request()
    {
        using FakeAad aad = App.StartAad();
        List<DisposableClient> clients = [];
        await using App app = await StartAsync(aad, app => app.MapGet("/client", async (DisposableClient client) =>
        {
            clients.Add(client);
            return $"{await client.Inner.WhoAmIAsync()} {client.Disposed.IsCompleted}";
        }).RequireAuthorization());
        using Browser browser = app.NewBrowser();

        Reply first = await browser.GoAsync("/client"), second = await browser.GoAsync("/client");

        Assert.That((first.Body, second.Body), Is.EqualTo(($"{aad.Options.User.ObjectId} False", $"{aad.Options.User.ObjectId} False")));
        Assert.That(clients[0], Is.Not.SameAs(clients[1]));

        // The scope of a request ends after its response.
        await Task.WhenAll(clients[0].Disposed, clients[1].Disposed).WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Test]
    public async Task The_tokens_of_a_disposable_client_have_their_real_expiry()
    {
        using FakeAad aad = App.StartAad();
        AccessToken token = default;
        await using App app = await StartAsync(aad, app => app.MapGet("/client", async (DisposableClient client, CancellationToken cancellationToken) =>
        {
            token = await client.Credential.GetTokenAsync(new TokenRequestContext([App.Vault]), cancellationToken);
        }).RequireAuthorization());
        using Browser browser = app.NewBrowser();

        await browser.GoAsync("/client");

        Assert.That(token.ExpiresOn, Is.GreaterThan(TimeProvider.System.GetUtcNow().AddMinutes(30)));
    }

    [TestCase("/singleton", Description = "a singleton that takes a client of AddUserClient")]
    [TestCase("/azure-clients", Description = "a singleton client with the UserCredential of the application, as AddAzureClients makes it")]
    [TestCase("/scope", Description = "a scope of its own within the request")]
    [TestCase("/root", Description = "the services of the application")]
    public async Task What_would_be_shared_by_users_is_refused_in_production(string address)
    {
        using FakeAad aad = App.StartAad();
        await using App app = await StartAsync(aad);
        using Browser browser = app.NewBrowser();
        await browser.GoAsync("/signin?to=/");

        Exception refused = Assert.CatchAsync(async () => await browser.GoAsync(address))!;

        Assert.That(refused.GetBaseException(), Is.TypeOf<InvalidOperationException>().With.Message.Contains("AddUserClient"));
        Assert.That(_api.Requests, Is.Zero);
    }

    [TestCase("/static-credential")]
    [TestCase("/static-client")]
    public async Task A_static_field_is_refused_in_the_request_of_the_next_user(string address)
    {
        using FakeAad aad = App.StartAad();
        EchoClient? shared = null;
        await using App app = await StartAsync(aad, app =>
        {
#pragma warning disable AUTHCODE002 // The mistake, on purpose: it must be refused at run time too.
            app.MapGet("/static-credential", (UserCredential credential) => (shared ??= new EchoClient(credential, _api)).WhoAmIAsync()).RequireAuthorization();
#pragma warning restore AUTHCODE002
            app.MapGet("/static-client", (EchoClient client) => (shared ??= client).WhoAmIAsync()).RequireAuthorization();
        });
        using Browser alice = app.NewBrowser(), bob = app.NewBrowser();
        Reply first = await alice.GoAsync(address);
        SwitchUser(aad, 1);
        await bob.GoAsync("/signin?to=/");

        Assert.That(first.Body, Is.Not.Empty);
        Assert.That(async () => await bob.GoAsync(address), Throws.InvalidOperationException.With.Message.Contains("static field"));
        Assert.That(_api.Requests, Is.EqualTo(1));
    }

    [Test]
    public async Task A_static_field_is_refused_in_the_request_of_nobody()
    {
        using FakeAad aad = App.StartAad();
        EchoClient? shared = null;
        await using App app = await StartAsync(aad, app =>
        {
            app.MapGet("/static-client", (EchoClient client) => (shared = client).WhoAmIAsync()).RequireAuthorization();
            app.MapGet("/anonymous", () => shared!.WhoAmIAsync());
        });
        using Browser alice = app.NewBrowser(), nobody = app.NewBrowser();
        await alice.GoAsync("/static-client");

        Assert.That(async () => await nobody.GoAsync("/anonymous"), Throws.InvalidOperationException.With.Message.Contains("static field"));
        Assert.That(_api.Requests, Is.EqualTo(1));
    }

    [Test]
    public async Task Two_registrations_of_a_type_are_two_clients()
    {
        using FakeAad aad = App.StartAad();
        EchoClient[] clients = [];
        await using App app = await App.StartAsync(aad, settings =>
        {
            settings.Client = client => client.AddUserClient((credential, _) => new EchoClient(credential, _api)).AddUserClient((credential, _) => new EchoClient(credential, new EchoApi()));
            settings.Map = app => app.MapGet("/clients", (IEnumerable<EchoClient> all) => { clients = [.. all]; }).RequireAuthorization();
        });
        using Browser browser = app.NewBrowser();

        await browser.GoAsync("/clients");

        Assert.That(clients, Has.Length.EqualTo(2).And.Unique);
    }

    [Test]
    public async Task A_user_client_needs_a_user()
    {
        using FakeAad aad = App.StartAad();
        await using App app = await StartAsync(aad, app => app.MapGet("/anonymous", (EchoClient client) => client.WhoAmIAsync()));
        using Browser browser = app.NewBrowser();

        // Autofac wraps what a registration throws; UseAuthCode looks into it.
        Exception refused = Assert.CatchAsync(async () => await browser.StepAsync("/anonymous"))!;

        Assert.That(refused.GetBaseException(), Is.TypeOf<AuthenticationFailedException>().With.Property("IsSignInRequired").True);
    }

    private static string SwitchUser(FakeAad aad, int number)
    {
        string objectId = $"0a0a0a0a-0000-4000-8000-{number:D12}";
        aad.Options.User = new FakeAadUser(objectId, aad.TenantId, $"User {number}", $"user{number}@contoso.example");
        return objectId;
    }

    private Task<App> StartAsync(FakeAad aad, Action<WebApplication>? map = null) => App.StartAsync(aad, settings =>
    {
        settings.UsesMiddleware = false;
        settings.UsesAutofac = usesAutofac;
        settings.Options = static options => options.Scopes.Add(App.Vault);
        settings.Client = client => client
            .AddUserClient((credential, _) => new BlobServiceClient(Account, credential, new BlobClientOptions { Transport = new HttpClientTransport(_storage) }))
            .AddUserClient((credential, _) => new EchoClient(credential, _api))
            .AddUserClient((credential, _) => new DisposableClient(credential, _api));
        settings.Services = services => services
            .AddSingleton(static provider => new Singleton(provider.GetRequiredService<EchoClient>()))
#pragma warning disable AUTHCODE002 // The mistake, on purpose: it must be refused at run time too.
            .AddKeyedSingleton("azure", (provider, _) => new EchoClient(provider.GetRequiredService<UserCredential>(), _api));
#pragma warning restore AUTHCODE002
        settings.Map = app =>
        {
            app.MapGet("/containers", static async (BlobServiceClient blobs) => (await blobs.GetBlobContainersAsync().ToListAsync()).Single().Name).RequireAuthorization();
            app.MapGet("/singleton", static (Singleton singleton) => singleton.Client.WhoAmIAsync());
            app.MapGet("/azure-clients", static ([FromKeyedServices("azure")] EchoClient client) => client.WhoAmIAsync());
            app.MapGet("/root", () => app.Services.GetRequiredService<EchoClient>().WhoAmIAsync());
            app.MapGet("/scope", static async (HttpContext context, CancellationToken cancellationToken) =>
            {
                await using AsyncServiceScope scope = context.RequestServices.CreateAsyncScope();
                return await scope.ServiceProvider.GetRequiredService<EchoClient>().WhoAmIAsync(cancellationToken);
            });
            map?.Invoke(app);
        };
    });

    private sealed record Singleton(EchoClient Client);
}
