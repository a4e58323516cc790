namespace AuthCode;

/// <summary>What a session knows beside its secret: who signed in, where Entra ID keeps the user, and how often it has changed.</summary>
/// <param name="Subject">The user; <see langword="null"/> if nobody checked an ID token.</param>
/// <param name="AccountKey">The key that the service knows the user by; <see langword="null"/> together with <paramref name="Subject"/>.</param>
/// <param name="RoutingHint">The value of <c>x-anchormailbox</c> for refreshes; <see langword="null"/> if the server gave none.</param>
/// <param name="Version">Grows with each response that the session accepts.</param>
internal sealed record SessionFacts(TokenSubject? Subject = null, string? AccountKey = null, string? RoutingHint = null, long Version = 0)
{
    internal static readonly SessionFacts None = new();

    /// <summary>What is known after a response.</summary>
    internal SessionFacts After(TokenResponse response) => new(Subject, AccountKey, response.RoutingHint ?? RoutingHint, Version + 1);

    public override string ToString() => $"version {Version}";
}
