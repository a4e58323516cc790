namespace AuthCode;

/// <summary>The members of a token response that are read.</summary>
[Flags]
internal enum TokenResponseMember
{
    /// <summary>Any other member.</summary>
    None = 0,

    /// <summary><c>access_token</c>.</summary>
    AccessToken = 1,

    /// <summary><c>token_type</c>.</summary>
    TokenType = 2,

    /// <summary><c>expires_in</c>.</summary>
    ExpiresIn = 4,

    /// <summary><c>refresh_in</c>.</summary>
    RefreshIn = 8,

    /// <summary><c>scope</c>.</summary>
    Scope = 16,

    /// <summary><c>refresh_token</c>.</summary>
    RefreshToken = 32,

    /// <summary><c>client_info</c>.</summary>
    ClientInfo = 64,

    /// <summary><c>error</c>.</summary>
    Error = 128,

    /// <summary><c>id_token</c>.</summary>
    IdToken = 256,
}
