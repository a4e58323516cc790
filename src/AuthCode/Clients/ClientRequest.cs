using System.Net.Http.Headers;

namespace AuthCode;

/// <summary>The request that a client authenticates: what it may add to, and what an assertion says of it.</summary>
internal sealed record ClientRequest(string ClientId, Uri TokenEndpoint, FormBody Form, HttpRequestHeaders Headers, DateTimeOffset Now)
{
    /// <summary>Without the form's and headers' values.</summary>
    public override string ToString() => $"{ClientId} at {TokenEndpoint.Host}";
}
