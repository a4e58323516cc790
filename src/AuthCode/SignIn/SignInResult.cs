using System.Security.Claims;

namespace AuthCode;

/// <summary>A sign-in that is complete: the session that the code began, and who the user is.</summary>
/// <param name="Session">The session; whoever gets the result disposes of it.</param>
/// <param name="Identity">The claims of the ID token.</param>
/// <param name="AccountKey">The key that the service knows the user by.</param>
/// <param name="SessionKey">The key of the session; <see langword="null"/> if it is for one that goes on.</param>
/// <param name="IdToken">The ID token.</param>
/// <param name="Scopes">The scopes that the code was redeemed with.</param>
internal sealed record SignInResult(TokenSession Session, ClaimsIdentity Identity, string AccountKey, string? SessionKey, string IdToken, string[] Scopes)
{
    public override string ToString() => AccountKey;
}
