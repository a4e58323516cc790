using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace AuthCode;

/// <summary>What a host knows of a client: its section of the configuration, and what code adds. One instance for each name.</summary>
internal sealed class ClientRegistrationOptions
{
    internal IConfigurationSection? Section { get; set; }

    /// <summary>What the host has registered, for what can be seen there only.</summary>
    internal IServiceCollection? Services { get; set; }

    /// <summary>Keys of the section that the service reads itself.</summary>
    internal List<string> OwnKeys { get; } = [];

    /// <summary>Kinds of client credentials that the service brings itself, by their <c>SourceType</c>.</summary>
    internal Dictionary<string, Func<IServiceProvider, IConfigurationSection, ClientAuthentication>> CredentialSources { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>What is done with the options of the client, in this order, after the configuration has been read.</summary>
    internal List<Action<IServiceProvider, AuthorizationCodeClientOptions>> Configure { get; } = [];
}
