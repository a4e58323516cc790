using System.Security.Claims;

namespace AuthCode;

/// <summary>The session that a user's claims name.</summary>
/// <param name="Scheme">The authentication scheme that signed the user in, which is the name of its client.</param>
/// <param name="Key">The key of the session.</param>
internal sealed record SessionReference(string Scheme, string Key)
{
    /// <summary>The session of a user; <see langword="null"/> if the claims name none.</summary>
    internal static SessionReference? Of(ClaimsPrincipal? user) =>
        user?.FindFirst(SessionClaims.SessionKey) is { } claim ? new SessionReference(claim.Issuer, claim.Value) : null;

    public override string ToString() => $"session of {Scheme}";
}
