using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;

namespace AuthCode.Redis.Tests.Snippets;

/// <summary>The code of docs/sessions.md for Redis, compiled.</summary>
internal static class RedisHost
{
    internal static void Add(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<IConnectionMultiplexer>(_ => ConnectionMultiplexer.Connect(configuration.GetConnectionString("redis")!));
        services.AddAuthorizationCodeClient("entra", configuration.GetSection("AzureAd"))
            .UseRedis();
    }
}
