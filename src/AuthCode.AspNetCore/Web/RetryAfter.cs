using System.Globalization;

namespace AuthCode;

/// <summary>When a browser or a script may come back.</summary>
internal static class RetryAfter
{
    // A server can ask for any time; whoever waits for longer does not.
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <summary>The value of a Retry-After header: what the authorization server said, or some seconds.</summary>
    internal static string Of(AuthenticationFailedException failure, int seconds)
    {
        double said = failure.Response?.RetryAfter is { } wait && wait > TimeSpan.Zero ? Math.Ceiling(Math.Min(wait.TotalSeconds, Longest.TotalSeconds)) : seconds;
        return said.ToString("0", CultureInfo.InvariantCulture);
    }
}
