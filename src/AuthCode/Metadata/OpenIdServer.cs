namespace AuthCode;

/// <summary>A server that is known by its issuer identifier alone; the metadata says the rest.</summary>
internal sealed class OpenIdServer : AuthorizationServer
{
    internal const string OAuthPath = "/.well-known/oauth-authorization-server";
    private const string OpenIdPath = "/.well-known/openid-configuration";

    private readonly Authority _authority;
    private readonly Uri[] _metadataAddresses;

    // The issuer as it was written: issuers are compared as text.
    private OpenIdServer(Uri issuer, Authority authority, Uri? metadataAddress, ServerSettings settings)
        : base(Authority.HostOf(issuer), issuer.OriginalString, TenantId.Unchecked(Authority.HostOf(issuer)), settings)
    {
        _authority = authority;
        _metadataAddresses = metadataAddress is null ? AddressesOf(issuer) : [metadataAddress];
    }

    internal override string AssertionIssuer => Id;

    internal override bool IsDiscovered => true;

    /// <exception cref="ArgumentException">An argument or option is not usable.</exception>
    internal static OpenIdServer Create(Uri issuer, AuthorizationServerOptions? options)
    {
        ArgumentNullException.ThrowIfNull(issuer);
        if (!Authority.TryCreate(issuer, out Authority? authority))
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

        if (options?.EndSessionEndpoint is { } endSession && !Authority.IsEndpoint(endSession))
        {
            throw new ArgumentException($"EndSessionEndpoint must be {Authority.EndpointRule}.", nameof(options));
        }

        return new OpenIdServer(issuer, authority, metadataAddress, ServerSettings.From(options));
    }

    internal override IReadOnlyList<Uri> MetadataAddresses(TenantId tenant) => _metadataAddresses;

    internal override bool IsIssuer(string issuer, TenantId tenant) => string.Equals(issuer, Id, StringComparison.Ordinal);

    internal override bool IsMetadataIssuer(string issuer, TenantId tenant) => IsIssuer(issuer, tenant);

    // Large providers spread their endpoints over hosts; whoever speaks for the issuer may name them.
    internal override bool MayName(Uri address) => _authority.MayName(address);

    // OpenID Connect Discovery section 4.1 appends, RFC 8414 section 3.1 inserts before the path.
    private static Uri[] AddressesOf(Uri issuer)
    {
        string whole = issuer.AbsoluteUri.TrimEnd('/');
        string origin = issuer.GetLeftPart(UriPartial.Authority);
        string path = whole[origin.Length..];
        return path.Length == 0
            ? [new($"{origin}{OpenIdPath}"), new($"{origin}{OAuthPath}")]
            : [new($"{whole}{OpenIdPath}"), new($"{origin}{OAuthPath}{path}"), new($"{origin}{OpenIdPath}{path}")];
    }
}
