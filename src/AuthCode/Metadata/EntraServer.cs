namespace AuthCode;

/// <summary>An authority of Entra ID (any cloud, External ID, B2C) or AD FS: its endpoints follow from its address and the tenant, and need no discovery.</summary>
internal sealed class EntraServer : AuthorizationServer
{
    // Whoever signs in there is of another tenant.
    private static readonly HashSet<string> TenantsOfAny = new(StringComparer.OrdinalIgnoreCase) { "common", "organizations" };

    private const string ConsumersName = "consumers";

    // The tenant of personal accounts, by which the issuer of "consumers" is known.
    private const string ConsumersTenant = "9188040d-6c67-4c5b-b112-36a304b66dad";

    private readonly Authority _authority;
    private readonly string? _policy;

    // Most requests are for the tenant that the one before them was for.
    private volatile Place? _lastPlace;

    private EntraServer(Authority authority, TenantId tenant, string? policy)
        : base(authority.Host, authority.Base, tenant, ServerSettings.None)
    {
        _authority = authority;
        _policy = policy;
    }

    // A policy of B2C is of one tenant.
    internal override bool HasTenants => _policy is null;

    internal override bool IsEntra => true;

    /// <exception cref="ArgumentException">An argument is not usable.</exception>
    internal static EntraServer Create(string tenantId, Uri authorityHost, bool isFromEnvironment, string hostParameter)
    {
        ArgumentNullException.ThrowIfNull(tenantId);
        if (!TenantId.TryParse(tenantId, out TenantId tenant))
        {
            throw new ArgumentException($"The tenant id must be {TenantId.Rule}.", nameof(tenantId));
        }

        return Authority.TryCreate(authorityHost, out Authority? authority)
            ? new EntraServer(authority, tenant, policy: null)
            : throw new ArgumentException(
                isFromEnvironment
                    ? $"The environment variable {EnvironmentAuthority.Variable} must be {Authority.Rule}, or a host name alone."
                    : $"AuthorityHost must be {Authority.Rule}.",
                hostParameter);
    }

    /// <exception cref="ArgumentException">An argument is not usable.</exception>
    internal static EntraServer CreateB2C(Uri authorityHost, string tenantId, string policy)
    {
        ArgumentNullException.ThrowIfNull(authorityHost);
        ArgumentNullException.ThrowIfNull(tenantId);
        ArgumentNullException.ThrowIfNull(policy);
        if (!Authority.TryCreate(authorityHost, out Authority? host))
        {
            throw new ArgumentException($"The authority host must be {Authority.Rule}.", nameof(authorityHost));
        }

        if (!TenantId.TryParse(tenantId, out _))
        {
            throw new ArgumentException($"The tenant id must be {TenantId.Rule}.", nameof(tenantId));
        }

        if (policy.Length is 0 or > 128 || !policy.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-'))
        {
            throw new ArgumentException("The policy must be letters, digits, '_' and '-', such as B2C_1_signin.", nameof(policy));
        }

        return Authority.TryCreate(new Uri($"{host.Base}/{tenantId}"), out Authority? authority)
            ? new EntraServer(authority, TenantId.Unchecked(authority.Host), policy)
            : throw new ArgumentException($"The tenant id must be {TenantId.Rule}.", nameof(tenantId));
    }

    internal override string AddressOf(TenantId tenant) => $"{_authority.Base}/{_policy ?? tenant.Value}";

    internal override ServerEndpoints Known(TenantId tenant)
    {
        Place? last = _lastPlace;
        if (last is null || !last.Tenant.Equals(tenant))
        {
            string start = tenant.IsAdfs ? $"{AddressOf(tenant)}/oauth2" : $"{AddressOf(tenant)}/oauth2/v2.0";
            _lastPlace = last = new Place(tenant, new ServerEndpoints(new Uri($"{start}/authorize"), new Uri($"{start}/token"))
            {
                EndSession = new Uri($"{start}/logout"),
                IsOpenIdProvider = true,
            });
        }

        return last.Endpoints;
    }

    internal override IReadOnlyList<Uri> MetadataAddresses(TenantId tenant) => [new(tenant.IsAdfs
        ? $"{AddressOf(tenant)}/.well-known/openid-configuration"
        : $"{AddressOf(tenant)}/v2.0/.well-known/openid-configuration")];

    // An application with claims mapping has signing keys of its own.
    internal override Uri? MetadataAddressOf(TenantId tenant, string clientId) =>
        _policy is null && !tenant.IsAdfs ? new($"{MetadataAddresses(tenant)[0].AbsoluteUri}?appid={Uri.EscapeDataString(clientId)}") : null;

    internal override bool IsIssuerOfKey(string keyIssuer, string issuer, string? tenantId)
    {
        string own = tenantId is null ? keyIssuer : keyIssuer.Replace(ServerMetadata.TenantPlaceholder, tenantId, StringComparison.OrdinalIgnoreCase);
        return own == issuer || (TenantOf(own) is { } one && TenantOf(issuer) is { } other && string.Equals(one, other, StringComparison.OrdinalIgnoreCase));
    }

    // Entra's issuers hold the tenant's id: where the tenant is known by another name, any id will do.
    internal override bool IsIssuer(string issuer, TenantId tenant)
    {
        if (tenant.IsAdfs)
        {
            return string.Equals(issuer, AddressOf(tenant), StringComparison.OrdinalIgnoreCase);
        }

        string named = string.Equals(tenant.Value, ConsumersName, StringComparison.OrdinalIgnoreCase) ? ConsumersTenant : tenant.Value;
        bool isById = _policy is null && Guid.TryParseExact(named, "D", out _);
        return TenantOf(issuer) is { } id && Guid.TryParseExact(id, "D", out _) && (!isById || string.Equals(id, named, StringComparison.OrdinalIgnoreCase));
    }

    // The tenant's own, or the template for any tenant.
    internal override bool IsMetadataIssuer(string issuer, TenantId tenant) =>
        IsIssuer(issuer, tenant) || (TenantsOfAny.Contains(tenant.Value) && TenantOf(issuer) == ServerMetadata.TenantPlaceholder);

    internal override bool MayName(Uri address) =>
        _authority.MayName(address) && EntraHosts.AreOne(_authority.Base, address);

    // It is Microsoft Graph's.
    internal override bool MayNameForUserInfo(Uri address) => _authority.MayName(address);

    /// <summary>What stands in the tenant's place in an issuer of this authority, under any of its names; <see langword="null"/> when the issuer is another's.</summary>
    private string? TenantOf(string issuer)
    {
        const string Version = "/v2.0";
        string own = _policy is null ? _authority.Base : _authority.Base[.._authority.Base.LastIndexOf('/')];
        string rest = _policy is null ? issuer : issuer.TrimEnd('/');
        if (!rest.EndsWith(Version, StringComparison.Ordinal))
        {
            return null;
        }

        string start = rest[..^Version.Length];
        if (_policy is not null && start.EndsWith($"/{_policy}", StringComparison.OrdinalIgnoreCase))
        {
            // A policy can be set up to issue https://{host}/tfp/{tenant id}/{policy}/v2.0/.
            start = start[..^(_policy.Length + 1)];
            own = $"{own}/tfp";
        }

        int slash = start.LastIndexOf('/');
        return slash > 0 && EntraHosts.IsIssuerBase(own, start[..slash], start[(slash + 1)..]) ? start[(slash + 1)..] : null;
    }

    private sealed class Place(TenantId tenant, ServerEndpoints endpoints)
    {
        internal readonly TenantId Tenant = tenant;

        internal readonly ServerEndpoints Endpoints = endpoints;
    }
}
