using Microsoft.Extensions.Logging;

namespace AuthCode;

/// <summary>A client at its authorization server, and what all its requests share.</summary>
/// <param name="sender">Sends the requests.</param>
/// <param name="metadata">Which server, and where its endpoints are.</param>
/// <param name="profile">What its requests hold beside the standard's fields.</param>
/// <param name="clientId">The client.</param>
/// <param name="authentication">How the client proves who it is.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where to log.</param>
internal sealed class ClientRegistration(
    HttpSender sender,
    MetadataSource metadata,
    ServerProfile profile,
    ClientId clientId,
    ClientAuthentication authentication,
    TimeProvider time,
    ILogger logger)
{
    internal readonly HttpSender Sender = sender;

    internal readonly MetadataSource Metadata = metadata;

    internal readonly AuthorizationServer Server = metadata.Server;

    /// <summary>The tenant that the client is configured for.</summary>
    internal readonly TenantId Tenant = metadata.Server.Tenant;

    internal readonly ServerProfile Profile = profile;

    internal readonly ClientId ClientId = clientId;

    internal readonly ClientAuthentication Authentication = authentication;

    /// <summary>What the endpoints of the server said that refused the client itself.</summary>
    internal readonly RefusedClient Refused = new(time);

    internal readonly TimeProvider Time = time;

    internal readonly ILogger Logger = logger;

    /// <summary>The address that a sign-in of this client is bound to.</summary>
    internal string Address => Server.AddressOf(Tenant);

    /// <summary>The endpoints for the client's own tenant, from the metadata where they are not known without it.</summary>
    internal ValueTask<Result<ServerEndpoints>> EndpointsAsync(CancellationToken cancellationToken) =>
        Server.Known(Tenant) is { } known ? ValueTask.FromResult(new Result<ServerEndpoints>(known)) : Metadata.EndpointsAsync(cancellationToken);

    /// <summary>The endpoints for the client's own tenant; metadata that lacks what is needed is read again, at most once a minute.</summary>
    /// <param name="has">Whether the endpoints have what is needed.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    internal ValueTask<Result<ServerEndpoints>> EndpointsAsync(Func<ServerEndpoints, bool> has, CancellationToken cancellationToken) =>
        Server.Known(Tenant) is { } known ? ValueTask.FromResult(new Result<ServerEndpoints>(known)) : Metadata.EndpointsAsync(has, cancellationToken);

    /// <summary>Whether the running code is part of a read of the metadata that token requests for a tenant wait for.</summary>
    internal bool IsWithinReadFor(TenantId tenant) => Metadata.IsWithinAwaitedRead && Server.Known(tenant) is null;

    /// <summary>Whether the other is the same client at the same server and tenant.</summary>
    internal bool IsSameAs(ClientRegistration other) => ClientId == other.ClientId && Address == other.Address;

    public override string ToString() => $"{ClientId} at {Server.Host}";
}
