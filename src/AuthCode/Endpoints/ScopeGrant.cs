namespace AuthCode;

/// <summary>The scopes of a session: those that its authorize request named, and those that the server granted.</summary>
/// <param name="requested">The scopes of the authorize request.</param>
/// <param name="granted">The scopes that the server granted.</param>
internal sealed class ScopeGrant(string[] requested, string[] granted)
{
    internal readonly string[] Requested = requested;

    internal readonly string[] Granted = granted;

    /// <summary>Whether scopes are all that the session has: a request for them names no scope (RFC 6749 section 6).</summary>
    /// <remarks>Some servers return the granted scopes under other names, so the scopes of the authorize request count as well.</remarks>
    internal bool IsAllOf(IReadOnlyCollection<string> scopes) => IsSame(scopes, Granted) || IsSame(scopes, Requested);

    /// <summary>Whether each of the scopes was granted.</summary>
    internal bool Covers(IReadOnlyCollection<string> scopes) => scopes.All(scope => Granted.Contains(scope, StringComparer.Ordinal));

    /// <summary>The same session, after the server granted further scopes.</summary>
    internal ScopeGrant With(IReadOnlyCollection<string> scopes) => Covers(scopes) ? this : new(Requested, [.. Granted.Union(scopes, StringComparer.Ordinal)]);

    /// <summary>The scopes in the text of a response, separated by spaces; some servers separate them by commas.</summary>
    /// <param name="text">The text.</param>
    /// <param name="requested">The scopes that were requested: a comma can be a character of a scope (RFC 6749 section 3.3).</param>
    internal static string[] Split(string text, IReadOnlyCollection<string> requested) =>
    [
        .. text.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(part => requested.Contains(part, StringComparer.Ordinal) ? [part] : part.Split(',', StringSplitOptions.RemoveEmptyEntries))
            .Distinct(StringComparer.Ordinal),
    ];

    public override string ToString() => string.Join(' ', Granted);

    private static bool IsSame(IReadOnlyCollection<string> one, string[] other) =>
        one.All(scope => other.Contains(scope, StringComparer.Ordinal)) && other.All(scope => one.Contains(scope, StringComparer.Ordinal));
}
