using System.Net;
using System.Text;
using System.Text.Json;
using AuthCode.Testing;

namespace WebApp.Demo;

/// <summary>The parts of a storage account, Microsoft Graph and a key vault that this sample needs, for requests with a bearer token.</summary>
/// <param name="fake">The server that issued the tokens.</param>
internal sealed class StubApis(FakeAad fake) : HttpMessageHandler
{
    private const string SecondFactor = """{"access_token":{"acrs":{"essential":true,"value":"c1"}}}""";

    private const string Containers = "<Containers><Container><Name>photos</Name><Properties /></Container></Containers>";
    private const string Blobs =
        "<Blobs><Blob><Name>cat.jpg</Name><Properties><Content-Length>48213</Content-Length></Properties></Blob>" +
        "<Blob><Name>tea &amp; &lt;biscuits&gt;.jpg</Name><Properties><Content-Length>9120</Content-Length></Properties></Blob></Blobs>";

    private const string Events =
        """{"value":[{"subject":"Review of the design","start":{"dateTime":"2027-03-01T09:30:00"}},{"subject":"Tea with Charles","start":{"dateTime":"2027-03-02T16:00:00"}}]}""";

    private const string Secrets =
        """{"value":[{"id":"https://contoso.vault.azure.net/secrets/database","attributes":{"enabled":true}},{"id":"https://contoso.vault.azure.net/secrets/mail","attributes":{"enabled":false}}]}""";

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) => AnswerTo(request);

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromResult(AnswerTo(request));

    private HttpResponseMessage AnswerTo(HttpRequestMessage request)
    {
        Uri address = request.RequestUri!;
        if (request.Headers.Authorization is not { Scheme: "Bearer", Parameter: { Length: > 0 } token })
        {
            return new HttpResponseMessage(HttpStatusCode.Unauthorized);
        }

        return address.Host.Split('.')[^3] switch
        {
            "core" => Content($"<?xml version=\"1.0\" encoding=\"utf-8\"?><EnumerationResults>{(address.AbsolutePath == "/" ? Containers : Blobs)}<NextMarker /></EnumerationResults>", "application/xml"),
            "graph" => Content(Events, "application/json"),
            _ => HasSecondFactor(token) ? Content(Secrets, "application/json") : Challenge(),
        };
    }

    private static HttpResponseMessage Content(string body, string mediaType) => new(HttpStatusCode.OK) { Content = new StringContent(body, Encoding.UTF8, mediaType) };

    private static bool HasSecondFactor(string token)
    {
        using var payload = JsonDocument.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(token.Split('.')[1]));
        return payload.RootElement.TryGetProperty("acrs", out JsonElement acrs) && acrs.ToString().Contains("c1", StringComparison.Ordinal);
    }

    // Only a sign-in helps then, and not a token request alone.
    private HttpResponseMessage Challenge()
    {
        fake.RequireClaims("https://vault.azure.net", SecondFactor);
        var response = new HttpResponseMessage(HttpStatusCode.Unauthorized);
        response.Headers.Add("WWW-Authenticate", fake.CreateClaimsChallenge(SecondFactor));
        return response;
    }
}
