using System.Diagnostics;

namespace AuthCode;

/// <summary>The token endpoint's successful response (RFC 6749 section 5.1), read and checked.</summary>
[DebuggerDisplay("(token response)")]
internal sealed class TokenResponse
{
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    internal required string AccessToken;

    /// <summary>Absent when the server keeps to the refresh token that it gave before, or gives none.</summary>
    internal SecretText? RefreshToken;

    /// <summary>The granted scopes as sent; absent means those that were asked for.</summary>
    internal string? Scope;

    /// <summary>Absent when the server sent none, or none that is a number of seconds.</summary>
    internal long? ExpiresInSeconds;

    /// <summary>Whether the server sent a lifetime that cannot be read.</summary>
    internal bool HasUnreadableLifetime;

    /// <summary>Absent when the server sent none, or none that is a number of seconds.</summary>
    internal long? RefreshInSeconds;

    /// <summary>The ID token, when the grant wanted it kept.</summary>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    internal string? IdToken;

    /// <summary>Entra's <c>uid</c> and <c>utid</c> as a routing hint.</summary>
    internal string? RoutingHint;
}
