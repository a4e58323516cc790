namespace AuthCode;

/// <summary>Whom a client assertion is made out to.</summary>
/// <remarks>Never a party that the assertion is not sent to: no server can get one that another would take.</remarks>
public enum ClientAssertionAudience
{
    /// <summary>The issuer identifier of a server that was discovered by it, else the endpoint that the request goes to, as Entra ID asks.</summary>
    Automatic = 0,

    /// <summary>The endpoint that the request goes to (RFC 7523 section 3).</summary>
    Endpoint = 1,

    /// <summary>The issuer identifier of the server, which must be known by it (<see cref="AuthorizationServer.OpenIdProvider(Uri, AuthorizationServerOptions)"/>).</summary>
    Issuer = 2,
}
