using System.Net.Http.Headers;
using System.Reflection;
using System.Runtime.InteropServices;

namespace AuthCode;

/// <summary>The headers of a request; those by which Entra ID correlates, counts and routes it go to Entra ID only.</summary>
internal static class RequestHeaders
{
    internal const string ClientRequestId = "client-request-id";
    private const string ReturnClientRequestId = "return-client-request-id";
    private const string RoutingHint = "x-anchormailbox";
    private const string Sku = "AuthCode.NET";

    private static readonly string Version =
        typeof(RequestHeaders).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0.0.0";

    private static readonly string OperatingSystem = Characters.OnlyVisible(RuntimeInformation.OSDescription);

    private static readonly string UserAgent = $"AuthCode/{Version} (.NET {Environment.Version})";

    internal static void AddStandard(HttpRequestHeaders headers)
    {
        Set(headers, "Accept", "application/json");
        Set(headers, "Accept-Encoding", "identity");
        Set(headers, "User-Agent", UserAgent);
    }

    internal static void AddEntra(HttpRequestHeaders headers, Guid requestId, string? routingHint)
    {
        Set(headers, ClientRequestId, requestId.ToString("D"));
        Set(headers, ReturnClientRequestId, "true");
        Set(headers, "x-client-SKU", Sku);
        Set(headers, "x-client-Ver", Version);
        Set(headers, "x-client-OS", OperatingSystem);
        Set(headers, "x-ms-lib-capability", "retry-after, h429");
        if (routingHint is not null)
        {
            Set(headers, RoutingHint, routingHint);
        }
    }

#pragma warning disable RS0030 // Constants, a GUID and unreserved characters: parsing them again at each request would cost as much as all else.
    private static void Set(HttpRequestHeaders headers, string name, string value) => headers.TryAddWithoutValidation(name, value);
#pragma warning restore RS0030

#pragma warning disable RS0030 // A correlation ID is no secret, and .NET's cryptography would load OpenSSL for it before TLS needs it.
    /// <summary>A new correlation ID: a random GUID (version 4).</summary>
    internal static Guid NewRequestId() => Guid.NewGuid();
#pragma warning restore RS0030
}
