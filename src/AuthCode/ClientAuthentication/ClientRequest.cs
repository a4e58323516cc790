using System.Net.Http.Headers;

namespace AuthCode;

/// <summary>The request that a client authenticates: what it may add to, and what an assertion says of it.</summary>
/// <param name="clientId">The client.</param>
/// <param name="endpoint">Where the request goes.</param>
/// <param name="issuer">The issuer identifier of the server, where the client knows the server by it.</param>
/// <param name="form">The body.</param>
/// <param name="headers">The headers.</param>
/// <param name="now">When the request is made.</param>
internal sealed class ClientRequest(ClientId clientId, Uri endpoint, string? issuer, FormBody form, HttpRequestHeaders headers, DateTimeOffset now)
{
    internal readonly string ClientId = clientId.Value;

    internal readonly Uri Endpoint = endpoint;

    internal readonly string? Issuer = issuer;

    internal readonly FormBody Form = form;

    internal readonly HttpRequestHeaders Headers = headers;

    internal readonly DateTimeOffset Now = now;

    /// <summary>Without the form's and headers' values.</summary>
    /// <summary>Tells one secret or certificate from another, in this process; zero where each request proves the client anew.</summary>
    internal int Fingerprint;

    public override string ToString() => $"{ClientId} at {Endpoint.Host}";
}
