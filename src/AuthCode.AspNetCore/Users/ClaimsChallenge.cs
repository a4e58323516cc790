using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;

namespace AuthCode;

/// <summary>What an API wants before it accepts a token: the claims of a 401 response.</summary>
/// <remarks>See <see href="https://learn.microsoft.com/entra/identity-platform/claims-challenge">Claims challenges</see>.</remarks>
internal static partial class ClaimsChallenge
{
    // More is no claims request, which has at most 64 KiB.
    private const int Longest = 100_000;

    /// <summary>The claims as JSON; <see langword="null"/> if the response has no challenge.</summary>
    internal static string? Of(HttpResponseMessage response)
    {
        if (response.StatusCode != HttpStatusCode.Unauthorized)
        {
            return null;
        }

        foreach (AuthenticationHeaderValue challenge in response.Headers.WwwAuthenticate)
        {
            if (challenge.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase)
                && challenge.Parameter is { Length: <= Longest } parameters
                && InsufficientClaims().IsMatch(parameters)
                && Claims().Match(parameters) is { Success: true } match)
            {
                return Decode(match.Groups["claims"].Value);
            }
        }

        return null;
    }

    private static string? Decode(string claims)
    {
        string padded = claims.TrimEnd('=').Replace('-', '+').Replace('_', '/');
        padded = padded.PadRight((padded.Length + 3) / 4 * 4, '=');
        byte[] bytes = new byte[padded.Length];
        return Convert.TryFromBase64String(padded, bytes, out int length) ? Encoding.UTF8.GetString(bytes, 0, length) : null;
    }

    [GeneratedRegex("""(?:^|[\s,])error="?insufficient_claims"?""", RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1000)]
    private static partial Regex InsufficientClaims();

    [GeneratedRegex("""(?:^|[\s,])claims="(?<claims>[^"]*)""" + "\"", RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Claims();
}
