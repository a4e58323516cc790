namespace AuthCode;

/// <summary>How a client assertion is signed (RFC 7518 section 3.1).</summary>
public enum ClientAssertionAlgorithm
{
    /// <summary><c>PS256</c>: an RSA key of 2048 bits or more, with PSS; what Entra ID recommends.</summary>
    PS256 = 0,

    /// <summary><c>RS256</c>: an RSA key of 2048 bits or more, with PKCS#1 v1.5; for servers that take nothing else.</summary>
    RS256 = 1,

    /// <summary><c>ES256</c>: an elliptic-curve key on P-256. Entra ID does not take it.</summary>
    ES256 = 2,
}
