using System.Diagnostics;

// The base class is for these two alone: its constructor is not public.
#pragma warning disable RS0022

namespace AuthCode;

/// <summary>Settings of an <see cref="AuthorizationCodeCredential"/>: those of the app registration, and what its code is bound to.</summary>
/// <remarks>The credential copies them when it is created; later changes do not reach it. Not safe for use by several threads at once.</remarks>
public class AuthorizationCodeCredentialOptions : AuthorizationCodeOptions
{
    /// <summary>Gets or sets the redirect URI that the authorize request carried, exactly as it was written there.</summary>
    /// <value>Default: <see langword="null"/>, which leaves the field out of the redemption; that is right only if the authorize request had none.</value>
    /// <remarks>Its <see cref="Uri.OriginalString"/> is sent, since servers compare text. Absolute, and without a fragment. See
    /// <see href="https://www.rfc-editor.org/rfc/rfc6749#section-4.1.3">RFC 6749, section 4.1.3</see>.</remarks>
    public Uri? RedirectUri { get; set; }

    /// <summary>Gets or sets the PKCE code verifier whose challenge the authorize request carried.</summary>
    /// <value>Default: <see langword="null"/>, no PKCE. 43 to 128 letters, digits, <c>-</c>, <c>.</c>, <c>_</c>, <c>~</c>.</value>
    /// <remarks>See <see href="https://www.rfc-editor.org/rfc/rfc7636#section-4.1">RFC 7636, section 4.1</see>.</remarks>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public string? CodeVerifier { get; set; }
}
