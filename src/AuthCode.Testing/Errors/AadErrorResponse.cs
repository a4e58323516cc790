using System.Globalization;
using System.Text.Json.Nodes;
using AuthCode.Testing.Http;
using AuthCode.Testing.Identifiers;

namespace AuthCode.Testing.Errors;

/// <summary>Writes an error as the JSON response that Entra ID sends.</summary>
internal static class AadErrorResponse
{
    internal static FakeAadResponse For(AadError error, FakeAadRequest request, Uri authorityHost, DateTimeOffset now)
    {
        string timestamp = now.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        string traceId = RandomId.NewGuid().ToString();
        string correlationId = (Guid.TryParse(request.Headers.GetValueOrDefault("client-request-id"), out Guid sent) ? sent : RandomId.NewGuid()).ToString();
        var json = new JsonObject
        {
            ["error"] = error.Error,
            ["error_description"] = $"{error.Description}\r\nTrace ID: {traceId}\r\nCorrelation ID: {correlationId}\r\nTimestamp: {timestamp}",
            ["error_codes"] = new JsonArray(JsonValue.Create(error.Code)),
            ["timestamp"] = timestamp,
            ["trace_id"] = traceId,
            ["correlation_id"] = correlationId,
            ["error_uri"] = new Uri(authorityHost, $"error?code={error.Code}").AbsoluteUri,
        };
        if (error.SubError is not null)
        {
            json["suberror"] = error.SubError;
        }

        if (error.Claims is not null)
        {
            json["claims"] = error.Claims;
        }

        return FakeAadResponse.Json(error.StatusCode, json.ToJsonString());
    }
}
