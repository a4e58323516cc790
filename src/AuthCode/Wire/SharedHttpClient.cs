using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace AuthCode;

/// <summary>The process-wide client of all credentials that were given none: no redirects, no cookies, no decompression.</summary>
internal static class SharedHttpClient
{
    private static readonly Lazy<HttpClient> Client = new(Make);

    internal static HttpClient Get() => Client.Value;

    private static HttpClient Make() => Over(Handler());

    /// <summary>A client of its own, whose connections show a certificate (RFC 8705 section 2).</summary>
    /// <param name="clientCertificate">The certificate.</param>
    /// <param name="trusts">Which server to trust; <see langword="null"/> for the platform's judgement, which only a test replaces.</param>
    internal static HttpClient With(X509Certificate2 clientCertificate, RemoteCertificateValidationCallback? trusts = null)
    {
        SocketsHttpHandler handler = Handler();
        handler.SslOptions.ClientCertificates = [clientCertificate];
        handler.SslOptions.RemoteCertificateValidationCallback = trusts;
        return Over(handler);
    }

    private static SocketsHttpHandler Handler() => new()
    {
        // Without redirects and credentials, the transport repeats a form only after the server has said that it did not process it. FormContent relies on that.
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectTimeout = TimeSpan.FromSeconds(10),
        // Connections are renewed so that a change of DNS is seen.
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
        EnableMultipleHttp2Connections = true,
        // A response that is not read to its end was broken off for a reason.
        ResponseDrainTimeout = TimeSpan.Zero,
        // Trace context and baggage of a service are none of the authority's business. Without a propagator, there would be no activity either.
        ActivityHeadersPropagator = DistributedContextPropagator.CreateNoOutputPropagator(),
    };

    private static HttpClient Over(SocketsHttpHandler handler) => new(handler)
    {
        DefaultRequestVersion = HttpVersion.Version20,
        DefaultVersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        // Retry.NetworkTimeout is the one deadline, and covers the body too.
        Timeout = Timeout.InfiniteTimeSpan,
    };
}
