namespace AuthCode;

/// <summary>Specifies the audience of a client assertion.</summary>
/// <remarks>The audience is always the party that receives the assertion, so that no server receives an assertion that another server would accept.</remarks>
public enum ClientAssertionAudience
{
    /// <summary>The issuer identifier of the server if it is configured, or else the endpoint that receives the request, as Microsoft Entra ID requires.</summary>
    Automatic = 0,

    /// <summary>The endpoint that receives the request (<see href="https://www.rfc-editor.org/rfc/rfc7523#section-3">RFC 7523, section 3</see>).</summary>
    Endpoint = 1,

    /// <summary>The issuer identifier of the server, which must be configured (<see cref="AuthorizationServer.OpenIdProvider(Uri, AuthorizationServerOptions)"/>, or <see cref="AuthorizationServerOptions.Issuer"/>).</summary>
    Issuer = 2,
}
