using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AuthCode.Extensions.Tests.Snippets;

/// <summary>The code of docs/sessions.md for a host, compiled.</summary>
internal static class Host
{
    internal static void Add(IServiceCollection services, IConfiguration configuration)
    {
        services.AddAuthorizationCodeClient("entra", configuration.GetSection("AzureAd"))
            .UseDistributedCache();
        services.AddHealthChecks().AddAuthCode("entra");
    }

    internal static void Refresh(IServiceCollection services, IConfiguration configuration)
    {
        services.AddAuthorizationCodeClient("entra", configuration.GetSection("AzureAd"))
            .UseDistributedCache()
            .AddBackgroundRefresh(options => options.MaxConcurrency = 8);
    }

    internal static void Health(IServiceCollection services)
    {
        services.AddHealthChecks().AddAuthCode("entra", failureStatus: HealthStatus.Degraded, timeout: TimeSpan.FromSeconds(10));
    }
}
