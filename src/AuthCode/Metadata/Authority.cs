using System.Net;

namespace AuthCode;

/// <summary>A checked authority: <c>https</c> (or <c>http</c> on loopback), and nothing in it that could send a secret elsewhere.</summary>
internal sealed class Authority
{
    internal const string Rule =
        "an absolute https URI (http on loopback only) without user info, query, fragment, '..' or '\\', as https://login.microsoftonline.com/";

    // Whoever signs in there is of another tenant.
    private static readonly HashSet<string> TenantsOfAny = new(StringComparer.OrdinalIgnoreCase) { "common", "organizations" };

    private Authority(Uri uri)
    {
        // IdnHost: what is compared and sent is what the resolver sees, not a look-alike.
        string host = uri.HostNameType == UriHostNameType.IPv6 ? $"[{uri.IdnHost}]" : uri.IdnHost;
        Host = uri.IsDefaultPort ? host : $"{host}:{uri.Port}";
        Base = $"{uri.Scheme}://{Host}{uri.AbsolutePath.TrimEnd('/')}";
    }

    /// <summary>Host, and port when it is not the scheme's own, for messages.</summary>
    internal string Host { get; }

    /// <summary>Scheme, host, port and path, without a trailing slash: equal for equal authorities.</summary>
    internal string Base { get; }

    /// <summary>The address of a tenant, below which its endpoints are.</summary>
    internal string AddressOf(TenantId tenant) => $"{Base}/{tenant.Value}";

    /// <summary>The token endpoint of a tenant (Entra ID's v2 endpoints, or AD FS's).</summary>
    internal Uri TokenEndpoint(TenantId tenant) =>
        new(tenant.IsAdfs ? $"{AddressOf(tenant)}/oauth2/token" : $"{AddressOf(tenant)}/oauth2/v2.0/token");

    /// <summary>The authorize endpoint of a tenant.</summary>
    internal Uri AuthorizeEndpoint(TenantId tenant) =>
        new(tenant.IsAdfs ? $"{AddressOf(tenant)}/oauth2/authorize" : $"{AddressOf(tenant)}/oauth2/v2.0/authorize");

    /// <summary>Whether an issuer is a tenant's at this authority (RFC 9207 section 2.4).</summary>
    /// <remarks>Entra's issuers hold the tenant's id: where the tenant is known by another name, any id will do.</remarks>
    internal bool IsIssuer(string issuer, TenantId tenant)
    {
        if (tenant.IsAdfs || Guid.TryParseExact(tenant.Value, "D", out _))
        {
            return string.Equals(issuer, tenant.IsAdfs ? AddressOf(tenant) : $"{AddressOf(tenant)}/v2.0", StringComparison.OrdinalIgnoreCase);
        }

        string start = $"{Base}/";
        const string End = "/v2.0";
        return issuer.Length > start.Length + End.Length
            && issuer.StartsWith(start, StringComparison.Ordinal)
            && issuer.EndsWith(End, StringComparison.Ordinal)
            && Guid.TryParseExact(issuer.AsSpan()[start.Length..^End.Length], "D", out _);
    }

    /// <summary>Where a tenant's OpenID configuration is (OpenID Connect Discovery section 4).</summary>
    internal Uri MetadataAddress(TenantId tenant) =>
        new(tenant.IsAdfs ? $"{AddressOf(tenant)}/.well-known/openid-configuration" : $"{AddressOf(tenant)}/v2.0/.well-known/openid-configuration");

    /// <summary>Whether the issuer of a tenant's OpenID configuration is one that this authority may name: the tenant's own, or the template for any tenant.</summary>
    internal bool IsMetadataIssuer(string issuer, TenantId tenant) =>
        IsIssuer(issuer, tenant) || (TenantsOfAny.Contains(tenant.Value) && issuer == $"{Base}/{OpenIdMetadata.TenantPlaceholder}/v2.0");

    /// <summary>Whether an address is at this authority's own scheme, host and port.</summary>
    internal bool IsOwn(Uri address) =>
        address.UserInfo.Length == 0 && $"{Base}/".StartsWith($"{address.Scheme}://{address.IdnHost}{(address.IsDefaultPort ? "" : $":{address.Port}")}/", StringComparison.OrdinalIgnoreCase);

    internal static bool TryCreate(Uri uri, out Authority? authority)
    {
        try
        {
            authority = IsAcceptable(uri) ? new Authority(uri) : null;
        }
        catch (UriFormatException)
        {
            // A host in Unicode that has no ASCII form: Uri finds out only when it is asked for it.
            authority = null;
        }

        return authority is not null;
    }

    private static bool IsAcceptable(Uri uri)
    {
        // Uri folds "..", "%2e%2e" and "\" away while parsing, so only the text as written shows them.
        return uri.IsAbsoluteUri
            && uri.OriginalString is var written
            && !written.Contains("..", StringComparison.Ordinal)
            && !written.Contains('\\', StringComparison.Ordinal)
            && !written.Contains("%2e", StringComparison.OrdinalIgnoreCase)
            && !written.Contains('?', StringComparison.Ordinal)
            && !written.Contains('#', StringComparison.Ordinal)
            && !written.Contains('@', StringComparison.Ordinal)
            && !written.AsSpan().ContainsAnyInRange('\0', ' ')
            && uri.UserInfo.Length == 0
            && uri.Host.Length > 0
            && !uri.IdnHost.EndsWith('.')
            // A look-alike of digits and dots, whose ASCII form is read as another host (an IP address).
            && new UriBuilder(uri.Scheme, uri.IdnHost).Uri.IdnHost == uri.IdnHost
            && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && IsLoopback(uri)));
    }

    private static bool IsLoopback(Uri uri) =>
        string.Equals(uri.IdnHost, "localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(uri.IdnHost, out IPAddress? address) && IPAddress.IsLoopback(address));
}
