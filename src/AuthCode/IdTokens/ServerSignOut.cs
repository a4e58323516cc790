namespace AuthCode;

/// <summary>What a logout token says: who has signed out at the server.</summary>
/// <param name="Issuer">Its issuer.</param>
/// <param name="ServerSession">The session at the server (<c>sid</c>); <see langword="null"/> for all of the account.</param>
/// <param name="AccountKey">The account; <see langword="null"/> if it names a session only.</param>
/// <param name="TokenId">Its <c>jti</c>: it is accepted once.</param>
/// <param name="ExpiresOn">When it is no longer accepted in any case.</param>
internal sealed record ServerSignOut(string Issuer, string? ServerSession, string? AccountKey, string TokenId, DateTimeOffset ExpiresOn)
{
    public override string ToString() => $"sign-out at {Issuer}";
}
