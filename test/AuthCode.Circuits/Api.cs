using System.Net;
using System.Text;
using System.Text.Json;
using Azure.Core;

namespace AuthCode.Circuits;

/// <summary>A client as those of the Azure SDK are, as far as it takes a credential.</summary>
internal sealed class Api(TokenCredential credential)
{
    internal const string Orders = "https://orders.example/Orders.Read";
    internal const string Calendar = "https://graph.microsoft.com/Calendars.Read";

    internal async Task<string> WhoAmIAsync() => Tokens.UserOf((await credential.GetTokenAsync(new TokenRequestContext([Orders]), CancellationToken.None)).Token);
}

/// <summary>An HTTP client that sends the token of the user.</summary>
internal sealed class OrdersClient(HttpClient http)
{
    internal Task<string> WhoAmIAsync() => http.GetStringAsync(new Uri("https://orders.example/"));
}

/// <summary>An API that says whose token it got.</summary>
internal sealed class EchoHandler : HttpMessageHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(Tokens.UserOf(request.Headers.Authorization!.Parameter!)) });
}

/// <summary>What a page shows of a token.</summary>
internal static class Tokens
{
    internal static string UserOf(string token)
    {
        string payload = token.Split('.')[1].Replace('-', '+').Replace('_', '/');
        using var json = JsonDocument.Parse(Encoding.UTF8.GetString(Convert.FromBase64String(payload.PadRight((payload.Length + 3) / 4 * 4, '='))));
        return json.RootElement.GetProperty("oid").GetString()!;
    }
}
