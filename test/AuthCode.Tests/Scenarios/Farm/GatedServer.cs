using System.Net;

namespace AuthCode.Tests.Scenarios.Farm;

/// <summary>The way of one instance to the server: a request for a token is a gate of an order of events, and documents are not.</summary>
/// <param name="order">The order.</param>
/// <param name="actor">The instance.</param>
/// <param name="answer">What the server does with a refresh token.</param>
internal sealed class GatedServer(Interleaving order, string actor, Func<string, HttpResponseMessage> answer) : HttpMessageHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        HttpResponseMessage response;
        if (request.Method == HttpMethod.Get)
        {
            response = Provider.Json(HttpStatusCode.OK, new Provider().Metadata);
        }
        else
        {
            using var reader = new StreamReader(await request.Content!.ReadAsStreamAsync(cancellationToken));
            string form = await reader.ReadToEndAsync(cancellationToken);
            await order.EnterAsync(actor, "sends");
            response = answer(form.Split('&').Select(static pair => pair.Split('=')).Single(static pair => pair[0] is "refresh_token" or "token")[1]);
        }

        response.RequestMessage = request;
        return response;
    }
}
