namespace AuthCode.Testing.Endpoints;

/// <summary>The endpoint that a path belongs to.</summary>
internal enum EndpointKind
{
    /// <summary>No endpoint has this path.</summary>
    None,

    /// <summary>The token endpoint.</summary>
    Token,

    /// <summary>The authorize endpoint.</summary>
    Authorize,

    /// <summary>The sign-out endpoint.</summary>
    Logout,

    /// <summary>The OpenID configuration.</summary>
    Configuration,

    /// <summary>The signing keys.</summary>
    Keys,
}
