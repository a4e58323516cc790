using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.LoadBalancing;
using Yarp.ReverseProxy.Model;
using Yarp.ReverseProxy.Transforms;

namespace AuthCode.EndToEnd;

/// <summary>YARP: terminates https, gives each request to the next instance, and goes to another one if an instance does not respond. X-Instance of a response says who sent it.</summary>
internal sealed class RoundRobinProxy : IAsyncDisposable
{
    private const string Name = "app";

    private readonly WebApplication _app;
    private readonly X509Certificate2 _certificate;

    private RoundRobinProxy(WebApplication app, X509Certificate2 certificate)
    {
        _app = app;
        _certificate = certificate;
        Address = new Uri($"https://localhost:{new Uri(app.Urls.Single()).Port}/");
    }

    /// <summary>What the browser sees.</summary>
    internal Uri Address { get; }

    /// <summary>Starts it.</summary>
    /// <param name="instances">The addresses of the instances, by name.</param>
    /// <param name="operate">Does what is posted to <c>/operator/</c>, as someone does who restarts instances.</param>
    internal static async Task<RoundRobinProxy> StartAsync(IReadOnlyDictionary<string, Uri> instances, Func<string, Task> operate)
    {
        X509Certificate2 certificate = Certificates.OfServer("localhost");
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate)));
        builder.Services.AddReverseProxy()
            .LoadFromMemory(
                [new RouteConfig { RouteId = Name, ClusterId = Name, Match = new RouteMatch { Path = "{**path}" } }],
                [new ClusterConfig
                {
                    ClusterId = Name,
                    LoadBalancingPolicy = LoadBalancingPolicies.RoundRobin,
                    Destinations = instances.ToDictionary(static instance => instance.Key, static instance => new DestinationConfig { Address = instance.Value.AbsoluteUri }),
                }])
            .AddTransforms(static transforms => transforms.AddOriginalHost().AddResponseTransform(static response =>
            {
                response.HttpContext.Response.Headers["X-Instance"] = response.HttpContext.GetReverseProxyFeature().ProxiedDestination?.DestinationId;
                return ValueTask.CompletedTask;
            }));
        WebApplication app = builder.Build();
        app.MapPost("/operator/{action}", operate);
        app.MapReverseProxy(static pipeline =>
        {
            pipeline.Use(GoToAnotherAsync);
            pipeline.UseLoadBalancing();
        });
        await app.StartAsync();
        return new RoundRobinProxy(app, certificate);
    }

    /// <summary>A client that accepts its certificate and follows no redirects.</summary>
    internal HttpClient CreateClient() => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        SslOptions = { RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate?.GetCertHashString() == _certificate.GetCertHashString() },
    });

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _certificate.Dispose();
    }

    // What was sent to an instance that does not respond can be sent again if it changes nothing.
    private static async Task GoToAnotherAsync(HttpContext context, RequestDelegate next)
    {
        await next(context);
        IReverseProxyFeature proxying = context.GetReverseProxyFeature();
        if (context.GetForwarderErrorFeature()?.Error is not ForwarderError.Request
            || !HttpMethods.IsGet(context.Request.Method)
            || context.Response.HasStarted)
        {
            return;
        }

        proxying.AvailableDestinations = [.. proxying.AllDestinations.Where(destination => destination != proxying.ProxiedDestination)];
        context.Features.Set<IForwarderErrorFeature>(null);
        context.Response.Clear();
        await next(context);
    }
}
