namespace AuthCode;

/// <summary>What a cached token was asked with. Two requests that could get different tokens have different keys: equality is the specification.</summary>
/// <param name="Scopes">The scopes, as a set.</param>
/// <param name="Tenant">The tenant, whatever the case of its letters.</param>
/// <param name="Claims">The caller's claims as he wrote them; <see langword="null"/> when there are none.</param>
/// <param name="IsCaeEnabled">Whether the caller can answer the challenges of continuous access evaluation.</param>
internal readonly record struct TokenCacheKey(ScopeSet Scopes, TenantId Tenant, string? Claims, bool IsCaeEnabled)
{
    // Two requests that differ in claims alone are rare, and cheap to tell apart.
    public override int GetHashCode() => Scopes.GetHashCode() ^ (31 * Tenant.GetHashCode());

    /// <summary>The key of the same request without claims.</summary>
    internal TokenCacheKey Plain => this with { Claims = null };

    /// <summary>Whether the keys differ in nothing but their scopes.</summary>
    internal bool IsSameSlotAs(TokenCacheKey other) =>
        IsCaeEnabled == other.IsCaeEnabled && Tenant == other.Tenant && string.Equals(Claims, other.Claims, StringComparison.Ordinal);

    /// <summary>A key that no caller can change any more.</summary>
    internal TokenCacheKey Copy() => this with { Scopes = Scopes.Copy() };
}
