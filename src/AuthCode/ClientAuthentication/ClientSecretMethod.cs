namespace AuthCode;

/// <summary>Where a client secret goes in a token request (OpenID Connect Core, section 9).</summary>
public enum ClientSecretMethod
{
    /// <summary><c>client_secret_post</c>: in the body, which Microsoft Entra ID and its SDKs use.</summary>
    Post = 0,

    /// <summary><c>client_secret_basic</c>: in the Authorization header, each part form-encoded first (RFC 6749 section 2.3.1).</summary>
    Basic = 1,
}
