using System.Net;

namespace AuthCode;

/// <summary>The process-wide client of all credentials that were given none: no redirects, no cookies, no decompression.</summary>
internal static class SharedHttpClient
{
    private static readonly Lazy<HttpClient> Client = new(Make);

    internal static HttpClient Instance => Client.Value;

    private static HttpClient Make() => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectTimeout = TimeSpan.FromSeconds(10),
        // Connections are renewed so that a change of DNS is seen.
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
        EnableMultipleHttp2Connections = true,
    })
    {
        DefaultRequestVersion = HttpVersion.Version20,
        DefaultVersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        // Retry.NetworkTimeout is the one deadline, and covers the body too.
        Timeout = Timeout.InfiniteTimeSpan,
    };
}
