using System.Text.Json;

namespace AuthCode;

/// <summary>What an authority says of a tenant in its OpenID configuration (OpenID Connect Discovery section 3), checked against where it was read.</summary>
/// <param name="Issuer">The issuer of its tokens; Entra's for any tenant has <c>{tenantid}</c> in the tenant's place.</param>
/// <param name="Keys">Where its signing keys are.</param>
internal sealed record OpenIdMetadata(string Issuer, Uri Keys)
{
    internal const string TenantPlaceholder = "{tenantid}";

    /// <summary>The issuer of a tenant's tokens, or <see langword="null"/> when the tenant is no tenant id.</summary>
    internal string? IssuerOf(string? tenantId) => !Issuer.Contains(TenantPlaceholder, StringComparison.Ordinal) ? Issuer
        : Guid.TryParseExact(tenantId, "D", out _) ? Issuer.Replace(TenantPlaceholder, tenantId, StringComparison.Ordinal)
        : null;

    /// <exception cref="AuthenticationFailedException">The document is not usable, or another issuer's.</exception>
    internal static OpenIdMetadata Parse(byte[] document, Authority authority, TenantId tenant)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(document);
            if (JsonShape.ProblemOf(json.RootElement) is null
                && json.RootElement.TryGetProperty("issuer", out JsonElement issuer) && issuer.ValueKind == JsonValueKind.String
                && json.RootElement.TryGetProperty("jwks_uri", out JsonElement keys) && keys.ValueKind == JsonValueKind.String)
            {
                return Uri.TryCreate(keys.GetString(), UriKind.Absolute, out Uri? address) && authority.IsOwn(address) && authority.IsMetadataIssuer(issuer.GetString()!, tenant)
                    ? new OpenIdMetadata(issuer.GetString()!, address)
                    : throw Failures.MetadataOfAnother(authority.Host).ToException();
            }
        }
        catch (JsonException)
        {
            // Said below.
        }

        throw Failures.DocumentUnavailable(authority.Host, "not OpenID metadata", cause: null).ToException();
    }
}
