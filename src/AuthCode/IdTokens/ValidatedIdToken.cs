using System.Security.Claims;

namespace AuthCode;

/// <summary>An ID token that was found good.</summary>
/// <param name="Identity">Its claims.</param>
/// <param name="Subject">Whom it is about.</param>
/// <param name="TenantId">The tenant of the user at Entra ID (<c>tid</c>); <see langword="null"/> at any other server.</param>
internal sealed record ValidatedIdToken(ClaimsIdentity Identity, TokenSubject Subject, string? TenantId)
{
    public override string ToString() => Subject.ToString();
}
