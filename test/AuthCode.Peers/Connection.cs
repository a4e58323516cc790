using AuthCode.Testing;

namespace AuthCode.Peers;

/// <summary>A fake on https, and an HTTP client that trusts its certificate: other clients refuse an authority on http.</summary>
internal sealed class Connection : IDisposable
{
    internal Connection(Action<FakeAadOptions>? configure = null)
    {
        Aad = FakeAad.Start(options =>
        {
            options.UseHttps = true;
            configure?.Invoke(options);
        });
        var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate!.GetCertHashString() == Aad.Certificate!.GetCertHashString();
        Http = new HttpClient(handler);
    }

    internal FakeAad Aad { get; }

    internal HttpClient Http { get; }

    internal IReadOnlyList<(string? GrantType, int Status)> Grants => [.. Aad.TokenRequests.Select(static request => (request.GrantType, request.StatusCode))];

    public void Dispose()
    {
        Http.Dispose();
        Aad.Dispose();
    }
}
