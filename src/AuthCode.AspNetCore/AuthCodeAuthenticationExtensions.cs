using AuthCode;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

// The overloads extend different types.
#pragma warning disable RS0026

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the authentication handler.</summary>
public static class AuthCodeAuthenticationExtensions
{
    /// <summary>Adds sign-in by AuthCode with everything that it needs: a cookie, the handler as the default of challenges, and the sessions of the users.</summary>
    /// <param name="services">The services of the application.</param>
    /// <param name="section">The client: a section with the keys of Microsoft.Identity.Web's <c>AzureAd</c>, or with <c>Issuer</c> for another provider.</param>
    /// <param name="configure">Further settings of the handler; <see langword="null"/> for none.</param>
    /// <returns>The client, for its further settings. Its name is <see cref="AuthCodeDefaults.AuthenticationScheme"/>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="services"/> or <paramref name="section"/> is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException">The handler has been added before.</exception>
    /// <remarks>
    /// The configuration is checked when the host starts. The cookie's scheme is <see cref="CookieAuthenticationDefaults.AuthenticationScheme"/>;
    /// <c>services.Configure&lt;CookieAuthenticationOptions&gt;(…)</c> changes it. A user who may not see a page gets 403.
    /// </remarks>
    public static AuthCodeBuilder AddAuthCode(this IServiceCollection services, IConfigurationSection section, Action<AuthCodeOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(section);
        AuthenticationBuilder authentication = services.AddAuthentication(static options =>
        {
            options.DefaultScheme = CookieAuthenticationDefaults.AuthenticationScheme;
            options.DefaultChallengeScheme = AuthCodeDefaults.AuthenticationScheme;
        });
        authentication.AddCookie(static options =>
        {
            options.Cookie.SecurePolicy = CookieSecurePolicy.Always;
            options.Events.OnRedirectToAccessDenied = static context =>
            {
                context.Response.StatusCode = StatusCodes.Status403Forbidden;
                return Task.CompletedTask;
            };
        });
        return Add(authentication, AuthCodeDefaults.AuthenticationScheme, section, configure);
    }

    /// <summary>Adds the handler alone, for an application with several schemes or a cookie of its own.</summary>
    /// <param name="authentication">The authentication of the application.</param>
    /// <param name="scheme">The name of the scheme, and of its client.</param>
    /// <param name="section">The client.</param>
    /// <param name="configure">Further settings of the handler; <see langword="null"/> for none. Several schemes need several callback paths.</param>
    /// <returns>The authentication.</returns>
    /// <exception cref="ArgumentNullException">An argument is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException"><paramref name="scheme"/> is empty, or there is a client of this name.</exception>
    /// <remarks>Users are signed in to <see cref="RemoteAuthenticationOptions.SignInScheme"/>, or the default scheme of sign-ins. Credentials follow the scheme that signed the user in.</remarks>
    public static AuthenticationBuilder AddAuthCode(
        this AuthenticationBuilder authentication, string scheme, IConfigurationSection section, Action<AuthCodeOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(authentication);
        ArgumentException.ThrowIfNullOrWhiteSpace(scheme);
        ArgumentNullException.ThrowIfNull(section);
        Add(authentication, scheme, section, configure);
        return authentication;
    }

    private static AuthCodeBuilder Add(AuthenticationBuilder authentication, string scheme, IConfigurationSection section, Action<AuthCodeOptions>? configure)
    {
        IServiceCollection services = authentication.Services;
        AuthCodeBuilder client = services.AddAuthorizationCodeClient(scheme, section).ConfigureClient((provider, options) =>
        {
            foreach (string tenant in provider.GetRequiredService<IOptionsMonitor<AuthCodeOptions>>().Get(scheme).AllowedSignInTenants)
            {
                options.AllowedSignInTenants.Add(tenant);
            }
        });
        services.Configure<AuthCodeOptions>(scheme, options => SectionOptions.Read(section, options));
        services.AddDataProtection();
        services.AddHttpContextAccessor();
        services.TryAddScoped<UserScope>();
        services.TryAddEnumerable(ServiceDescriptor.Scoped<CircuitHandler, UserCircuitHandler>());
        AddHubFilter(services);
        services.TryAddScoped(static provider => new UserCredential(provider));
        services.TryAddScoped(static provider => new UserSignIn(provider));
        services.TryAddSingleton(static provider => new UserClients(provider, provider.GetService<TimeProvider>() ?? TimeProvider.System));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IPostConfigureOptions<AuthCodeOptions>, ConfigureAuthCode>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IPostConfigureOptions<CookieAuthenticationOptions>, ConfigureSessionCookies>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, SchemeStartup>());
        services.TryAddSingleton<StepUpUse>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, StepUpUse>(static provider => provider.GetRequiredService<StepUpUse>()));
        authentication.AddRemoteScheme<AuthCodeOptions, AuthCodeHandler>(scheme, displayName: null, configure);
        return client;
    }

    // Before the filters of the application, which may need the user.
    private static void AddHubFilter(IServiceCollection services)
    {
        if (!services.Any(static service => !service.IsKeyedService && service.ImplementationType == typeof(UserHubFilter)))
        {
            services.Insert(0, ServiceDescriptor.Singleton<IConfigureOptions<HubOptions>, UserHubFilter>());
        }
    }
}
