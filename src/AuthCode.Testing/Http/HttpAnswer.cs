using System.Globalization;

namespace AuthCode.Testing.Http;

/// <summary>An HTTP answer, whatever server sends it.</summary>
internal sealed record HttpAnswer(int StatusCode, string Body)
{
    internal Dictionary<string, string> Headers { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The answer of a server that goes: nothing more comes on this connection.</summary>
    internal static HttpAnswer Closing => new HttpAnswer(503, "").With("Connection", "close");

    internal static HttpAnswer Of(int statusCode, string body, string mediaType) =>
        new HttpAnswer(statusCode, body).With("Content-Type", mediaType);

    internal static HttpAnswer Json(int statusCode, string json) =>
        Of(statusCode, json, "application/json; charset=utf-8").With("Cache-Control", "no-store").With("Pragma", "no-cache");

    internal static HttpAnswer Redirect(int statusCode, string location) => new HttpAnswer(statusCode, "").With("Location", location);

    internal HttpAnswer RetryAfter(TimeSpan? wait) =>
        wait is { } span ? With("Retry-After", Math.Ceiling(span.TotalSeconds).ToString("0", CultureInfo.InvariantCulture)) : this;

    internal HttpAnswer With(string header, string value)
    {
        Headers[header] = value;
        return this;
    }
}
