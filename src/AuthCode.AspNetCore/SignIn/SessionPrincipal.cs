using System.Security.Claims;

namespace AuthCode;

/// <summary>What of a signed-in user goes into the cookie: few claims, and the key of the session.</summary>
internal static class SessionPrincipal
{
    internal static ClaimsPrincipal Of(SignedInUser user, string scheme, ICollection<string> keepClaims)
    {
        var source = (ClaimsIdentity)user.Principal.Identity!;
        var identity = new ClaimsIdentity(scheme, source.NameClaimType, source.RoleClaimType);
        foreach (Claim claim in source.Claims.Where(claim => keepClaims.Contains(claim.Type) || claim.Type == source.NameClaimType || claim.Type == source.RoleClaimType))
        {
            // Without its issuer, which would be repeated for each.
            identity.AddClaim(new Claim(claim.Type, claim.Value, claim.ValueType));
        }

        identity.AddClaims(SessionClaims.Of(scheme, user.SessionKey, user.AccountKey));
        return new ClaimsPrincipal(identity);
    }
}
