namespace AuthCode.Testing;

/// <content>The address of the fake, and what its tokens say of their issuer.</content>
public sealed partial class FakeAadOptions
{
    internal const string TenantIdPlaceholder = "{tenantid}";

    /// <summary>Whether the fake listens on https, with a self-signed certificate for <c>localhost</c> and <c>127.0.0.1</c> that it creates when it starts.</summary>
    /// <value>Default: <see langword="false"/>. The fake listens on http. A change after the start has no effect.</value>
    /// <remarks>Other clients, such as MSAL, refuse an authority on http. Let the client trust <see cref="FakeAad.Certificate"/>.</remarks>
    public bool UseHttps { get; set; }

    /// <summary>The issuer of the tokens. The text <c>{tenantid}</c> in it stands for the tenant ID.</summary>
    /// <value>Default: <see langword="null"/>. The issuer is the authority host, the tenant ID and <c>v2.0</c>, as in Entra ID's v2 tokens.</value>
    /// <remarks>A resource server that accepts only Entra ID's own issuers, such as Azurite, needs <c>https://sts.windows.net/{tenantid}/</c>.</remarks>
    public string? Issuer { get; set; }

    /// <summary>Further claims of access tokens, by name.</summary>
    /// <value>Default: empty. A claim that the token has anyway is replaced, except for <c>iss</c>, <c>aud</c>, <c>iat</c>, <c>nbf</c> and <c>exp</c>.</value>
    public IDictionary<string, object> AccessTokenClaims { get; } = new System.Collections.Concurrent.ConcurrentDictionary<string, object>(StringComparer.Ordinal);

    /// <summary>The redirect URIs that are registered for the platform <em>single-page application</em>.</summary>
    /// <value>Default: empty. Codes are for web and native applications.</value>
    /// <remarks>
    /// A grant of such a redirect URI must be redeemed with an <c>Origin</c> header (AADSTS9002327), and every other grant without one
    /// (AADSTS9002326), as in Entra ID. A redirect URI is compared character by character, and must also be among the <see cref="RedirectUris"/>.
    /// </remarks>
    public IReadOnlyList<Uri> SinglePageRedirectUris { get; set; } = [];

    /// <summary>The session of the user at the server: the claim <c>sid</c> of the ID tokens that follow.</summary>
    /// <value>Default: <see langword="null"/>. ID tokens have no such claim, as in Entra ID unless the app registration has the optional claim.</value>
    /// <remarks>See <see cref="FakeAad.CreateLogoutToken"/>, and <see href="https://openid.net/specs/openid-connect-frontchannel-1_0.html#OPLogout">OpenID Connect Front-Channel Logout, section 3</see>.</remarks>
    public string? ServerSessionId { get; set; }
}
