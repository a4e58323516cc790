using System.Collections.Concurrent;
using System.Net;
using Microsoft.IdentityModel.JsonWebTokens;

namespace AuthCode.EndToEnd;

/// <summary>An Azure service in memory: a rule decides by the token of each request whether it is challenged or answered.</summary>
internal sealed class StubService(Func<HttpRequestMessage, JsonWebToken?, HttpResponseMessage> answer) : HttpMessageHandler
{
    private readonly ConcurrentQueue<JsonWebToken?> _tokens = new();

    /// <summary>The tokens of the requests; null for a request without one.</summary>
    internal IReadOnlyList<JsonWebToken?> Tokens => [.. _tokens];

    internal static HttpResponseMessage Challenge(string wwwAuthenticate)
    {
        var response = new HttpResponseMessage(HttpStatusCode.Unauthorized) { Content = new ByteArrayContent([]) };
        response.Headers.Add("WWW-Authenticate", wwwAuthenticate);
        return response;
    }

    internal static HttpResponseMessage Ok(string body, string mediaType) =>
        new(HttpStatusCode.OK) { Content = new StringContent(body, System.Text.Encoding.UTF8, mediaType) };

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        JsonWebToken? token = request.Headers.Authorization?.Parameter is { } bearer ? new JsonWebToken(bearer) : null;
        _tokens.Enqueue(token);
        HttpResponseMessage response = answer(request, token);
        response.RequestMessage = request;
        return response;
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        Task.FromResult(Send(request, cancellationToken));
}
