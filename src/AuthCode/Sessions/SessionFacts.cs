namespace AuthCode;

/// <summary>What a session knows beside its secret: who signed in, where Entra ID keeps the user, and how often it has changed.</summary>
/// <param name="subject">The user; <see langword="null"/> if no ID token was validated.</param>
/// <param name="accountKey">The key that the service knows the user by; <see langword="null"/> together with <paramref name="subject"/>.</param>
/// <param name="routingHint">The value of <c>x-anchormailbox</c> for refreshes; <see langword="null"/> if the server gave none.</param>
/// <param name="version">Grows with each response that the session accepts.</param>
internal sealed class SessionFacts(TokenSubject? subject, string? accountKey, string? routingHint, long version)
{
    internal static readonly SessionFacts None = new(subject: null, accountKey: null, routingHint: null, version: 0);

    internal readonly TokenSubject? Subject = subject;

    internal readonly string? AccountKey = accountKey;

    internal readonly string? RoutingHint = routingHint;

    internal readonly long Version = version;

    /// <summary>What is known after a response.</summary>
    internal SessionFacts After(TokenResponse response) => new(Subject, AccountKey, response.RoutingHint ?? RoutingHint, Version + 1);

    /// <summary>What is known once the user is.</summary>
    internal SessionFacts Of(TokenSubject user, string key) => new(user, key, RoutingHint, Version);

    public override string ToString() => $"version {Version}";
}
