using System.Net.Http.Headers;

namespace AuthCode;

/// <summary>How long a server asks to wait (RFC 9110 section 10.2.3): seconds, or a date that is read against the server's own clock.</summary>
internal static class RetryAfterHeader
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    internal static TimeSpan? Read(HttpResponseHeaders headers, DateTimeOffset now)
    {
        // Garbage, signs, fractions and overflows leave the typed header empty, which counts as absent.
        if (headers.RetryAfter is not { } retryAfter)
        {
            return null;
        }

        if (retryAfter.Delta is { } delta)
        {
            return delta;
        }

        TimeSpan? untilDate = retryAfter.Date - (headers.Date ?? now);
        return untilDate < Shortest ? Shortest : untilDate;
    }
}
