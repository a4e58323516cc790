using AuthCode;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Settings of how the configuration of a client is read.</summary>
public static class AuthCodeConfigurationExtensions
{
    /// <summary>Declares keys of the client's section that the service reads itself, so that they are not reported as unknown when the host starts.</summary>
    /// <param name="builder">The client.</param>
    /// <param name="keys">The names of the keys, directly below the section.</param>
    /// <returns>The client.</returns>
    /// <exception cref="ArgumentNullException">An argument is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException">A key is <see langword="null"/> or empty.</exception>
    public static AuthCodeBuilder AddConfigurationKeys(this AuthCodeBuilder builder, params string[] keys)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(keys);
        if (Array.Exists(keys, string.IsNullOrWhiteSpace))
        {
            throw new ArgumentException("A key must have a name: pass each key that the service reads by its name, as \"ResponseMode\".", nameof(keys));
        }

        builder.Services.Configure<ClientRegistrationOptions>(builder.Name, registration => registration.OwnKeys.AddRange(keys));
        return builder;
    }
}
