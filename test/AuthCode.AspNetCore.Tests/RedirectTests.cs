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

    [TestCase(true)]
    [TestCase(false)]
    public async Task The_challenge_of_the_other_host_gets_no_token(bool isAsync)
    {
        var transport = new Redirecting(static () =>
        {
            var challenged = new HttpResponseMessage(HttpStatusCode.Unauthorized);
            challenged.Headers.WwwAuthenticate.Add(new AuthenticationHeaderValue("Bearer", "error=\"insufficient_claims\", claims=\"eyJhY2Nlc3NfdG9rZW4iOnt9fQ==\""));
            return challenged;
        });
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

    private static async Task<HttpStatusCode> CallAsync(Redirecting transport, bool isAsync, Action<IHttpClientBuilder>? configure = null)
    {
        using FakeAad aad = App.StartAad();
        HttpStatusCode status = default;
        await using App app = await App.StartAsync(aad, settings =>
        {
            settings.Options = static options => options.Scopes.Add(App.Vault);
            settings.Services = services =>
            {
                IHttpClientBuilder client = services.AddHttpClient("orders").ConfigurePrimaryHttpMessageHandler(() => transport);
                configure?.Invoke(client);
                client.AddUserToken(App.Vault);
            };
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
}
