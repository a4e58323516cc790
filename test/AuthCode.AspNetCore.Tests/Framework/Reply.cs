using System.Net;
using System.Text;

namespace AuthCode.AspNetCore.Tests;

/// <summary>A response that has been read.</summary>
internal sealed record Reply(HttpStatusCode Status, string Body, string? MediaType, Uri? Location, IReadOnlyList<string> SetCookies, string? RetryAfter, string? CacheControl)
{
    internal static async Task<Reply> ReadAsync(HttpResponseMessage response, Uri address)
    {
        using var body = new MemoryStream();
        await response.Content.CopyToAsync(body);
        return new Reply(
            response.StatusCode,
            Encoding.UTF8.GetString(body.ToArray()),
            response.Content.Headers.ContentType?.MediaType,
            response.Headers.Location is { } location ? new Uri(address, location) : null,
            response.Headers.TryGetValues("Set-Cookie", out IEnumerable<string>? cookies) ? [.. cookies] : [],
            response.Headers.TryGetValues("Retry-After", out IEnumerable<string>? wait) ? wait.Single() : null,
            response.Headers.CacheControl?.ToString());
    }
}
