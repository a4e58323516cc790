using System.Net;
using AuthCode;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers clients of authorization servers.</summary>
public static class AuthCodeServiceCollectionExtensions
{
    /// <summary>Adds a client that is configured by a section with the keys of Microsoft.Identity.Web's <c>AzureAd</c>, or with <c>Issuer</c> for another provider.</summary>
    /// <param name="services">The services of the host.</param>
    /// <param name="name">The name of the client: the key of its <see cref="AuthorizationCodeClient"/> and <see cref="UserSessions"/>, and the name of its HTTP client.</param>
    /// <param name="section">The section.</param>
    /// <param name="configure">Further settings of the client; <see langword="null"/> for none.</param>
    /// <returns>The client, for its further settings.</returns>
    /// <exception cref="ArgumentNullException">An argument is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException">The name is empty, or there is a client of this name.</exception>
    /// <remarks>
    /// The configuration is checked when the host starts, and all problems of the section are told at once, each by the path of its key,
    /// with the services that are missing. The services are keyed by the name; those of the first client can be had without a key as well,
    /// as long as it is the only one.
    /// </remarks>
    public static AuthCodeBuilder AddAuthorizationCodeClient(
        this IServiceCollection services, string name, IConfigurationSection section, Action<AuthorizationCodeClientOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(section);
        if (services.Any(service => service.IsKeyedService && service.ServiceType == typeof(AuthorizationCodeClient) && Equals(service.ServiceKey, name)))
        {
            throw new ArgumentException($"There is a client of the name '{name}' already: give each its own name.", nameof(name));
        }

        services.AddHttpClient(name).ConfigurePrimaryHttpMessageHandler(static () => new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            ActivityHeadersPropagator = ActivityHandler.Silent,
        }).AddHttpMessageHandler(static () => new ActivityHandler());
        services.Configure<ClientRegistrationOptions>(name, registration =>
        {
            registration.Section = section;
            registration.Services = services;
            if (configure is not null)
            {
                registration.Configure.Insert(0, (_, options) => configure(options));
            }
        });
        bool isFirst = !services.Any(static service => service.ServiceType == typeof(AuthorizationCodeClient));
        services.AddKeyedSingleton(name, static (provider, key) => ClientFactory.Create((string)key!, provider));
        services.AddKeyedSingleton(name, static (provider, key) => provider.GetRequiredKeyedService<RegisteredClient>(key).Client);
        services.AddKeyedSingleton(name, static (provider, key) => provider.GetRequiredKeyedService<AuthorizationCodeClient>(key).Sessions);
        services.AddKeyedSingleton(name, static (provider, key) => new MetadataProbe(provider.GetRequiredKeyedService<RegisteredClient>(key)));
        services.AddSingleton(new RegisteredName(name));
        services.AddSingleton<IHostedService>(provider => new ClientStartup(name, provider));
        services.RemoveAll<AuthorizationCodeClient>(isKeyed: false);
        services.RemoveAll<UserSessions>(isKeyed: false);
        if (isFirst)
        {
            services.AddSingleton(provider => provider.GetRequiredKeyedService<AuthorizationCodeClient>(name));
            services.AddSingleton(provider => provider.GetRequiredKeyedService<UserSessions>(name));
        }

        return new AuthCodeBuilder(name, services);
    }

    private static void RemoveAll<T>(this IServiceCollection services, bool isKeyed)
    {
        foreach (ServiceDescriptor service in services.Where(service => service.ServiceType == typeof(T) && service.IsKeyedService == isKeyed).ToArray())
        {
            services.Remove(service);
        }
    }
}
