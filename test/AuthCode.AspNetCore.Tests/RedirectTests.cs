using System.Net;
using System.Net.Http.Headers;
using AuthCode.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace AuthCode.AspNetCore.Tests;

/// <summary>An API that redirects to another host, which must not get the token of the user.</summary>
internal sealed class RedirectTests
{
    private static readonly Uri Orders = new("https://orders.example/");
    private static readonly Uri Other = new("https://other.example/");
    private static readonly Uri Third = new("https://third.example/");

    [TestCase(true)]
    [TestCase(false)]
    public async Task The_challenge_of_the_other_host_gets_no_token(bool isAsync)
    {
        var transport = new Redirecting(Challenge);
        HttpStatusCode status = await CallAsync(transport, isAsync);

        Assert.That((status, transport.Sent), Is.EqualTo((HttpStatusCode.Unauthorized, new[] { "https://orders.example/ Bearer", "https://other.example/ " })));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_handler_that_repeats_the_request_sends_no_token_to_the_other_host(bool isAsync)
    {
        var transport = new Redirecting(static () => new HttpResponseMessage(HttpStatusCode.ServiceUnavailable));
        HttpStatusCode status = await CallAsync(transport, isAsync, static client => client.AddHttpMessageHandler(static () => new Again()));

        Assert.That((status, transport.Sent), Is.EqualTo((HttpStatusCode.ServiceUnavailable, new[] { "https://orders.example/ Bearer", "https://other.example/ ", "https://other.example/ " })));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_host_that_the_other_one_redirects_to_gets_no_token_either(bool isAsync)
    {
        var transport = new Transport(static (request, _) => Redirect(request, request.RequestUri!.Host == "orders.example" ? Other : Third));
        await CallAsync(transport, isAsync, static client => client.AddHttpMessageHandler(static () => new Again()).AddHttpMessageHandler(static () => new Again()).AddUserToken(App.Vault));

        Assert.That(transport.Sent.Where(static sent => sent.EndsWith("Bearer", StringComparison.Ordinal)), Is.EqualTo(new[] { "https://orders.example/ Bearer" }));
        Assert.That(transport.Sent, Has.Count.EqualTo(4));
    }

    [Test]
    public async Task A_handler_that_adds_to_the_address_gets_the_other_host_no_token()
    {
        var transport = new Transport(static (request, _) => Redirect(request, Other));
        await CallAsync(transport, isAsync: true, static client => client.AddHttpMessageHandler(static () => new Again()).AddHttpMessageHandler(static () => new Versioned()).AddUserToken(App.Vault));

        Assert.That(transport.Sent, Is.EqualTo(new[] { "https://orders.example/?api-version=1 Bearer", "https://other.example/?api-version=1 " }));
    }

    [Test]
    public async Task A_copy_of_the_request_gets_the_other_host_no_token([Values] bool withOptions)
    {
        var transport = new Transport(static (request, _) => Redirect(request, Other));
        await CallAsync(transport, isAsync: true, client => client.AddHttpMessageHandler(() => new CopyAgain(withOptions)).AddUserToken(App.Vault));

        Assert.That(transport.Sent, Is.EqualTo(new[] { "https://orders.example/ Bearer", "https://other.example/ " }));
    }

    [Test]
    public async Task A_handler_that_follows_redirects_itself_sends_no_token_to_the_other_host()
    {
        var transport = new Transport(static (request, _) => request.RequestUri!.Host == "orders.example" ? new(HttpStatusCode.TemporaryRedirect) { Headers = { Location = Other } } : new(HttpStatusCode.OK));
        await CallAsync(transport, isAsync: true, static client => client.AddHttpMessageHandler(static () => new Follow()).AddUserToken(App.Vault));

        Assert.That(transport.Sent, Is.EqualTo(new[] { "https://orders.example/ Bearer", "https://other.example/ " }));
    }

    [TestCase("https://other.example/")]
    [TestCase("http://other.internal/")]
    public async Task A_handler_that_rewrites_the_address_of_the_other_host_gets_it_no_token(string location)
    {
        var transport = new Transport((request, _) => request.RequestUri!.Host == "orders.internal" ? new(HttpStatusCode.TemporaryRedirect) { Headers = { Location = new Uri(location) } } : new(HttpStatusCode.OK));
        await CallAsync(transport, isAsync: true, static client => client.AddHttpMessageHandler(static () => new Follow()).AddHttpMessageHandler(static () => new Resolve()).AddUserToken(App.Vault));

        Assert.That(transport.Sent, Is.EqualTo(new[] { "https://orders.internal/ Bearer", "https://other.internal/ " }));
    }

    [Test]
    public async Task A_handler_that_resolves_another_address_of_the_API_gets_it_the_token_when_the_request_is_repeated()
    {
        var transport = new Transport(static (_, _) => new HttpResponseMessage(HttpStatusCode.ServiceUnavailable));
        int instances = 0;
        await CallAsync(transport, isAsync: true, client => client
            .AddHttpMessageHandler(static () => new Again()).AddHttpMessageHandler(() => new Resolve { Suffix = () => $".instance{++instances}" }).AddUserToken(App.Vault));

        Assert.That(transport.Sent, Is.EqualTo(new[] { "https://orders.instance1/ Bearer", "https://orders.instance2/ Bearer" }));
    }

    [Test]
    public async Task A_redirect_within_the_host_gets_the_token_when_it_is_repeated()
    {
        var transport = new Transport(static (request, _) => Redirect(request, new Uri(Orders, "x")));
        await CallAsync(transport, isAsync: true, static client => client.AddHttpMessageHandler(static () => new Again()).AddUserToken(App.Vault));

        Assert.That(transport.Sent, Is.EqualTo(new[] { "https://orders.example/ Bearer", "https://orders.example/x Bearer" }));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_handler_within_that_adds_to_the_address_takes_no_claims_challenge(bool isAsync)
    {
        var transport = new Transport(static (_, number) => number == 1 ? Challenge() : new(HttpStatusCode.OK));
        await CallAsync(transport, isAsync, static client => client.AddUserToken(App.Vault).AddHttpMessageHandler(static () => new Versioned()));

        Assert.That(transport.Sent, Is.EqualTo(new[] { "https://orders.example/?api-version=1 Bearer", "https://orders.example/?api-version=1 Bearer" }));
    }

    [Test]
    public async Task Another_attempt_with_the_same_request_sends_no_token_to_the_other_host([Values] bool isNested)
    {
        var transport = new Transport(static (request, _) => Redirect(request, Other));
        using FakeAad aad = App.StartAad();
        await using App app = await App.StartAsync(aad, settings =>
        {
            settings.Options = static options => options.Scopes.Add(App.Vault);
            settings.Services = services =>
            {
                services.AddHttpClient("transport").ConfigurePrimaryHttpMessageHandler(() => transport);
                IHttpClientBuilder orders = services.AddHttpClient("orders").ConfigurePrimaryHttpMessageHandler(provider =>
                    isNested ? new Through(provider.GetRequiredService<IHttpMessageHandlerFactory>().CreateHandler("transport")) : transport);
                if (isNested)
                {
                    orders.AddHttpMessageHandler(static () => new Again());
                }

                orders.AddUserToken(App.Vault);
            };
            settings.Map = app => app.MapGet("/call", async (IHttpMessageHandlerFactory handlers) =>
            {
                HttpMessageHandler shared = handlers.CreateHandler("orders");
                using var client = new HttpClient(isNested ? shared : new Again { InnerHandler = shared }, disposeHandler: false);
                using HttpResponseMessage response = await client.GetAsync(Orders);
            }).RequireAuthorization();
        });
        using Browser browser = app.NewBrowser();
        await browser.GoAsync("/call");

        Assert.That(transport.Sent, Is.EqualTo(new[] { "https://orders.example/ Bearer", "https://other.example/ " }));
    }

    // As the transport of .NET: it changes the request, and takes the token out.
    private static HttpResponseMessage Redirect(HttpRequestMessage request, Uri target)
    {
        request.Headers.Authorization = null;
        request.RequestUri = target;
        return new HttpResponseMessage(HttpStatusCode.ServiceUnavailable);
    }

    private static HttpResponseMessage Challenge()
    {
        var challenged = new HttpResponseMessage(HttpStatusCode.Unauthorized);
        challenged.Headers.WwwAuthenticate.Add(new AuthenticationHeaderValue("Bearer", "error=\"insufficient_claims\", claims=\"eyJhY2Nlc3NfdG9rZW4iOnt9fQ==\""));
        return challenged;
    }

    private static Task<HttpStatusCode> CallAsync(Redirecting transport, bool isAsync, Action<IHttpClientBuilder>? configure = null) =>
        CallAsync((HttpMessageHandler)transport, isAsync, client =>
        {
            configure?.Invoke(client);
            client.AddUserToken(App.Vault);
        });

    private static async Task<HttpStatusCode> CallAsync(HttpMessageHandler transport, bool isAsync, Action<IHttpClientBuilder> configure)
    {
        using FakeAad aad = App.StartAad();
        HttpStatusCode status = default;
        await using App app = await App.StartAsync(aad, settings =>
        {
            settings.Options = static options => options.Scopes.Add(App.Vault);
            settings.Services = services => configure(services.AddHttpClient("orders").ConfigurePrimaryHttpMessageHandler(() => transport));
            settings.Map = app => app.MapGet("/call", async (IHttpClientFactory factory) =>
            {
                using HttpClient client = factory.CreateClient("orders");
                using var request = new HttpRequestMessage(HttpMethod.Get, Orders);
                using HttpResponseMessage response = isAsync ? await client.SendAsync(request) : client.Send(request);
                status = response.StatusCode;
            }).RequireAuthorization();
        });
        using Browser browser = app.NewBrowser();
        await browser.GoAsync("/call");
        return status;
    }

    /// <summary>Answers with the number of the request.</summary>
    private sealed class Transport(Func<HttpRequestMessage, int, HttpResponseMessage> answer) : HttpMessageHandler
    {
        internal List<string> Sent { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromResult(Send(request, cancellationToken));

        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Sent.Add($"{request.RequestUri} {request.Headers.Authorization?.Scheme}");
            return answer(request, Sent.Count);
        }
    }

    /// <summary>Follows a redirect as the transport of .NET does: it changes the request, and takes the token out.</summary>
    private sealed class Redirecting(Func<HttpResponseMessage> answer) : HttpMessageHandler
    {
        internal List<string> Sent { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromResult(Send(request, cancellationToken));

        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Note(request);
            if (request.RequestUri == Orders)
            {
                request.Headers.Authorization = null;
                request.RequestUri = Other;
                Note(request);
            }

            return answer();
        }

        private void Note(HttpRequestMessage request) => Sent.Add($"{request.RequestUri} {request.Headers.Authorization?.Scheme}");
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

    private sealed class CopyAgain(bool withOptions) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            (await base.SendAsync(request, cancellationToken)).Dispose();
            var copy = new HttpRequestMessage(request.Method, request.RequestUri);
            foreach ((string key, object? value) in withOptions ? request.Options : [])
            {
                ((IDictionary<string, object?>)copy.Options)[key] = value;
            }

            return await base.SendAsync(copy, cancellationToken);
        }
    }

    private sealed class Versioned : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            AddVersion(request);
            return base.SendAsync(request, cancellationToken);
        }

        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            AddVersion(request);
            return base.Send(request, cancellationToken);
        }

        private static void AddVersion(HttpRequestMessage request) => request.RequestUri = new Uri(request.RequestUri!.AbsoluteUri + "?api-version=1");
    }

    private sealed class Follow : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            HttpResponseMessage response = await base.SendAsync(request, cancellationToken);
            if (response.Headers.Location is not { } target)
            {
                return response;
            }

            response.Dispose();
            request.Headers.Authorization = null;
            request.RequestUri = target;
            return await base.SendAsync(request, cancellationToken);
        }
    }

    /// <summary>Resolves the address for one attempt, as service discovery does.</summary>
    private sealed class Resolve : DelegatingHandler
    {
        internal Func<string> Suffix { get; init; } = static () => ".internal";

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Uri address = request.RequestUri!;
            request.RequestUri = new UriBuilder(address) { Scheme = Uri.UriSchemeHttps, Port = -1, Host = address.Host.Replace(".example", Suffix(), StringComparison.Ordinal) }.Uri;
            try
            {
                return await base.SendAsync(request, cancellationToken);
            }
            finally
            {
                request.RequestUri = address;
            }
        }
    }

    // A handler of a client that sends through another one.
    private sealed class Through(HttpMessageHandler inner) : DelegatingHandler(inner);
}
