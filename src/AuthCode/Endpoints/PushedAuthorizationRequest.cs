using System.Net;
using System.Text.Json;

namespace AuthCode;

/// <summary>An authorize request that is handed to the server directly, so that the browser carries a reference only (RFC 9126).</summary>
internal sealed class PushedAuthorizationRequest(IReadOnlyList<KeyValuePair<string, string>> parameters) : EndpointForm(RequestHeaders.NewRequestId())
{
    private const string What = "pushed authorization request";

    private static readonly string[] Public =
    [
        Parameters.ClientId, Parameters.ResponseType, Parameters.ResponseMode, Parameters.RedirectUri, Parameters.Scope, Parameters.Resource,
        Parameters.CodeChallengeMethod, Parameters.Prompt, Parameters.DomainHint, Parameters.MaxAge, Parameters.AcrValues, Parameters.ProofKeyThumbprint,
    ];

    /// <summary>What the authorize address says instead of the request (RFC 9126 section 4).</summary>
    internal async ValueTask<Result<IReadOnlyList<KeyValuePair<string, string>>>> SendAsync(ClientRegistration client, Uri endpoint, CancellationToken cancellationToken)
    {
        var endpoints = new EndpointClient(client);
        using HttpExchange exchange = await endpoints.PostAsync(endpoint, this, cancellationToken).ConfigureAwait(false);
        Result<IReadOnlyList<KeyValuePair<string, string>>> result = ResultOf(endpoints.BodyOf(exchange, What, HttpStatusCode.Created), client);
        if (result.IsSuccess)
        {
            Log.RequestPushed(client.Logger, endpoint.IdnHost);
        }
        else
        {
            Log.PushFailed(client.Logger, endpoint.IdnHost, result.Failure.Kind);
        }

        return result;
    }

    private static Result<IReadOnlyList<KeyValuePair<string, string>>> ResultOf(Result<byte[]> response, ClientRegistration client) =>
        !response.IsSuccess ? new(response.Failure, response.IsFinal)
        : RequestUriIn(response.Value) is { } requestUri ? new([KeyValuePair.Create(Parameters.ClientId, client.ClientId.Value), KeyValuePair.Create(Parameters.RequestUri, requestUri)])
        : new(Failures.ServerNotReached(client.Server.Host, What, cause: null));

    internal override void Write(FormBody form, ServerProfile profile)
    {
        // The client authentication has written client_id already, or proves it otherwise.
        foreach ((string name, string value) in parameters.Where(parameter => !form.Has(parameter.Key) || parameter.Key == Parameters.Resource))
        {
            // An error may repeat what was sent, and what binds the sign-in or is of the user belongs in no message.
            if (Array.IndexOf(Public, name) >= 0)
            {
                form.Add(name, value);
            }
            else
            {
                form.AddSecret(name, value);
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
