using Microsoft.Extensions.Logging;

namespace AuthCode;

/// <summary>What all requests of a client to its authorization server share.</summary>
/// <param name="Http">The transport.</param>
/// <param name="Metadata">Which server, and where its endpoints are.</param>
/// <param name="Dialect">What its requests hold beside the standard's fields.</param>
/// <param name="ClientId">The client.</param>
/// <param name="Authentication">How the client proves who it is.</param>
/// <param name="NetworkTimeout">How long one attempt may take.</param>
/// <param name="Time">The clock.</param>
/// <param name="Logger">Where to log.</param>
internal sealed record ClientRegistration(
    HttpClient Http,
    MetadataSource Metadata,
    ServerProfile Dialect,
    string ClientId,
    ClientAuthentication Authentication,
    TimeSpan NetworkTimeout,
    TimeProvider Time,
    ILogger Logger)
{
    internal AuthorizationServer Server => Metadata.Server;

    public override string ToString() => $"{ClientId} at {Server.Host}";
}
