namespace AuthCode;

/// <summary>A server that is known by its issuer identifier alone; the metadata says the rest.</summary>
internal sealed class OpenIdServer : AuthorizationServer
{
    private const string ConfigurationPath = "/.well-known/openid-configuration";

    private readonly Uri _metadataAddress;

    // The issuer as it was written: issuers are compared as text.
    private OpenIdServer(Uri issuer, Uri metadataAddress, ServerSettings settings)
        : base(Authority.HostOf(issuer), issuer.OriginalString, TenantId.Unchecked(Authority.HostOf(issuer)), settings)
    {
        _metadataAddress = metadataAddress;
    }

    internal override string AssertionIssuer => Id;

    internal override bool IsOpenIdProvider => true;

    /// <exception cref="ArgumentException">An argument or option is not usable.</exception>
    internal static OpenIdServer Create(Uri issuer, AuthorizationServerOptions? options)
    {
        ArgumentNullException.ThrowIfNull(issuer);
        if (!Authority.TryCreate(issuer, out _))
        {
            throw new ArgumentException($"The issuer must be {Authority.Rule}.", nameof(issuer));
        }

        if (options?.Issuer is not null)
        {
            throw new ArgumentException("Issuer is for an OAuth 2.0 server without metadata: leave it unset, since an OpenID provider is created by its issuer.", nameof(options));
        }

        Uri? metadataAddress = options?.MetadataAddress;
        if (metadataAddress is not null && !Authority.IsEndpoint(metadataAddress))
        {
            throw new ArgumentException($"MetadataAddress must be {Authority.EndpointRule}.", nameof(options));
        }

        var settings = ServerSettings.From(options);
        return new OpenIdServer(issuer, metadataAddress ?? new Uri(issuer.AbsoluteUri.TrimEnd('/') + ConfigurationPath), settings);
    }

    internal override Uri MetadataAddress(TenantId tenant) => _metadataAddress;

    internal override bool IsIssuer(string issuer, TenantId tenant) => string.Equals(issuer, Id, StringComparison.Ordinal);

    internal override bool IsMetadataIssuer(string issuer, TenantId tenant) => IsIssuer(issuer, tenant);

    // Large providers spread their endpoints over hosts; whoever speaks for the issuer may name them.
    internal override bool MayName(Uri address) => Authority.IsEndpoint(address);
}
