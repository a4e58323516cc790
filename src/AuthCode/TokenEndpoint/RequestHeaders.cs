using System.Net.Http.Headers;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace AuthCode;

/// <summary>The headers by which Entra ID correlates, counts and routes a request.</summary>
internal static class RequestHeaders
{
    internal const string ClientRequestId = "client-request-id";
    private const string ReturnClientRequestId = "return-client-request-id";
    private const string RoutingHint = "x-anchormailbox";
    private const string Sku = "AuthCode.NET";

    private static readonly string Version =
        typeof(RequestHeaders).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0.0.0";

    private static readonly string OperatingSystem = string.Concat(
        RuntimeInformation.OSDescription.Where(static c => c is >= ' ' and <= '~'));

    private static readonly ProductInfoHeaderValue Product = new("AuthCode", Version);
    private static readonly ProductInfoHeaderValue Runtime = new($"(.NET {Environment.Version})");
    private static readonly MediaTypeWithQualityHeaderValue Json = new("application/json");

    internal static void Add(HttpRequestHeaders headers, Guid requestId, string? routingHint)
    {
        headers.Add(ClientRequestId, requestId.ToString("D"));
        headers.Add(ReturnClientRequestId, "true");
        headers.Add("x-client-SKU", Sku);
        headers.Add("x-client-Ver", Version);
        headers.Add("x-client-OS", OperatingSystem);
        headers.Add("x-ms-lib-capability", "retry-after, h429");
        headers.UserAgent.Add(Product);
        headers.UserAgent.Add(Runtime);
        headers.Accept.Add(Json);
        if (routingHint is not null)
        {
            headers.Add(RoutingHint, routingHint);
        }
    }

    /// <summary>A new random GUID (version 4).</summary>
    internal static Guid NewRequestId()
    {
        Span<byte> bytes = stackalloc byte[16];
        RandomNumberGenerator.Fill(bytes);
        bytes[7] = (byte)((bytes[7] & 0x0F) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes);
    }
}
