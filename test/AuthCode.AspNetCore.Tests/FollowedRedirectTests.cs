using System.Net;
using System.Net.Http.Headers;
using AuthCode.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace AuthCode.AspNetCore.Tests;

/// <summary>Handlers within AddUserToken that follow redirects with the same message: the other host must not get the token.</summary>
internal sealed class FollowedRedirectTests
{
    private static readonly Uri Orders = new("https://orders.example/");
    private static readonly Uri Other = new("https://other.example/");
    private static readonly Uri Third = new("https://third.example/");

    private readonly List<string> _sent = [];

    [TestCase(true)]
    [TestCase(false)]
    public async Task The_other_host_gets_no_token(bool isAsync)
    {
        await CallAsync(static client => client.AddUserToken(App.Vault).AddHttpMessageHandler(static () => new Follow()), RedirectToOther, isAsync);

        Assert.That(_sent, Is.EqualTo(new[] { "https://orders.example/ Bearer", "https://other.example/ " }));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Another_attempt_with_the_same_message_gets_no_token_either(bool isAsync)
    {
        await CallAsync(static client => client.AddHttpMessageHandler(static () => new Again()).AddUserToken(App.Vault).AddHttpMessageHandler(static () => new Follow()), RedirectToOther, isAsync);

        Assert.That(_sent, Is.EqualTo(new[] { "https://orders.example/ Bearer", "https://other.example/ ", "https://other.example/ " }));
    }

    [Test]
    public async Task A_host_that_the_other_one_redirects_to_gets_no_token()
    {
        await CallAsync(
            static client => client.AddUserToken(App.Vault).AddHttpMessageHandler(static () => new Follow()),
            static request => request.RequestUri!.Host switch { "orders.example" => To(Other), "other.example" => To(Third), _ => new HttpResponseMessage() });

        Assert.That(_sent, Is.EqualTo(new[] { "https://orders.example/ Bearer", "https://other.example/ ", "https://third.example/ " }));
    }

    [Test]
    public async Task A_copy_of_the_message_gets_no_token()
    {
        await CallAsync(static client => client.AddUserToken(App.Vault).AddHttpMessageHandler(static () => new FollowByCopy()), RedirectToOther);

        Assert.That(_sent, Is.EqualTo(new[] { "https://orders.example/ Bearer", "https://other.example/ " }));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_host_that_a_cache_within_redirects_to_gets_no_token(bool isAsync)
    {
        await CallAsync(static client => client.AddHttpMessageHandler(static () => new Follow()).AddUserToken(App.Vault).AddHttpMessageHandler(static () => new Cache()), static _ => new HttpResponseMessage(), isAsync);

        Assert.That(_sent, Is.EqualTo(new[] { "https://other.example/ " }));
    }

    [Test]
    public async Task A_redirect_within_the_host_keeps_the_token()
    {
        await CallAsync(
            static client => client.AddUserToken(App.Vault).AddHttpMessageHandler(static () => new Follow()),
            static request => request.RequestUri == Orders ? To(new Uri("/x", UriKind.Relative)) : new HttpResponseMessage());

        Assert.That(_sent, Is.EqualTo(new[] { "https://orders.example/ Bearer", "https://orders.example/x Bearer" }));
    }

    [Test]
    public async Task A_handler_that_resolves_the_address_keeps_the_token_also_after_a_redirect_there()
    {
        await CallAsync(
            static client => client.AddUserToken(App.Vault).AddHttpMessageHandler(static () => new Follow()).AddHttpMessageHandler(static () => new Resolve()),
            static request => request.RequestUri!.AbsolutePath == "/" ? To(new Uri("https://orders.internal/x")) : new HttpResponseMessage());

        Assert.That(_sent, Is.EqualTo(new[] { "https://orders.internal/ Bearer", "https://orders.internal/x Bearer" }));
    }

    [Test]
    public async Task A_redirect_within_the_resolved_host_that_a_cache_within_answers_keeps_the_token()
    {
        await CallAsync(
            static client => client.AddHttpMessageHandler(static () => new Follow()).AddUserToken(App.Vault).AddHttpMessageHandler(static () => new Resolve())
                .AddHttpMessageHandler(static () => new Cache { From = new Uri("https://orders.internal/"), Target = new Uri("/x", UriKind.Relative) }),
            static _ => new HttpResponseMessage());

        Assert.That(_sent, Is.EqualTo(new[] { "https://orders.internal/x Bearer" }));
    }

    [Test]
    public async Task A_handler_that_resolves_the_address_of_the_other_host_gets_it_no_token()
    {
        await CallAsync(
            static client => client.AddUserToken(App.Vault).AddHttpMessageHandler(static () => new Follow()).AddHttpMessageHandler(static () => new Resolve()),
            static request => request.RequestUri!.Host == "orders.internal" ? To(Other) : new HttpResponseMessage());

        Assert.That(_sent, Is.EqualTo(new[] { "https://orders.internal/ Bearer", "https://other.internal/ " }));
    }

    [Test]
    public async Task A_token_that_a_handler_sets_for_the_other_host_is_sent()
    {
        await CallAsync(static client => client.AddUserToken(App.Vault).AddHttpMessageHandler(static () => new Follow { Authorization = new("Own", "key") }), RedirectToOther);

        Assert.That(_sent, Is.EqualTo(new[] { "https://orders.example/ Bearer", "https://other.example/ Own" }));
    }

    [Test]
    public async Task A_challenge_of_the_other_host_gets_no_other_token()
    {
        await CallAsync(
            static client => client.AddUserToken(App.Vault).AddHttpMessageHandler(static () => new FollowByCopy()),
            static request => request.RequestUri!.Host == "orders.example" ? To(Other) : new HttpResponseMessage(HttpStatusCode.Unauthorized)
            {
                Headers = { WwwAuthenticate = { new AuthenticationHeaderValue("Bearer", "error=\"insufficient_claims\", claims=\"eyJhY2Nlc3NfdG9rZW4iOnt9fQ==\"") } },
            });

        Assert.That(_sent, Is.EqualTo(new[] { "https://orders.example/ Bearer", "https://other.example/ " }));
    }

    private static HttpResponseMessage RedirectToOther(HttpRequestMessage request) => request.RequestUri!.Host == "orders.example" ? To(Other) : new HttpResponseMessage();

    private static HttpResponseMessage To(Uri target) => new(HttpStatusCode.TemporaryRedirect) { Headers = { Location = target } };

    private async Task CallAsync(Action<IHttpClientBuilder> configure, Func<HttpRequestMessage, HttpResponseMessage> answer, bool isAsync = true)
    {
        using FakeAad aad = App.StartAad();
        await using App app = await App.StartAsync(aad, settings =>
        {
            settings.Options = static options => options.Scopes.Add(App.Vault);
            settings.Services = services => configure(services.AddHttpClient("orders").ConfigurePrimaryHttpMessageHandler(() => new Transport(_sent, answer)));
            settings.Map = app => app.MapGet("/call", async (IHttpClientFactory factory) =>
            {
                using HttpClient client = factory.CreateClient("orders");
                using var request = new HttpRequestMessage(HttpMethod.Get, Orders);
                using HttpResponseMessage response = isAsync ? await client.SendAsync(request) : client.Send(request);
            }).RequireAuthorization();
        });
        using Browser browser = app.NewBrowser();
        await browser.GoAsync("/call");
    }

    private sealed class Transport(List<string> sent, Func<HttpRequestMessage, HttpResponseMessage> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromResult(Send(request, cancellationToken));

        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            sent.Add($"{request.RequestUri} {request.Headers.Authorization?.Scheme}");
            HttpResponseMessage response = answer(request);
            response.RequestMessage = request;
            return response;
        }
    }

    private sealed class Follow : DelegatingHandler
    {
        internal AuthenticationHeaderValue? Authorization { get; init; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            HttpResponseMessage response = await base.SendAsync(request, cancellationToken);
            while (Next(request, response))
            {
                response = await base.SendAsync(request, cancellationToken);
            }

            return response;
        }

        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            HttpResponseMessage response = base.Send(request, cancellationToken);
            while (Next(request, response))
            {
                response = base.Send(request, cancellationToken);
            }

            return response;
        }

        private bool Next(HttpRequestMessage request, HttpResponseMessage response)
        {
            if (response.Headers.Location is not { } target)
            {
                return false;
            }

            response.Dispose();
            request.RequestUri = new Uri(request.RequestUri!, target);
            request.Headers.Authorization = Authorization ?? request.Headers.Authorization;
            return true;
        }
    }

    private sealed class FollowByCopy : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            HttpResponseMessage response = await base.SendAsync(request, cancellationToken);
            if (response.Headers.Location is not { } target)
            {
                return response;
            }

            response.Dispose();
            var copy = new HttpRequestMessage(request.Method, target);
            copy.Headers.Add("Authorization", request.Headers.GetValues("Authorization"));
            return await base.SendAsync(copy, cancellationToken);
        }
    }

    private sealed class Again : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            (await base.SendAsync(request, cancellationToken)).Dispose();
            return await base.SendAsync(request, cancellationToken);
        }

        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            base.Send(request, cancellationToken).Dispose();
            return base.Send(request, cancellationToken);
        }
    }

    /// <summary>Answers what the API has answered before, and asks nobody.</summary>
    private sealed class Cache : DelegatingHandler
    {
        internal Uri From { get; init; } = Orders;

        internal Uri Target { get; init; } = Other;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            request.RequestUri == From ? Task.FromResult(To(Target)) : base.SendAsync(request, cancellationToken);

        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) =>
            request.RequestUri == From ? To(Target) : base.Send(request, cancellationToken);
    }

    private sealed class Resolve : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.RequestUri = new Uri(request.RequestUri!.AbsoluteUri.Replace(".example", ".internal", StringComparison.Ordinal));
            return base.SendAsync(request, cancellationToken);
        }
    }
}
