using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

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
}
