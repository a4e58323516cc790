namespace AuthCode;

/// <summary>What a token is requested with, whatever the grant.</summary>
/// <param name="tenant">The tenant.</param>
/// <param name="scopes">The caller's scopes, each once and in the caller's order.</param>
/// <param name="claims">The caller's claims with the client's capabilities; <see langword="null"/> leaves the field out.</param>
/// <param name="resource">The API that the token is for (RFC 8707); <see langword="null"/> leaves the field out.</param>
/// <param name="requestId">The correlation id; the same on a repetition, so that both ends can tell that it is one.</param>
internal sealed class TokenParameters(TenantId tenant, string[] scopes, string? claims, string? resource, Guid requestId)
{
    internal readonly TenantId Tenant = tenant;

    internal readonly string[] Scopes = scopes;

    internal readonly string? Claims = claims;

    internal readonly string? Resource = resource;

    internal readonly Guid RequestId = requestId;
}
