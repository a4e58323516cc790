using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace AuthCode;

/// <summary>Why the user has been sent to the authorization server lately, and came back: kept in the ticket, so that no instance sends the user there again and again.</summary>
internal sealed class RecentReasons
{
    /// <summary>The item of the properties that has the reasons of which the user has come back.</summary>
    internal const string Item = "authcode.reasons";

    /// <summary>The item of the properties that has the reason for which the user is sent.</summary>
    internal const string PendingItem = "authcode.reason";

    /// <summary>The reason of a session that is lost.</summary>
    internal const string Lost = "lost";

    /// <summary>The reason of a session that was over when a token was needed: nothing that a sign-in did not satisfy.</summary>
    internal const string Over = "over";

    // A restart or two within the time is no loop.
    private const int MostLost = 3;

    // Pages that need more different sign-ins within the time are a loop as well.
    private const int Most = 8;

    private static readonly TimeSpan Span = TimeSpan.FromMinutes(5);

    private readonly IReadOnlyList<(string Reason, long On)> _returns;

    private RecentReasons(IReadOnlyList<(string Reason, long On)> returns) => _returns = returns;

    /// <summary>The reasons of the ticket that the request brought.</summary>
    internal static RecentReasons Of(HttpContext context) => context.Items[typeof(RecentReasons)] as RecentReasons ?? new RecentReasons([]);

    /// <summary>Keeps the reasons of a ticket for the rest of the request.</summary>
    internal static void Note(HttpContext context, string? text, DateTimeOffset now)
    {
        if (!string.IsNullOrEmpty(text))
        {
            context.Items[typeof(RecentReasons)] = Parse(text, now);
        }
    }

    /// <summary>The reason of a request that failed: the scopes and claims that a sign-in must bring.</summary>
    internal static string Of(IEnumerable<string> scopes, string? claims) =>
        Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{string.Join(' ', scopes.Order(StringComparer.Ordinal))}|{claims}")).AsSpan(0, 6));

    /// <summary>Reads what <see cref="ToString"/> wrote; what is older than five minutes is left out.</summary>
    internal static RecentReasons Parse(string? text, DateTimeOffset now)
    {
        List<(string, long)> returns = [];
        foreach (string entry in (text ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = entry.Split('@');
            if (parts.Length == 2 && long.TryParse(parts[1], CultureInfo.InvariantCulture, out long on) && now.ToUnixTimeSeconds() - on < Span.TotalSeconds)
            {
                returns.Add((parts[0], on));
            }
        }

        return new RecentReasons(returns);
    }

    /// <summary>Whether to send the user for this reason would be a loop.</summary>
    internal bool IsLoop(string reason)
    {
        int times = _returns.Count(entry => entry.Reason == reason);
        return _returns.Count >= Most || times >= (reason is Lost or Over ? MostLost : 1);
    }

    /// <summary>The reasons with one of which the user has just come back.</summary>
    internal RecentReasons With(string reason, DateTimeOffset now) => new([.. _returns, (reason, now.ToUnixTimeSeconds())]);

    public override string ToString() => string.Join(' ', _returns.Select(static entry => string.Create(CultureInfo.InvariantCulture, $"{entry.Reason}@{entry.On}")));
}
