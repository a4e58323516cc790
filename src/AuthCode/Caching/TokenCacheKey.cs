namespace AuthCode;

/// <summary>What a cached token was requested with. Two requests that could get different tokens have different keys: equality is the specification.</summary>
/// <remarks>Implementation note: equality is written out, since the comparers that a record would use are some fifteen methods to compile.</remarks>
/// <param name="scopes">The scopes, as a set.</param>
/// <param name="tenant">The tenant, whatever the case of its letters.</param>
/// <param name="claims">The caller's claims, as they were written; <see langword="null"/> if there are none.</param>
/// <param name="isCaeEnabled">Whether the caller can respond to the challenges of continuous access evaluation.</param>
/// <param name="resource">The resource that the scopes belong to (RFC 8707); <see langword="null"/> if none is configured.</param>
internal readonly struct TokenCacheKey(ScopeSet scopes, TenantId tenant, string? claims, bool isCaeEnabled, string? resource = null) : IEquatable<TokenCacheKey>
{
    internal readonly ScopeSet Scopes = scopes;

    internal readonly TenantId Tenant = tenant;

    internal readonly string? Claims = claims;

    internal readonly bool IsCaeEnabled = isCaeEnabled;

    internal readonly string? Resource = resource;

    /// <summary>The key of the same request without claims.</summary>
    internal TokenCacheKey Plain => new(Scopes, Tenant, claims: null, IsCaeEnabled, Resource);

    public static bool operator ==(TokenCacheKey one, TokenCacheKey other) => one.Equals(other);

    public static bool operator !=(TokenCacheKey one, TokenCacheKey other) => !one.Equals(other);

    public bool Equals(TokenCacheKey other) => IsSameSlotAs(other) && Scopes.Equals(other.Scopes);

    public override bool Equals(object? obj) => obj is TokenCacheKey other && Equals(other);

    // Two requests that differ in claims alone are rare, and cheap to tell apart.
    public override int GetHashCode() => Scopes.GetHashCode() ^ (31 * Tenant.GetHashCode());

    /// <summary>Whether the keys differ in nothing but their scopes.</summary>
    internal bool IsSameSlotAs(TokenCacheKey other) =>
        IsCaeEnabled == other.IsCaeEnabled && Tenant.Equals(other.Tenant) && string.Equals(Claims, other.Claims, StringComparison.Ordinal)
        && string.Equals(Resource, other.Resource, StringComparison.Ordinal);

    /// <summary>The key of the same request of a caller who can respond to the challenges of continuous access evaluation.</summary>
    internal TokenCacheKey WithCae => new(Scopes, Tenant, Claims, isCaeEnabled: true, Resource);

    /// <summary>The key of a request for other scopes of the same resource.</summary>
    internal TokenCacheKey For(ScopeSet scopes) => new(scopes, Tenant, Claims, IsCaeEnabled, Resource);

    /// <summary>A key that no caller can change any more.</summary>
    internal TokenCacheKey Copy() => new(Scopes.Copy(), Tenant, Claims, IsCaeEnabled, Resource);
}
