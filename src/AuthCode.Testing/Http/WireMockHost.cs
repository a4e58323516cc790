using System.Net;
using System.Security.Cryptography.X509Certificates;
using WireMock;
using WireMock.RequestBuilders;
using WireMock.ResponseBuilders;
using WireMock.Server;
using WireMock.Settings;
using WireMock.Types;
using WireMock.Util;

namespace AuthCode.Testing.Http;

/// <summary>The HTTP server. It is the only code that uses WireMock.Net: it turns an HTTP request into a <see cref="FakeAadRequest"/>, and a <see cref="FakeAadResponse"/> into an HTTP response.</summary>
internal sealed class WireMockHost : IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly WireMockServer _server;

    internal WireMockHost(Func<FakeAadRequest, CancellationToken, Task<FakeAadResponse>> handle, Func<DateTimeOffset> now, bool useHttps)
    {
        string scheme = useHttps ? "https" : "http";
        using ServerCertificate? certificate = useHttps ? ServerCertificate.Create() : null;
        Certificate = certificate?.PublicPart();

        // RequestRouter keeps the requests. WireMock would keep them a second time, and after they were cleared.
        _server = WireMockServer.Start(new WireMockServerSettings
        {
            Urls = [$"{scheme}://127.0.0.1:0"],
            CertificateSettings = certificate is null ? null : new WireMockCertificateSettings { X509CertificateFilePath = certificate.Path, X509CertificatePassword = certificate.Password },
            MaxRequestLogCount = 0,
            AllowPartialMapping = false,
        });
        CancellationToken stopping = _stopping.Token;
        _server.Given(Request.Create().WithPath("/*")).RespondWith(Response.Create().WithCallback(async request => ToResponse(
            stopping.IsCancellationRequested ? FakeAadResponse.Closing : await handle(ToRequest(request, now()), stopping).ConfigureAwait(false))));
        BaseUri = new Uri($"{scheme}://127.0.0.1:{_server.Port}/");
    }

    internal Uri BaseUri { get; }

    /// <summary>The certificate of the server, without its private key; <see langword="null"/> without https.</summary>
    internal X509Certificate2? Certificate { get; }

    public void Dispose()
    {
        if (_stopping.IsCancellationRequested)
        {
            return;
        }

        // This comes first: the server would wait for the requests that are still being processed.
        _stopping.Cancel();
        _server.Stop();
        _server.Dispose();
        _stopping.Dispose();
    }

    private static FakeAadRequest ToRequest(IRequestMessage request, DateTimeOffset now) => new(
        request.Method,
        request.Path,
        Parse(string.Equals(request.Method, "POST", StringComparison.OrdinalIgnoreCase) ? request.Body : request.RawQuery),
        (request.Headers ?? new Dictionary<string, WireMockList<string>>())
            .ToDictionary(static header => header.Key, static header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase),
        now);

    private static List<KeyValuePair<string, string>> Parse(string? encoded) => (encoded ?? "")
        .TrimStart('?')
        .Split('&', StringSplitOptions.RemoveEmptyEntries)
        .Select(static field => field.Split('=', 2))
        .Select(static pair => KeyValuePair.Create(WebUtility.UrlDecode(pair[0]), pair.Length > 1 ? WebUtility.UrlDecode(pair[1]) : ""))
        .ToList();

    private static ResponseMessage ToResponse(FakeAadResponse response) => new()
    {
        StatusCode = response.StatusCode,
        Headers = response.Headers.ToDictionary(static header => header.Key, static header => new WireMockList<string>(header.Value)),
        BodyData = new BodyData { DetectedBodyType = BodyType.String, BodyAsString = response.Body },
    };
}
