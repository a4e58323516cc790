using System.Globalization;
using System.Text.Json.Nodes;
using AuthCode.Testing.Http;
using AuthCode.Testing.Identity;

namespace AuthCode.Testing.Errors;

/// <summary>The JSON in which Entra ID answers an error.</summary>
internal static class AadErrorPage
{
    internal static HttpAnswer For(AadError error, FakeAadRequest request, Uri authorityHost, DateTimeOffset now)
    {
        string timestamp = now.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        string traceId = RandomId.NewGuid().ToString();
        string correlationId = (Guid.TryParse(request.Headers.GetValueOrDefault("client-request-id"), out Guid sent) ? sent : RandomId.NewGuid()).ToString();
        var json = new JsonObject
        {
            ["error"] = error.Error,
            ["error_description"] = $"{Describe(error)}\r\nTrace ID: {traceId}\r\nCorrelation ID: {correlationId}\r\nTimestamp: {timestamp}",
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

        return HttpAnswer.Json(error.StatusCode, json.ToJsonString());
    }

    internal static string Describe(AadError error) => $"AADSTS{error.Code}: {error.Text}";
}
