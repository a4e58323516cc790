namespace AuthCode.Testing;

/// <summary>The values that an authorization code is bound to; the argument of <see cref="FakeAad.IssueCode(FakeAadCodeRequest)"/>.</summary>
/// <remarks>See <see href="https://www.rfc-editor.org/rfc/rfc6749#section-4.1.3">RFC 6749, section 4.1.3</see>, for the checks when the code is redeemed.</remarks>
public sealed record FakeAadCodeRequest
{
    /// <summary>The scopes that the user consents to.</summary>
    /// <value>Default: empty. A code without scopes can only be redeemed by a token request that has some.</value>
    public IReadOnlyList<string> Scopes { get; init; } = [];

    /// <summary>The client that can redeem the code.</summary>
    /// <value>Default: <see langword="null"/>, which stands for <see cref="FakeAadOptions.ClientId"/>.</value>
    public string? ClientId { get; init; }

    /// <summary>The tenant of the authorize request, or the alias in its place, for example <c>organizations</c>. The code is redeemed at the same tenant.</summary>
    /// <value>Default: <see langword="null"/>, which stands for <see cref="FakeAadOptions.TenantId"/>.</value>
    /// <remarks>
    /// An alias stands for the user's home tenant; <c>consumers</c> stands for the tenant of personal accounts. Codes of any tenant can be redeemed
    /// at <c>common</c>, and at <c>organizations</c> unless they are of a personal account. At another tenant, a code is refused with
    /// <c>invalid_grant</c> (AADSTS700005).
    /// </remarks>
    public string? TenantId { get; init; }

    /// <summary>The redirect URI of the authorize request. The token request must repeat it character by character.</summary>
    /// <value>Default: <see langword="null"/>, for an authorize request without a redirect URI. The token request must then have none either.</value>
    public string? RedirectUri { get; init; }

    /// <summary>The PKCE code challenge.</summary>
    /// <value>Default: <see langword="null"/>, for an authorize request without PKCE. A token request with a code verifier is then refused.</value>
    /// <remarks>See <see href="https://www.rfc-editor.org/rfc/rfc7636#section-4.2">RFC 7636, section 4.2</see>.</remarks>
    public string? CodeChallenge { get; init; }

    /// <summary>The method by which the code challenge is derived from the code verifier: <c>S256</c> or <c>plain</c>.</summary>
    /// <value>Default: <c>S256</c>. Any other value than <c>plain</c> is treated as <c>S256</c>.</value>
    /// <remarks>See <see href="https://www.rfc-editor.org/rfc/rfc7636#section-4.3">RFC 7636, section 4.3</see>.</remarks>
    public string CodeChallengeMethod { get; init; } = "S256";

    /// <summary>The nonce of the authorize request. The ID token of the code has it as the claim <c>nonce</c>.</summary>
    /// <value>Default: <see langword="null"/>, for an ID token without the claim.</value>
    /// <remarks>See <see href="https://openid.net/specs/openid-connect-core-1_0.html#IDToken">OpenID Connect Core, section 2</see>.</remarks>
    public string? Nonce { get; init; }

    /// <summary>The claims parameter of the authorize request as JSON. The sign-in meets these claims; see <see cref="FakeAad.RequireClaims"/>.</summary>
    /// <value>Default: <see langword="null"/>, for an authorize request without the parameter.</value>
    /// <remarks>See <see href="https://openid.net/specs/openid-connect-core-1_0.html#ClaimsParameter">OpenID Connect Core, section 5.5</see>.</remarks>
    public string? Claims { get; init; }

    /// <summary>The user who signed in.</summary>
    /// <value>Default: <see langword="null"/>, which stands for <see cref="FakeAadOptions.User"/>.</value>
    public FakeAadUser? User { get; init; }
}
