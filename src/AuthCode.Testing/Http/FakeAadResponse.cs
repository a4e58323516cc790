using System.Globalization;

namespace AuthCode.Testing.Http;

/// <summary>An HTTP response of the fake, independent of the HTTP server that sends it.</summary>
internal sealed record FakeAadResponse(int StatusCode, string Body)
{
    internal Dictionary<string, string> Headers { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The response while the server stops: HTTP 503, and the connection is closed.</summary>
    internal static FakeAadResponse Closing => new FakeAadResponse(503, "").With("Connection", "close");

    internal static FakeAadResponse Of(int statusCode, string body, string mediaType) =>
        new FakeAadResponse(statusCode, body).With("Content-Type", mediaType);

    internal static FakeAadResponse Json(int statusCode, string json) =>
        Of(statusCode, json, "application/json; charset=utf-8").With("Cache-Control", "no-store").With("Pragma", "no-cache");

    internal static FakeAadResponse Redirect(int statusCode, string location) => new FakeAadResponse(statusCode, "").With("Location", location);

    /// <summary>Adds a Retry-After header in whole seconds, rounded up; <see langword="null"/> adds none.</summary>
    internal FakeAadResponse RetryAfter(TimeSpan? delay) =>
        delay is { } span ? With("Retry-After", Math.Ceiling(span.TotalSeconds).ToString("0", CultureInfo.InvariantCulture)) : this;

    internal FakeAadResponse With(string header, string value)
    {
        Headers[header] = value;
        return this;
    }
}
