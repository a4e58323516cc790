namespace AuthCode;

/// <summary>Specifies how a client assertion is signed.</summary>
/// <remarks>See <see href="https://www.rfc-editor.org/rfc/rfc7518#section-3.1">RFC 7518, section 3.1</see>.</remarks>
public enum ClientAssertionAlgorithm
{
    /// <summary>What the server takes: <c>RS256</c> at AD FS, and <c>PS256</c> at every other server.</summary>
    Automatic = 0,

    /// <summary><c>PS256</c>: an RSA key of 2048 bits or more, with RSASSA-PSS. Microsoft Entra ID recommends it.</summary>
    PS256 = 1,

    /// <summary><c>RS256</c>: an RSA key of 2048 bits or more, with PKCS #1 v1.5, for servers that do not support <c>PS256</c>.</summary>
    RS256 = 2,

    /// <summary><c>ES256</c>: an elliptic-curve key on the curve P-256. Microsoft Entra ID does not support it.</summary>
    ES256 = 3,
}
