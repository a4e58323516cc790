using System.Diagnostics;

namespace AuthCode;

/// <summary>Settings of an <see cref="AuthorizationCodeCredential"/>: those of the app registration, and what its code is bound to.</summary>
/// <remarks>The credential copies them when it is made; later changes do not reach it. Not safe for use by several threads at once.</remarks>
public class AuthorizationCodeCredentialOptions : AuthorizationCodeClientOptions
{
    /// <summary>The redirect URI that the authorize request carried, exactly as it was written there.</summary>
    /// <value>Default: <see langword="null"/>, which leaves the field out of the redemption (RFC 6749 section 4.1.3: right only when the authorize request had none).</value>
    /// <remarks>Its <see cref="Uri.OriginalString"/> is sent, since servers compare text. Absolute, and without a fragment.</remarks>
    public Uri? RedirectUri { get; set; }

    /// <summary>The PKCE code verifier whose challenge the authorize request carried.</summary>
    /// <value>Default: <see langword="null"/>, no PKCE. 43 to 128 letters, digits, <c>-</c>, <c>.</c>, <c>_</c>, <c>~</c>.</value>
    /// <remarks>See <see href="https://www.rfc-editor.org/rfc/rfc7636#section-4.1">RFC 7636, section 4.1</see>.</remarks>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public string? CodeVerifier { get; set; }
}
