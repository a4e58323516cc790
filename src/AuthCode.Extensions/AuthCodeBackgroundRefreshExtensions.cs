using AuthCode;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the refresh of sessions in the background.</summary>
public static class AuthCodeBackgroundRefreshExtensions
{
    /// <summary>Refreshes the sessions in the memory of this process before their access tokens end, so that no request has to wait for that.</summary>
    /// <param name="builder">The client.</param>
    /// <param name="configure">The settings; <see langword="null"/> for the default ones.</param>
    /// <returns>The client.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is <see langword="null"/>.</exception>
    /// <remarks>
    /// Off unless it is added. Only sessions that were looked up since their tokens were acquired are refreshed, so a user who is away
    /// costs one request at most, and no session lives longer for it; see <see cref="UserSessions.RenewAsync"/>. A session that is shared is
    /// refreshed under its lease.
    /// </remarks>
    public static AuthCodeBuilder AddBackgroundRefresh(this AuthCodeBuilder builder, Action<BackgroundRefreshOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        string name = builder.Name;
        if (configure is not null)
        {
            builder.Services.Configure(name, configure);
        }

        if (!builder.Services.Any(service => service.IsKeyedService && service.ServiceType == typeof(BackgroundRefresh) && Equals(service.ServiceKey, name)))
        {
            builder.Services.AddOptions();
            builder.Services.AddKeyedSingleton(name, static (provider, key) => new BackgroundRefresh(
                (string)key!, provider.GetRequiredService<IOptionsMonitor<BackgroundRefreshOptions>>().Get((string)key!), provider));
            builder.Services.AddSingleton<IHostedService>(provider => provider.GetRequiredKeyedService<BackgroundRefresh>(name));
        }

        return builder;
    }
}
