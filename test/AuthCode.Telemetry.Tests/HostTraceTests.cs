using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AuthCode.Telemetry.Tests;

/// <summary>The HTTP client that AuthCode.Extensions registers.</summary>
internal sealed class HostTraceTests(bool isAsync) : TraceFixture(isAsync)
{
    [Test]
    public async Task The_HTTP_request_is_part_of_the_trace_and_nothing_of_it_is_sent()
    {
        using IHost host = Create();

        await Request(CredentialOf(host));

        AssertOneTrace();
        AssertNothingIsSent();
    }

    [Test]
    public async Task The_handler_that_a_host_adds_changes_nothing()
    {
        using IHost host = Create(static http => http.AddHttpMessageHandler(static () => new Passing()));

        await Request(CredentialOf(host));

        AssertOneTrace();
        AssertNothingIsSent();
    }

    [Test]
    public async Task A_transport_of_the_host_sends_nothing_of_the_trace_of_the_caller()
    {
        using IHost host = Create(static http => http.ConfigurePrimaryHttpMessageHandler(static () => new SocketsHttpHandler()));

        await Request(CredentialOf(host));

        Assert.That(Server.Heads.Single(), Does.Not.Contain(Caller.TraceId.ToString()).And.Not.Contain("alice"));
    }

    private IHost Create(Action<IHttpClientBuilder>? configure = null)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["AzureAd:Instance"] = Server.Authority.AbsoluteUri,
            ["AzureAd:TenantId"] = The.Tenant,
            ["AzureAd:ClientId"] = The.Client,
        });
        builder.Services.AddSingleton<IDataProtectionProvider, EphemeralDataProtectionProvider>();
        builder.Services.AddAuthorizationCodeClient("entra", builder.Configuration.GetSection("AzureAd"));
        configure?.Invoke(builder.Services.AddHttpClient("entra"));
        return builder.Build();
    }

    private static AuthorizationCodeCredential CredentialOf(IHost host) =>
        host.Services.GetRequiredService<AuthorizationCodeClient>().CreateCredential(The.Code, The.Redirect, The.Verifier);

    private sealed class Passing : DelegatingHandler;
}
