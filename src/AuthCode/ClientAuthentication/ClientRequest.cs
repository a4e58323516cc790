using System.Net.Http.Headers;

namespace AuthCode;

/// <summary>The request that a client authenticates: what it may add to, and what an assertion says of it.</summary>
/// <param name="ClientId">The client.</param>
/// <param name="Endpoint">Where the request goes.</param>
/// <param name="Issuer">The issuer identifier of the server, where the client knows the server by it.</param>
/// <param name="Form">The body.</param>
/// <param name="Headers">The headers.</param>
/// <param name="Now">When the request is made.</param>
internal sealed record ClientRequest(string ClientId, Uri Endpoint, string? Issuer, FormBody Form, HttpRequestHeaders Headers, DateTimeOffset Now)
{
    /// <summary>Without the form's and headers' values.</summary>
    public override string ToString() => $"{ClientId} at {Endpoint.Host}";
}
