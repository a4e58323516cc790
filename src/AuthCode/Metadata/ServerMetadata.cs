using System.Text.Json;

namespace AuthCode;

/// <summary>What a server says of itself (OpenID Connect Discovery section 3, RFC 8414 section 2), checked against where it was read.</summary>
/// <param name="Issuer">The issuer of its tokens; Entra's for any tenant has <c>{tenantid}</c> in the tenant's place.</param>
/// <param name="JwksUri">Where its signing keys are; <see langword="null"/> when it has none.</param>
/// <param name="Endpoints">Its endpoints.</param>
internal sealed record ServerMetadata(string Issuer, Uri? JwksUri, ServerEndpoints Endpoints)
{
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
    internal static Result<ServerMetadata> Parse(byte[] document, AuthorizationServer server, TenantId tenant, bool usesMutualTls)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(document);
            JsonElement root = json.RootElement;
            if (JsonShape.ProblemOf(root) is null && TextOf(root, "issuer") is { } issuer)
            {
                return server.IsMetadataIssuer(issuer, tenant)
                    ? Parse(root, issuer, server, tenant, usesMutualTls)
                    : new(Failures.MetadataOfAnother(server.Host), isFinal: true);
            }
        }
        catch (JsonException)
        {
            // Said below.
        }

        return new(Failures.DocumentUnavailable(server.Host, "not OpenID metadata", cause: null));
    }

    private static Result<ServerMetadata> Parse(JsonElement root, string issuer, AuthorizationServer server, TenantId tenant, bool usesMutualTls)
    {
        bool isGood = true;
        ServerEndpoints? known = server.Known(tenant);
        Uri? authorize = known?.Authorize ?? Address("authorization_endpoint");
        Uri? token = known?.Token ?? OwnOrAlias("token_endpoint");
        Uri? keys = Address("jwks_uri");
        Uri? userInfo = OwnOrAlias("userinfo_endpoint", server.MayNameForUserInfo);
        Uri? pushed = OwnOrAlias("pushed_authorization_request_endpoint");
        Uri? revocation = OwnOrAlias("revocation_endpoint");
        Uri? endSession = known?.EndSession ?? Address("end_session_endpoint");
        if (!isGood)
        {
            return new(Failures.MetadataOfAnother(server.Host), isFinal: true);
        }

        if (authorize is null || token is null)
        {
            return new(Failures.DocumentUnavailable(server.Host, "metadata without an authorization or token endpoint", cause: null));
        }

        // RFC 7636 section 7.2: what a server does not check protects nobody. Many servers that do check it do not say so.
        if (root.TryGetProperty("code_challenge_methods_supported", out JsonElement methods) && methods.ValueKind == JsonValueKind.Array
            && !methods.EnumerateArray().Any(static method => method.ValueKind == JsonValueKind.String && method.ValueEquals(Parameters.S256)))
        {
            return new(Failures.PkceUnsupported(server.Host), isFinal: true);
        }

        return new(new ServerMetadata(issuer, keys, new ServerEndpoints(authorize, token)
        {
            PushedAuthorization = pushed,
            Revocation = revocation,
            UserInfo = userInfo,
            EndSession = endSession,
            RequiresPushedAuthorization = IsTrue("require_pushed_authorization_requests"),
            NamesIssuer = IsTrue("authorization_response_iss_parameter_supported"),
        }));

        Uri? Address(string name) => AddressIn(root, name, server.MayName);

        Uri? OwnOrAlias(string name, Func<Uri, bool>? mayName = null) =>
            usesMutualTls && root.TryGetProperty(Aliases, out JsonElement aliases) && aliases.ValueKind == JsonValueKind.Object
            && AddressIn(aliases, name, mayName ?? server.MayName) is { } alias ? alias : AddressIn(root, name, mayName ?? server.MayName);

        Uri? AddressIn(JsonElement element, string name, Func<Uri, bool> isGoodAddress)
        {
            if (TextOf(element, name) is not { } text)
            {
                return null;
            }

            if (Uri.TryCreate(text, UriKind.Absolute, out Uri? address) && isGoodAddress(address))
            {
                return address;
            }

            isGood = false;
            return null;
        }

        bool IsTrue(string name) => root.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.True;
    }

    private static string? TextOf(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
