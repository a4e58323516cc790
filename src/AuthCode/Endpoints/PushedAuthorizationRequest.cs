using System.Net;
using System.Text.Json;

namespace AuthCode;

/// <summary>Hands an authorize request to the server directly, so that the browser carries a reference only (RFC 9126).</summary>
internal static class PushedAuthorizationRequest
{
    private const string What = "pushed authorization request";

    /// <summary>What the authorize address says instead of the request (RFC 9126 section 4).</summary>
    internal static async ValueTask<Result<IReadOnlyList<KeyValuePair<string, string>>>> PushAsync(
        ClientRegistration server, Uri endpoint, IReadOnlyList<KeyValuePair<string, string>> parameters, CancellationToken cancellationToken)
    {
        Result<byte[]> answer = await EndpointClient.SendAsync(server, endpoint, What, Write, HttpStatusCode.Created, cancellationToken).ConfigureAwait(false);
        if (answer.Value is null)
        {
            return new(null, answer.Failure);
        }

        return RequestUriIn(answer.Value) is { } requestUri
            ? new([KeyValuePair.Create(Parameters.ClientId, server.ClientId), KeyValuePair.Create(Parameters.RequestUri, requestUri)])
            : new(null, Failures.ServerNotReached(server.Server.Host, What, cause: null));

        void Write(FormBody form)
        {
            // The client authentication has written client_id already, or proves it otherwise.
            foreach ((string name, string value) in parameters.Where(parameter => !form.Has(parameter.Key) || parameter.Key == Parameters.Resource))
            {
                form.Add(name, value);
            }
        }
    }

    private static string? RequestUriIn(byte[] body)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(body);
            return JsonShape.ProblemOf(json.RootElement) is null
                && json.RootElement.TryGetProperty(Parameters.RequestUri, out JsonElement value) && value.ValueKind == JsonValueKind.String
                && value.GetString() is { Length: > 0 } text && Characters.AreScopeToken(text) ? text : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
