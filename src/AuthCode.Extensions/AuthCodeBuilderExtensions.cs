using AuthCode;
using Medallion.Threading;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Further settings of a client that is being registered.</summary>
public static class AuthCodeBuilderExtensions
{
    /// <summary>Keeps sessions in the host's <see cref="IDistributedCache"/>, encrypted by its <see cref="IDataProtectionProvider"/>, and refreshed under a lease of its <see cref="IDistributedLockProvider"/> if there is one.</summary>
    /// <param name="builder">The client.</param>
    /// <returns>The client.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is <see langword="null"/>.</exception>
    /// <remarks>
    /// A distributed cache cannot compare and set. With a lock provider, one instance at a time writes an entry. Without one, and while it
    /// does not grant a lock in half of <see cref="UserSessionOptions.StoreTimeout"/>, the later of two writes wins, so register one where the server accepts a refresh token once only, and where all sessions of an account are ended
    /// at once. The keys of Data Protection must be shared by all instances and outlive them. A protector and leases that the options have
    /// already, set by code of the service, are used instead.
    /// </remarks>
    public static AuthCodeBuilder UseDistributedCache(this AuthCodeBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.ConfigureClient(static (services, options) =>
        {
            options.Sessions.Store = new DistributedCacheSessionStore(
                Required<IDistributedCache>(services, "UseDistributedCache needs a distributed cache: add services.AddStackExchangeRedisCache(…) or another one."),
                services.GetService<IDistributedLockProvider>(),
                options.Sessions.StoreTimeout / 2,
                options.TimeProvider);
        }).UseProtection();
    }

    /// <summary>Keeps sessions in a store of the service, encrypted by Data Protection or by its own <see cref="ISessionProtector"/>, and refreshed under its own <see cref="ISessionLeases"/> or those of a lock provider if there is one.</summary>
    /// <typeparam name="TStore">The store. It is registered as a singleton unless it is registered already.</typeparam>
    /// <param name="builder">The client.</param>
    /// <returns>The client.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is <see langword="null"/>.</exception>
    /// <remarks>A protector and leases that the options have already, set by code of the service, are used instead.</remarks>
    public static AuthCodeBuilder UseSessionStore<[System.Diagnostics.CodeAnalysis.DynamicallyAccessedMembers(System.Diagnostics.CodeAnalysis.DynamicallyAccessedMemberTypes.PublicConstructors)] TStore>(this AuthCodeBuilder builder)
        where TStore : class, ISessionStore
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddSingleton<TStore>();
        return builder.ConfigureClient(static (services, options) =>
        {
            options.Sessions.Store = services.GetRequiredService<TStore>();
        }).UseProtection();
    }

    /// <summary>Keeps sessions in a store that is created for the client, encrypted by Data Protection or by the service's own <see cref="ISessionProtector"/>.</summary>
    /// <param name="builder">The client.</param>
    /// <param name="createStore">Creates the store. Called once, when the client is created.</param>
    /// <param name="createLeases">
    /// Creates the leases, or returns <see langword="null"/> for none. Called once, after <paramref name="createStore"/>, unless the options
    /// have leases already. If omitted, the leases are the service's own <see cref="ISessionLeases"/>, or those of a lock provider if there is one.
    /// </param>
    /// <returns>The client.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> or <paramref name="createStore"/> is <see langword="null"/>.</exception>
    /// <remarks>A protector and leases that the options have already, set by code of the service, are used instead.</remarks>
    public static AuthCodeBuilder UseSessionStore(
        this AuthCodeBuilder builder, Func<IServiceProvider, ISessionStore> createStore, Func<IServiceProvider, ISessionLeases?>? createLeases = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(createStore);
        return builder.ConfigureClient((services, options) =>
        {
            options.Sessions.Store = createStore(services);
        }).ConfigureClient(UseProtector).ConfigureClient((services, options) => options.Sessions.Leases ??= createLeases is null ? LeasesOf(services) : createLeases(services));
    }

    /// <summary>Adds a kind of client credential that the configuration can name, such as <c>KeyVault</c>.</summary>
    /// <param name="builder">The client.</param>
    /// <param name="sourceType">The value of <c>SourceType</c> in an entry of <c>ClientCredentials</c>.</param>
    /// <param name="create">Creates the authentication from the entry. Called once, when the client is created.</param>
    /// <returns>The client.</returns>
    /// <exception cref="ArgumentNullException">An argument is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException"><paramref name="sourceType"/> is empty.</exception>
    public static AuthCodeBuilder AddClientCredentialSource(
        this AuthCodeBuilder builder, string sourceType, Func<IServiceProvider, IConfigurationSection, ClientAuthentication> create)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(sourceType);
        ArgumentNullException.ThrowIfNull(create);
        builder.Services.Configure<ClientRegistrationOptions>(builder.Name, registration => registration.CredentialSources[sourceType] = create);
        return builder;
    }

    /// <summary>Adds settings of the client that need services of the host.</summary>
    /// <param name="builder">The client.</param>
    /// <param name="configure">Called once, when the client is created, after the configuration has been read.</param>
    /// <returns>The client.</returns>
    /// <exception cref="ArgumentNullException">An argument is <see langword="null"/>.</exception>
    public static AuthCodeBuilder ConfigureClient(this AuthCodeBuilder builder, Action<IServiceProvider, AuthorizationCodeClientOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        builder.Services.Configure<ClientRegistrationOptions>(builder.Name, registration => registration.Configure.Add(configure));
        return builder;
    }

    // Each a step of its own, so that all that is missing is told at once. What the service has set itself stays.
    private static AuthCodeBuilder UseProtection(this AuthCodeBuilder builder) =>
        builder.ConfigureClient(UseProtector).ConfigureClient(static (services, options) => options.Sessions.Leases ??= LeasesOf(services));

    private static void UseProtector(IServiceProvider services, AuthorizationCodeClientOptions options) =>
        options.Sessions.Protector ??= services.GetService<ISessionProtector>() ?? new DataProtectionSessionProtector(
            Required<IDataProtectionProvider>(services, "A shared session store needs Data Protection: add services.AddDataProtection(), with keys that all instances share, or register an ISessionProtector."));

    private static ISessionLeases? LeasesOf(IServiceProvider services) =>
        services.GetService<ISessionLeases>() ?? (services.GetService<IDistributedLockProvider>() is { } locks ? new DistributedLockLeases(locks) : null);

    private static T Required<T>(IServiceProvider services, string remedy)
        where T : class => services.GetService<T>() ?? throw new InvalidOperationException(remedy);
}
