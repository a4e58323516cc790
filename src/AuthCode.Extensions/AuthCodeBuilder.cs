using Microsoft.Extensions.DependencyInjection;

namespace AuthCode;

/// <summary>Represents a client that is being registered, for its further settings.</summary>
public sealed class AuthCodeBuilder
{
    internal AuthCodeBuilder(string name, IServiceCollection services)
    {
        Name = name;
        Services = services;
    }

    /// <summary>Gets the name of the client, which is the key of its services.</summary>
    public string Name { get; }

    /// <summary>Gets the services of the host.</summary>
    public IServiceCollection Services { get; }
}
