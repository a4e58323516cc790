using System.Security.Claims;
using AuthCode;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>The session of a signed-in user.</summary>
public static class AuthCodeUserExtensions
{
    /// <summary>Gets the key of a user's session, by which <see cref="UserSessions.FindAsync"/> finds it: also in a background job, and in another process that shares the store.</summary>
    /// <param name="principal">The user.</param>
    /// <returns>The key, which is a secret; <see langword="null"/> if AuthCode did not sign the user in.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="principal"/> is <see langword="null"/>.</exception>
    public static string? GetSessionKey(this ClaimsPrincipal principal)
    {
        ArgumentNullException.ThrowIfNull(principal);
        return SessionReference.Of(principal)?.Key;
    }

    /// <summary>Gets the key to know a user by, which is the same at each sign-in: <see cref="SignedInUser.AccountKey"/>.</summary>
    /// <param name="principal">The user.</param>
    /// <returns>The key; <see langword="null"/> if AuthCode did not sign the user in.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="principal"/> is <see langword="null"/>.</exception>
    public static string? GetAccountKey(this ClaimsPrincipal principal)
    {
        ArgumentNullException.ThrowIfNull(principal);
        return principal.FindFirst(SessionClaims.AccountKey)?.Value;
    }
}
