namespace AuthCode;

/// <summary>Specifies where a client secret is sent.</summary>
/// <remarks>See <see href="https://openid.net/specs/openid-connect-core-1_0.html#ClientAuthentication">OpenID Connect Core, section 9</see>.</remarks>
public enum ClientSecretMethod
{
    /// <summary><c>client_secret_post</c>: in the body of the request, as Microsoft's SDKs send it.</summary>
    Post = 0,

    /// <summary><c>client_secret_basic</c>: in the <c>Authorization</c> header, where each part is form-encoded first (<see href="https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1">RFC 6749, section 2.3.1</see>).</summary>
    Basic = 1,
}
