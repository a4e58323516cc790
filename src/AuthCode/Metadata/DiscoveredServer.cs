namespace AuthCode;

/// <summary>A server known by its issuer identifier alone; the metadata says the rest.</summary>
internal sealed class DiscoveredServer : AuthorizationServer
{
    private const string ConfigurationPath = "/.well-known/openid-configuration";

    private readonly Uri _metadataAddress;

    private DiscoveredServer(Uri issuer, Uri metadataAddress)
    {
        // As it was written: issuers are compared as text.
        Id = issuer.OriginalString;
        Host = Authority.HostOf(issuer);
        _metadataAddress = metadataAddress;
    }

    internal override string Host { get; }

    internal override string Id { get; }

    internal override string AssertionIssuer => Id;

    internal static DiscoveredServer Create(Uri issuer, Uri? metadataAddress)
    {
        ArgumentNullException.ThrowIfNull(issuer);
        if (!Authority.TryCreate(issuer, out _))
        {
            throw new ArgumentException($"The issuer must be {Authority.Rule}.", nameof(issuer));
        }

        if (metadataAddress is not null && !Authority.IsEndpoint(metadataAddress))
        {
            throw new ArgumentException($"The metadata address must be {Authority.EndpointRule}.", nameof(metadataAddress));
        }

        return new DiscoveredServer(issuer, metadataAddress ?? new Uri(issuer.AbsoluteUri.TrimEnd('/') + ConfigurationPath));
    }

    internal override Uri MetadataAddress(TenantId tenant) => _metadataAddress;

    internal override bool IsIssuer(string issuer, TenantId tenant) => string.Equals(issuer, Id, StringComparison.Ordinal);

    internal override bool IsMetadataIssuer(string issuer, TenantId tenant) => IsIssuer(issuer, tenant);

    // Large providers spread their endpoints over hosts; whoever speaks for the issuer may name them.
    internal override bool MayName(Uri address) => Authority.IsEndpoint(address);
}
