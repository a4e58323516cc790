using System.Text.Json;

namespace AuthCode;

/// <summary>What a server says of itself (OpenID Connect Discovery section 3, RFC 8414 section 2), checked against where it was read.</summary>
/// <param name="Issuer">The issuer of its tokens; Entra's for any tenant has <c>{tenantid}</c> in the tenant's place.</param>
/// <param name="JwksUri">Where its signing keys are; <see langword="null"/> when it has none.</param>
/// <param name="Endpoints">Its endpoints.</param>
internal sealed record ServerMetadata(string Issuer, Uri? JwksUri, ServerEndpoints Endpoints)
{
    /// <summary>Whether it names an address of the keys that it must not name.</summary>
    internal bool HasUnusableKeys { get; private init; }

    internal const string TenantPlaceholder = "{tenantid}";

    private const string Aliases = "mtls_endpoint_aliases";

    /// <summary>The issuer of a tenant's tokens, or <see langword="null"/> when the tenant is no tenant id.</summary>
    internal string? IssuerOf(string? tenantId) => !Issuer.Contains(TenantPlaceholder, StringComparison.Ordinal) ? Issuer
        : Guid.TryParseExact(tenantId, "D", out _) ? Issuer.Replace(TenantPlaceholder, tenantId, StringComparison.Ordinal)
        : null;

    /// <summary>Reads a metadata document.</summary>
    /// <param name="document">The document.</param>
    /// <param name="server">Whose it must be.</param>
    /// <param name="tenant">The tenant that it was read for.</param>
    /// <param name="usesMutualTls">Whether the client's certificate is shown at the transport, for which a server may have other addresses (RFC 8705 section 5).</param>
    /// <param name="address">Where it was read.</param>
    internal static Result<ServerMetadata> Parse(byte[] document, AuthorizationServer server, TenantId tenant, bool usesMutualTls, Uri address)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(document);
            JsonElement root = json.RootElement;
            if (JsonShape.ProblemOf(root) is null && TextOf(root, "issuer") is { } issuer)
            {
                return server.IsMetadataIssuer(issuer, tenant)
                    ? Parse(root, issuer, server, tenant, usesMutualTls, address)
                    : new(Failures.MetadataOfAnother(server.Host, issuer), isFinal: true);
            }
        }
        catch (JsonException)
        {
            // Said below.
        }

        return new(Failures.DocumentUnavailable(server.Host, "not OpenID metadata", cause: null));
    }

    private static Result<ServerMetadata> Parse(JsonElement root, string issuer, AuthorizationServer server, TenantId tenant, bool usesMutualTls, Uri address)
    {
        ServerEndpoints? known = server.Known(tenant);
        Uri? authorize = known?.Authorize ?? AddressIn(root, "authorization_endpoint", server.MayName);
        Uri? token = known?.Token ?? OwnOrAlias("token_endpoint");
        if (authorize is null || token is null)
        {
            string missing = authorize is null ? "authorization_endpoint" : "token_endpoint";
            return string.IsNullOrEmpty(TextOf(root, missing))
                ? new(Failures.DocumentUnavailable(server.Host, $"metadata without an authorization or token endpoint ({missing})", cause: null))
                : new(Failures.MetadataMemberUnusable(server.Host, missing), isFinal: true);
        }

        // RFC 7636 section 7.2: what a server does not check protects nobody. Many servers that do check it do not say so.
        if (root.TryGetProperty("code_challenge_methods_supported", out JsonElement methods) && methods.ValueKind == JsonValueKind.Array
            && server.Settings.UsesPkce && !Holds(methods, Parameters.S256))
        {
            return new(Failures.PkceUnsupported(server.Host), isFinal: true);
        }

        Uri? keys = AddressIn(root, "jwks_uri", server.MayName);
        return new(new ServerMetadata(issuer, keys, new ServerEndpoints(authorize, token)
        {
            IsOpenIdProvider = known?.IsOpenIdProvider ?? IsOpenIdProvider(root, address),
            PushedAuthorization = OwnOrAlias("pushed_authorization_request_endpoint"),
            Revocation = OwnOrAlias("revocation_endpoint"),
            UserInfo = OwnOrAlias("userinfo_endpoint", server.MayNameForUserInfo),
            EndSession = known?.EndSession ?? server.Settings.EndSession ?? AddressIn(root, "end_session_endpoint", server.MayName),
            RequiresPushedAuthorization = IsTrue("require_pushed_authorization_requests"),
            NamesIssuer = IsTrue("authorization_response_iss_parameter_supported"),
        })
        {
            HasUnusableKeys = keys is null && !string.IsNullOrEmpty(TextOf(root, "jwks_uri")),
        });

        Uri? OwnOrAlias(string name, Func<Uri, bool>? mayName = null) =>
            usesMutualTls && root.TryGetProperty(Aliases, out JsonElement aliases) && aliases.ValueKind == JsonValueKind.Object
            && AddressIn(aliases, name, mayName ?? server.MayName) is { } alias ? alias : AddressIn(root, name, mayName ?? server.MayName);

        bool IsTrue(string name) => root.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.True;
    }

    // An endpoint that is missing or must not be named is not offered; the other ones are.
    private static Uri? AddressIn(JsonElement element, string name, Func<Uri, bool> mayName) =>
        TextOf(element, name) is { } text && Uri.TryCreate(text, UriKind.Absolute, out Uri? address) && mayName(address) ? address : null;

    // RFC 8414 documents are of OAuth servers as well, which refuse the scope openid.
    private static bool IsOpenIdProvider(JsonElement root, Uri address) =>
        (root.TryGetProperty("id_token_signing_alg_values_supported", out JsonElement algorithms) && algorithms.ValueKind == JsonValueKind.Array && algorithms.GetArrayLength() > 0)
        || (root.TryGetProperty("scopes_supported", out JsonElement scopes) && scopes.ValueKind == JsonValueKind.Array
            ? Holds(scopes, Parameters.OpenId)
            : !address.AbsolutePath.Contains(OpenIdServer.OAuthPath, StringComparison.Ordinal));

    private static bool Holds(JsonElement array, string text) =>
        array.EnumerateArray().Any(item => item.ValueKind == JsonValueKind.String && item.ValueEquals(text));

    private static string? TextOf(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
