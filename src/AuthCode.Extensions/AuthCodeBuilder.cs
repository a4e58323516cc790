using Microsoft.Extensions.DependencyInjection;

namespace AuthCode;

/// <summary>Represents a client that is being registered, for its further settings.</summary>
public sealed class AuthCodeBuilder
{
    /// <summary>Initializes a builder for a client that has been registered elsewhere, such as by <c>AddAuthentication().AddAuthCode(name, section)</c>.</summary>
    /// <param name="name">The name of the client.</param>
    /// <param name="services">The services of the host.</param>
    /// <exception cref="ArgumentNullException"><paramref name="services"/> is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public AuthCodeBuilder(string name, IServiceCollection services)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(services);
        Name = name;
        Services = services;
    }

    /// <summary>Gets the name of the client, which is the key of its services.</summary>
    public string Name { get; }

    /// <summary>Gets the services of the host.</summary>
    public IServiceCollection Services { get; }
}
