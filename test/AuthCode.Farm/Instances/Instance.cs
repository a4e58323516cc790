using Medallion.Threading;
using Medallion.Threading.Redis;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using StackExchange.Redis;

namespace AuthCode.Farm.Instances;

/// <summary>One instance of a service: a host that is set up as a service would be, and does what its standard input says.</summary>
internal static class Instance
{
    internal const string ApplicationName = "farm";

    internal const string Name = "entra";

    internal static async Task<int> RunAsync(InstanceSettings settings)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.AddSimpleConsole().AddFilter(static (category, level) => level >= (category!.StartsWith(nameof(AuthCode), StringComparison.Ordinal) ? LogLevel.Debug : LogLevel.Warning));
        builder.Services.Configure<ConsoleLoggerOptions>(static options => options.LogToStandardErrorThreshold = LogLevel.Trace);
        var clock = new ShiftedClock { Ahead = settings.Ahead };
        var gate = new Gate(static place => Write(new Reply { Reached = place }));
        builder.Services.AddSingleton<TimeProvider>(clock).AddSingleton(clock).AddSingleton(gate);
        builder.Services.AddSingleton<IConnectionMultiplexer>(await ConnectionMultiplexer.ConnectAsync($"{settings.Redis},abortConnect=false,connectTimeout=1000,syncTimeout={settings.StoreTimeout.TotalMilliseconds},asyncTimeout={settings.StoreTimeout.TotalMilliseconds}"));
        AddClient(builder, settings, settings.Store, AuthenticationAt(gate));
        builder.Services.AddHttpClient(Name).AddHttpMessageHandler(() => new GateHandler(gate));
        builder.Services.AddHostedService<CommandService>();

        using IHost host = builder.Build();
        await host.RunAsync();
        return 0;
    }

    /// <summary>Adds the client of the service, as a service would.</summary>
    internal static void AddClient(HostApplicationBuilder builder, InstanceSettings settings, StoreKind? store, ClientAuthentication authentication)
    {
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["AzureAd:Instance"] = settings.Authority,
            ["AzureAd:TenantId"] = settings.TenantId,
            ["AzureAd:ClientId"] = settings.ClientId,
            ["AzureAd:Sessions:RefreshTokenUse"] = settings.RefreshTokenUse.ToString(),
            ["AzureAd:Sessions:StoreTimeout"] = settings.StoreTimeout.ToString("c"),
        });

        builder.Services.AddDataProtection().SetApplicationName(ApplicationName).PersistKeysToFileSystem(new DirectoryInfo(settings.KeyRing));
        AuthCodeBuilder client = builder.Services.AddAuthorizationCodeClient(Name, builder.Configuration.GetSection("AzureAd"), options => options.ClientAuthentication = authentication);
        if (store is { } kind)
        {
            UseStore(client, kind);
        }
    }

    // Console.Out is synchronized: each line is written whole.
    internal static void Write(Reply reply) => Console.Out.WriteLine(Lines.Write(reply));

    private static void UseStore(AuthCodeBuilder client, StoreKind store)
    {
        if (store == StoreKind.Redis)
        {
            client.UseRedis();
            return;
        }

        client.Services.AddStackExchangeRedisCache(static _ => { });
        client.Services.AddOptions<Microsoft.Extensions.Caching.StackExchangeRedis.RedisCacheOptions>().Configure<IConnectionMultiplexer>(
            static (options, redis) => options.ConnectionMultiplexerFactory = () => Task.FromResult(redis));
        client.Services.AddSingleton<IDistributedLockProvider>(static services => new RedisDistributedSynchronizationProvider(
            services.GetRequiredService<IConnectionMultiplexer>().GetDatabase(),
            static options => options.Expiry(TimeSpan.FromSeconds(10)).ExtensionCadence(TimeSpan.FromSeconds(3))));
        client.UseDistributedCache();
    }

    private static ClientAuthentication AuthenticationAt(Gate gate) => ClientAuthentication.Assertion(async cancellationToken =>
    {
        await gate.PassAsync(GatePlace.Prepare, cancellationToken);
        return "an-assertion-of-the-farm";
    });
}
