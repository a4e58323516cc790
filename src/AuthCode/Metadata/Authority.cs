using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace AuthCode;

/// <summary>A checked authority or issuer: <c>https</c> (or <c>http</c> on loopback), and nothing in it that could send a secret elsewhere.</summary>
internal sealed class Authority
{
    internal const string Rule =
        "an absolute https URI (http on loopback only) without user info, query, fragment, '..' or '\\', such as https://login.microsoftonline.com/";

    internal const string EndpointRule = "an absolute https URI (http on loopback only) without user info, fragment, '..' or '\\'";

    private readonly bool _isLoopback;

    private Authority(Uri uri)
    {
        _isLoopback = IsLoopback(uri);
        Host = HostOf(uri);
        Base = $"{uri.Scheme}://{Host}{uri.AbsolutePath.TrimEnd('/')}";
    }

    /// <summary>Host, and port when it is not the scheme's own, for messages.</summary>
    internal readonly string Host;

    /// <summary>Scheme, host, port and path, without a trailing slash: equal for equal authorities.</summary>
    internal readonly string Base;

    /// <summary>Host, and port when it is not the scheme's own.</summary>
    internal static string HostOf(Uri uri)
    {
        // IdnHost: what is compared and sent is what the resolver sees, not a look-alike.
        string host = uri.HostNameType == UriHostNameType.IPv6 ? $"[{uri.IdnHost}]" : uri.IdnHost;
        return uri.IsDefaultPort ? host : $"{host}:{uri.Port}";
    }

    /// <summary>Whether an address may be an endpoint: as an authority, but a query may stand in it (RFC 6749 section 3.1).</summary>
    internal static bool IsEndpoint(Uri uri)
    {
        try
        {
            return IsSafe(uri);
        }
        catch (UriFormatException)
        {
            // A host in Unicode that has no ASCII form: Uri finds out only when it is asked for it.
            return false;
        }
    }

    /// <summary>Whether metadata of this authority may name an address: addresses on loopback are for an authority on loopback, so that no server of a customer can make this machine call itself.</summary>
    internal bool MayName(Uri address) => IsEndpoint(address) && (_isLoopback || !(IsLoopback(address) || IsUnspecified(address)));

    internal static bool TryCreate(Uri uri, [NotNullWhen(true)] out Authority? authority)
    {
        authority = IsEndpoint(uri) && !uri.OriginalString.Contains('?', StringComparison.Ordinal) ? new Authority(uri) : null;
        return authority is not null;
    }

    private static bool IsSafe(Uri uri)
    {
        // Uri folds "..", "%2e%2e" and "\" away while parsing, so only the text as written shows them.
        return uri.IsAbsoluteUri
            && uri.OriginalString is var written
            && !written.Contains("..", StringComparison.Ordinal)
            && !written.Contains('\\', StringComparison.Ordinal)
            && !written.Contains("%2e", StringComparison.OrdinalIgnoreCase)
            && !written.Contains('#', StringComparison.Ordinal)
            && !written.Contains('@', StringComparison.Ordinal)
            && !Characters.HaveBlank(written)
            && uri.UserInfo.Length == 0
            && uri.Host.Length > 0
            && !uri.IdnHost.EndsWith('.')
            // A look-alike of digits and dots, whose ASCII form is read as another host (an IP address).
            && (Characters.AreVisible(written) || new UriBuilder(uri.Scheme, uri.IdnHost).Uri.IdnHost == uri.IdnHost)
            && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && IsLoopback(uri)));
    }

    private static bool IsLoopback(Uri uri) =>
        string.Equals(uri.IdnHost, "localhost", StringComparison.OrdinalIgnoreCase)
        || uri.IdnHost.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
        || (AddressOf(uri) is { } address && IPAddress.IsLoopback(address));

    // A connection to it is one to this machine, where the platform allows it.
    private static bool IsUnspecified(Uri uri) => AddressOf(uri) is { } address && (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any));

    private static IPAddress? AddressOf(Uri uri) =>
        !IPAddress.TryParse(uri.IdnHost, out IPAddress? address) ? null : address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
