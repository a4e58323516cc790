namespace AuthCode;

/// <summary>Specifies whether the server accepts a refresh token that has been used.</summary>
/// <remarks>See <see href="https://www.rfc-editor.org/rfc/rfc9700#section-4.14.2">RFC 9700, section 4.14.2</see>.</remarks>
public enum RefreshTokenUse
{
    /// <summary>Reusable at Entra ID, and at a server that returns no new refresh token; single use at any other server.</summary>
    Automatic = 0,

    /// <summary>A refresh token can be used again after it was replaced.</summary>
    Reusable = 1,

    /// <summary>A refresh token can be used once; a server may end the session if it is used again. Instances that share sessions then need leases.</summary>
    SingleUse = 2,
}
