using System.Text;
using AuthCode.Testing.Grants;

namespace AuthCode.Testing;

public sealed partial class FakeAad
{
    /// <summary>Requires claims in the access tokens for an API. A token request for the API is refused with <c>interaction_required</c> (AADSTS50076) and these claims, unless the user signed in with them.</summary>
    /// <param name="resource">The API, for example <c>https://vault.azure.net</c>. Case and a slash at the end are ignored.</param>
    /// <param name="claims">The value of the claims parameter as JSON; it replaces earlier claims. <see langword="null"/> to require none.</param>
    /// <exception cref="ArgumentNullException">The API is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException">The API is empty, or the claims are not a JSON object or have a repeated member.</exception>
    /// <remarks>
    /// Only a new sign-in helps, since the user must pass a check such as multi-factor authentication: one whose authorize request,
    /// or <see cref="FakeAadCodeRequest.Claims"/>, asks for the claims. Its code and its refresh tokens then get access tokens for the API.
    /// The claims parameter of a token request makes no difference.
    /// Only the member <c>access_token</c> of the claims is looked at.
    /// See <see href="https://openid.net/specs/openid-connect-core-1_0.html#ClaimsParameter">OpenID Connect Core, section 5.5</see>.
    /// </remarks>
    public void RequireClaims(string resource, string? claims)
    {
        ArgumentException.ThrowIfNullOrEmpty(resource);
        RequestedClaims.RequireValid(claims, nameof(claims));
        _router.RequireClaims(resource, claims);
    }

    /// <summary>Returns the value of a WWW-Authenticate header with which an API requires claims: a claims challenge.</summary>
    /// <param name="claims">The value of the claims parameter as JSON. It is not checked.</param>
    /// <returns>The value of the header, with the scheme <c>Bearer</c>.</returns>
    /// <exception cref="ArgumentNullException">The claims are <see langword="null"/>.</exception>
    /// <remarks>See <see href="https://learn.microsoft.com/entra/identity-platform/claims-challenge">Claims challenges</see>.</remarks>
    public string CreateClaimsChallenge(string claims)
    {
        ArgumentNullException.ThrowIfNull(claims);
        string encoded = Convert.ToBase64String(Encoding.UTF8.GetBytes(claims));
        return $"Bearer realm=\"\", authorization_uri=\"{new Uri(AuthorityHost, $"{TenantId}/oauth2/authorize")}\", error=\"insufficient_claims\", claims=\"{encoded}\"";
    }
}
