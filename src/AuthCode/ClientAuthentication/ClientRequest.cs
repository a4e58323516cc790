using System.Net.Http.Headers;

namespace AuthCode;

/// <summary>The request that a client authenticates: what it may add to, and what an assertion says of it.</summary>
/// <param name="clientId">The client.</param>
/// <param name="endpoint">Where the request goes.</param>
/// <param name="server">The server.</param>
/// <param name="form">The body.</param>
/// <param name="headers">The headers.</param>
/// <param name="now">When the request is made.</param>
internal sealed class ClientRequest(ClientId clientId, Uri endpoint, AuthorizationServer server, FormBody form, HttpRequestHeaders headers, DateTimeOffset now)
{
    internal readonly string ClientId = clientId.Value;

    internal readonly Uri Endpoint = endpoint;

    /// <summary>The issuer identifier of the server, where the client knows the server by it.</summary>
    internal string? Issuer => server.AssertionIssuer;

    /// <summary>Whether the server is known by its issuer and its metadata.</summary>
    internal bool IsAtDiscoveredServer => server.IsDiscovered;

    internal bool IsAtAdfs => server.IsEntra && server.Tenant.IsAdfs;

    internal readonly FormBody Form = form;

    internal readonly HttpRequestHeaders Headers = headers;

    internal readonly DateTimeOffset Now = now;

    /// <summary>Tells one secret, certificate or assertion from another, in this process; zero if there is nothing that could be replaced.</summary>
    internal int Fingerprint;

    /// <summary>Whether what the client authenticates with may be another one at each attempt although nothing was replaced.</summary>
    internal bool IsMadeAnew;

    public override string ToString() => $"{ClientId} at {Endpoint.Host}";
}
