namespace AuthCode;

/// <summary>The addresses of an authorization server (RFC 8414 section 2, and OpenID Connect).</summary>
/// <param name="authorize">Where browsers are sent to.</param>
/// <param name="token">Where grants are redeemed.</param>
internal sealed class ServerEndpoints(Uri authorize, Uri token)
{
    internal readonly Uri Authorize = authorize;

    internal readonly Uri Token = token;

    /// <summary>Whether it issues ID tokens for the scope <c>openid</c>.</summary>
    internal bool IsOpenIdProvider { get; init; }

    /// <summary>Pushed authorization requests (RFC 9126).</summary>
    internal Uri? PushedAuthorization { get; init; }

    /// <summary>Token revocation (RFC 7009).</summary>
    internal Uri? Revocation { get; init; }

    /// <summary>OpenID Connect Core section 5.3.</summary>
    internal Uri? UserInfo { get; init; }

    /// <summary>OpenID Connect RP-Initiated Logout section 2.</summary>
    internal Uri? EndSession { get; init; }

    /// <summary>Whether the server takes pushed authorization requests only (RFC 9126 section 5).</summary>
    internal bool RequiresPushedAuthorization { get; init; }

    /// <summary>Whether every authorization response names its issuer (RFC 9207 section 3).</summary>
    internal bool NamesIssuer { get; init; }
}
