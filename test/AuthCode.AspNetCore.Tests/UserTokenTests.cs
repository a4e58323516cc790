using System.Net;
using System.Net.Http.Json;
using System.Text;
using AuthCode.Testing;
using AuthCode.Tests.Scenarios.Farm;
using Azure.Core;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace AuthCode.AspNetCore.Tests;

/// <summary>Tokens of the user of a request: by hand, by a credential, and by an HTTP client.</summary>
internal sealed class UserTokenTests
{
    private readonly EchoApi _api = new();

    [Test]
    public async Task A_token_is_that_of_the_user_of_the_request()
    {
        using FakeAad aad = App.StartAad();
        AccessToken token = default;
#pragma warning disable AUTHCODE002 // The test looks at the token of its only user.
        await using App app = await StartAsync(aad, app => app.MapGet("/token", async (HttpContext context, CancellationToken _) => { token = await context.GetUserTokenAsync(App.Vault); }).RequireAuthorization());
#pragma warning restore AUTHCODE002
        using Browser browser = app.NewBrowser();

        await browser.GoAsync("/token");

        Assert.That((EchoApi.Claim(token.Token, "oid"), EchoApi.Claim(token.Token, "aud")), Is.EqualTo((aad.Options.User.ObjectId, "https://vault.azure.net")));
        Assert.That(token.ExpiresOn, Is.GreaterThan(TimeProvider.System.GetUtcNow().AddMinutes(30)));
    }

    [Test]
    public async Task A_credential_gives_the_same_token_in_both_ways_and_lets_nobody_keep_it()
    {
        using FakeAad aad = App.StartAad();
        List<AccessToken> tokens = [];
        await using App app = await StartAsync(aad, app => app.MapGet("/token", async (UserCredential credential) =>
        {
            var context = new TokenRequestContext([App.Vault]);
#pragma warning disable AUTHCODE002 // The test looks at the tokens of its only user.
            tokens.Add(await credential.GetTokenAsync(context, CancellationToken.None));
            tokens.Add(credential.GetToken(context, CancellationToken.None));
#pragma warning restore AUTHCODE002
        }).RequireAuthorization());
        using Browser browser = app.NewBrowser();

        await browser.GoAsync("/token");

        Assert.That(tokens[0].Token, Is.EqualTo(tokens[1].Token).And.Not.Empty);
        Assert.That(tokens.Select(static token => token.ExpiresOn), Has.All.LessThanOrEqualTo(TimeProvider.System.GetUtcNow()));
    }

    [Test]
    public async Task A_credential_stays_with_the_user_of_its_first_call()
    {
        using FakeAad aad = App.StartAad();
        await using App app = await StartAsync(aad, app => app.MapGet("/switch", async (HttpContext context, UserCredential credential) =>
        {
            var token = new TokenRequestContext([App.Vault]);
            await credential.GetTokenAsync(token, CancellationToken.None);
            context.User = new System.Security.Claims.ClaimsPrincipal(new System.Security.Claims.ClaimsIdentity(
                [new System.Security.Claims.Claim("authcode:session", "another", null, AuthCodeDefaults.AuthenticationScheme)], "test"));
            await credential.GetTokenAsync(token, CancellationToken.None);
        }).RequireAuthorization());
        using Browser browser = app.NewBrowser();

        Assert.That(async () => await browser.GoAsync("/switch"), Throws.InvalidOperationException.With.Message.Contains("has changed"));
    }

    [Test]
    public async Task An_HTTP_client_sends_the_token_in_the_synchronous_way_too()
    {
        using FakeAad aad = App.StartAad();
        await using App app = await StartAsync(aad, app => app.MapGet("/sync", (IHttpClientFactory factory) =>
        {
            using HttpResponseMessage response = factory.CreateClient("orders").Send(new HttpRequestMessage(HttpMethod.Get, "https://orders.example/"));
            return new StreamReader(response.Content.ReadAsStream()).ReadToEnd();
        }).RequireAuthorization());
        _api.Answer = (request, _) => EchoApi.Claim(request.Headers.Authorization!.Parameter!, "acrs") == "c1" ? null : Challenge(aad);
        using Browser browser = app.NewBrowser();

        Reply reply = await browser.GoAsync("/sync");

        Assert.That((reply.Body, _api.Requests), Is.EqualTo((aad.Options.User.ObjectId, 2)));
    }

    [Test]
    public async Task An_HTTP_client_sends_the_token_of_each_user_through_one_handler()
    {
        using FakeAad aad = App.StartAad();
        await using App app = await StartAsync(aad);
        using Browser alice = app.NewBrowser(), bob = app.NewBrowser();

        Reply first = await alice.GoAsync("/orders");
        aad.Options.User = new FakeAadUser("0a0a0a0a-0000-4000-8000-000000000001", aad.TenantId, "Bob", "bob@contoso.example");
        Reply second = await bob.GoAsync("/orders");
        Reply third = await alice.GoAsync("/orders");

        Assert.That((first.Body == third.Body, second.Body), Is.EqualTo((true, "0a0a0a0a-0000-4000-8000-000000000001")));
    }

    [TestCase("GET", "")]
    [TestCase("POST", "an order")]
    public async Task A_claims_challenge_is_answered_once(string method, string sent)
    {
        using FakeAad aad = App.StartAad();
        List<string> bodies = [];
        _api.Answer = (request, _) =>
        {
            using var body = new MemoryStream();
            request.Content?.CopyTo(body, context: null, CancellationToken.None);
            bodies.Add(System.Text.Encoding.UTF8.GetString(body.ToArray()));
            return EchoApi.Claim(request.Headers.Authorization!.Parameter!, "acrs") == "c1" ? null : Challenge(aad);
        };
        await using App app = await StartAsync(aad);
        using Browser browser = app.NewBrowser();

        Reply reply = await browser.GoAsync("/orders?method=" + method);

        Assert.That(reply.Body, Is.EqualTo(aad.Options.User.ObjectId));
        Assert.That(bodies, Is.EqualTo(new[] { sent, sent }));
    }

    [Test]
    public async Task A_second_challenge_is_returned_to_the_caller()
    {
        using FakeAad aad = App.StartAad();
        _api.Answer = (_, _) => Challenge(aad);
        await using App app = await StartAsync(aad);
        using Browser browser = app.NewBrowser();

        Reply reply = await browser.GoAsync("/orders");

        Assert.That((reply.Status, _api.Requests), Is.EqualTo((HttpStatusCode.Unauthorized, 2)));
    }

    [TestCase("STREAM")]
    [TestCase("ITERATOR")]
    [TestCase("ASYNC ITERATOR")]
    public async Task A_challenge_of_a_request_whose_body_can_be_read_once_is_returned_to_the_caller(string method)
    {
        using FakeAad aad = App.StartAad();
        _api.Answer = (_, _) => Challenge(aad);
        await using App app = await StartAsync(aad);
        using Browser browser = app.NewBrowser();

        Reply reply = await browser.GoAsync($"/orders?method={Uri.EscapeDataString(method)}");

        Assert.That((reply.Status, _api.Requests), Is.EqualTo((HttpStatusCode.Unauthorized, 1)));
    }

    [TestCase("POST")]
    [TestCase("JSON")]
    [TestCase("LIST")]
    public async Task A_challenge_of_a_request_whose_body_can_be_read_again_is_answered(string method)
    {
        using FakeAad aad = App.StartAad();
        var bodies = new List<string>();
        _api.Answer = (request, number) =>
        {
            using var body = new MemoryStream();
            request.Content!.CopyTo(body, null, CancellationToken.None);
            bodies.Add(Encoding.UTF8.GetString(body.ToArray()));
            return number == 1 ? Challenge(aad) : null;
        };
        await using App app = await StartAsync(aad);
        using Browser browser = app.NewBrowser();

        Reply reply = await browser.GoAsync($"/orders?method={method}");

        Assert.That(reply.Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((bodies.Count, bodies[0]), Is.EqualTo((2, bodies[1])));
    }

    [Test]
    public async Task The_claims_of_the_API_reach_the_sign_in_if_the_server_wants_one()
    {
        using FakeAad aad = App.StartAad();
        _api.Answer = (_, _) =>
        {
            aad.Enqueue(FakeAadFault.Error("interaction_required", 50076));
            return Challenge(aad);
        };
        await using App app = await StartAsync(aad);
        using Browser browser = app.NewBrowser();
        await browser.GoAsync("/signin?to=/");

        Assert.That(
            async () => await browser.GoAsync("/orders"),
            Throws.TypeOf<AuthenticationFailedException>().With.Property("IsSignInRequired").True.And.Property("Response").Property("Claims").EqualTo(Claims));
    }

    [Test]
    public async Task A_token_is_sent_over_https_only()
    {
        using FakeAad aad = App.StartAad();
        await using App app = await StartAsync(aad);
        using Browser browser = app.NewBrowser();
        await browser.GoAsync("/signin?to=/");

        Assert.That(async () => await browser.GoAsync("/orders?to=http://orders.example/"), Throws.InvalidOperationException.With.Message.Contains("https"));
        Assert.That(_api.Requests, Is.Zero);
    }

    [Test]
    public async Task Without_a_request_an_HTTP_client_says_what_to_use()
    {
        using FakeAad aad = App.StartAad();
        await using App app = await StartAsync(aad);
        HttpClient http = app.Services.GetRequiredService<IHttpClientFactory>().CreateClient("orders");

        Assert.That(async () => await http.GetAsync(new Uri("https://orders.example/")), Throws.InvalidOperationException.With.Message.Contains("FindAsync"));
    }

    [Test]
    public void An_HTTP_client_needs_scopes() => Assert.That(
        () => new ServiceCollection().AddHttpClient("orders").AddUserToken(), Throws.ArgumentException.With.Message.Contains("scopes"));

    [Test]
    public async Task In_a_request_a_client_of_a_scope_made_by_hand_and_one_of_a_handler_act_for_its_user()
    {
        using FakeAad aad = App.StartAad();
        await using App app = await App.StartAsync(aad, settings =>
        {
            settings.UsesMiddleware = false;
            settings.Options = static options => options.Scopes.Add(App.Vault);
            settings.Services = services =>
            {
                services.AddHttpClient("orders").AddUserToken(App.Vault).ConfigurePrimaryHttpMessageHandler(() => _api);
                services.AddTransient<Gateway>();
                services.AddHttpClient("gateway").AddHttpMessageHandler<Gateway>();
            };
            settings.Map = static app =>
            {
                app.MapGet("/scope", static async (IServiceScopeFactory scopes, CancellationToken cancellationToken) =>
                {
                    using IServiceScope scope = scopes.CreateScope();
                    return await scope.ServiceProvider.GetRequiredService<IHttpClientFactory>().CreateClient("orders").GetStringAsync(new Uri("https://orders.example/"), cancellationToken);
                }).RequireAuthorization();
                app.MapGet("/gateway", static (IHttpClientFactory factory) => factory.CreateClient("gateway").GetStringAsync(new Uri("https://gateway.example/"))).RequireAuthorization();
            };
        });
        using Browser alice = app.NewBrowser(), bob = app.NewBrowser();
        List<Reply> replies = [await alice.GoAsync("/gateway"), await alice.GoAsync("/scope")];
        aad.Options.User = new FakeAadUser("0a0a0a0a-0000-4000-8000-000000000001", aad.TenantId, "Bob", "bob@contoso.example");

        replies.AddRange([await bob.GoAsync("/gateway"), await bob.GoAsync("/scope")]);

        Assert.That(replies.Select(static reply => reply.Body), Is.EqualTo(new[] { replies[0].Body, replies[0].Body, aad.Options.User.ObjectId, aad.Options.User.ObjectId }));
        Assert.That(replies[0].Body, Is.Not.EqualTo(aad.Options.User.ObjectId).And.Not.Empty);
    }

    [Test]
    public async Task Each_user_has_the_client_of_the_scheme_that_signed_the_user_in()
    {
        using FakeAad staff = App.StartAad(), partners = App.StartAad();
        var store = new MemoryStore();
        partners.Options.User = new FakeAadUser("0a0a0a0a-0000-4000-8000-000000000001", partners.TenantId, "Bob", "bob@partner.example");
        await using App app = await App.StartAsync(staff, settings =>
        {
            IConfigurationSection section = new ConfigurationBuilder().AddInMemoryCollection(App.Section("Partners", partners)).Build().GetSection("Partners");
            settings.Services = services =>
            {
                services.AddAuthentication().AddAuthCode("Partners", section, static options =>
                {
                    options.CallbackPath = "/signin-partners";
                    options.SignedOutCallbackPath = "/signout-callback-partners";
                });
                services.AddSingleton(store);
                new AuthCodeBuilder("Partners", services).UseSessionStore<MemoryStore>();
            };
            settings.Map = static app =>
            {
                app.MapGet("/partners", static () => Results.Challenge(new AuthenticationProperties { RedirectUri = "/token" }, ["Partners"]));
                app.MapGet("/token", static async (HttpContext context, CancellationToken _) => EchoApi.Claim((await context.GetUserTokenAsync(App.Vault)).Token, "iss")).RequireAuthorization();
            };
        });
        using Browser alice = app.NewBrowser(), bob = app.NewBrowser();

        Reply ofAlice = await alice.GoAsync("/token");
        int ofStaff = store.Entries.Count;
        Reply ofBob = await bob.GoAsync("/partners");

        Assert.That(ofAlice.Body, Does.StartWith(staff.AuthorityHost.AbsoluteUri));
        Assert.That(ofBob.Body, Does.StartWith(partners.AuthorityHost.AbsoluteUri));
        Assert.That((ofStaff, store.Entries.Count), Is.EqualTo((0, 3)), "a session, an account, and a sign-in");
    }

    private const string Claims = """{"access_token":{"acrs":{"essential":true,"value":"c1"}}}""";

    private static IEnumerable<int> Orders()
    {
        yield return 1;
    }

    private static async IAsyncEnumerable<int> OrdersAsync()
    {
        await Task.Yield();
        yield return 1;
    }

    // It answers with what another API says to the user.
    private sealed class Gateway(IHttpClientFactory factory) : DelegatingHandler
    {
        private readonly HttpClient _orders = factory.CreateClient("orders");

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            _orders.GetAsync(new Uri("https://orders.example/"), cancellationToken);
    }

    private static HttpResponseMessage Challenge(FakeAad aad)
    {
        var response = new HttpResponseMessage(HttpStatusCode.Unauthorized);
        response.Headers.Add("WWW-Authenticate", aad.CreateClaimsChallenge(Claims));
        return response;
    }

    private Task<App> StartAsync(FakeAad aad, Action<WebApplication>? map = null) => App.StartAsync(aad, settings =>
    {
        settings.UsesMiddleware = false;
        settings.Options = static options => options.Scopes.Add(App.Vault);
        settings.Services = services => services.AddHttpClient("orders").AddUserToken(App.Vault).ConfigurePrimaryHttpMessageHandler(() => _api);
        settings.Map = app =>
        {
            app.MapGet("/orders", static async (IHttpClientFactory factory, string? method, string? to) =>
            {
                using HttpResponseMessage response = await factory.CreateClient("orders").SendAsync(new HttpRequestMessage(method is null or "GET" ? HttpMethod.Get : HttpMethod.Post, to ?? "https://orders.example/")
                {
                    Content = method switch
                    {
                        "POST" => new StringContent("an order"),
                        "JSON" => JsonContent.Create(new { Order = 1 }),
                        "LIST" => JsonContent.Create(new HashSet<int> { 1, 2 }),
                        "STREAM" => new StreamContent(new MemoryStream([1])),
                        "ITERATOR" => JsonContent.Create(Orders()),
                        "ASYNC ITERATOR" => JsonContent.Create(OrdersAsync()),
                        _ => null,
                    },
                });
                using var body = new StreamReader(await response.Content.ReadAsStreamAsync());
                return Results.Text(await body.ReadToEndAsync(), statusCode: (int)response.StatusCode);
            }).RequireAuthorization();
            map?.Invoke(app);
        };
    });
}
