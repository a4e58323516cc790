using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Security;
using System.Text;

namespace QuickStart;

/// <summary>As much of a storage account as this sample needs, in memory: it keeps blobs, lists them, and wants a bearer token.</summary>
internal sealed class StubBlobService : HttpMessageHandler
{
    private readonly ConcurrentDictionary<string, byte[]> _blobs = new();

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) =>
        SendAsync(request, cancellationToken).GetAwaiter().GetResult();

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Headers.Authorization is not { Scheme: "Bearer", Parameter.Length: > 0 })
        {
            return new HttpResponseMessage(HttpStatusCode.Unauthorized);
        }

        string path = request.RequestUri!.AbsolutePath;
        if (request.Method == HttpMethod.Put)
        {
            using var body = new MemoryStream();
            await request.Content!.CopyToAsync(body, cancellationToken);
            _blobs[path] = body.ToArray();
            var created = new HttpResponseMessage(HttpStatusCode.Created) { Content = new ByteArrayContent([]) };
            created.Headers.ETag = new EntityTagHeaderValue("\"0x1\"");
            created.Content.Headers.LastModified = new DateTimeOffset(2026, 11, 23, 9, 0, 0, TimeSpan.Zero);
            created.Headers.Add("x-ms-request-server-encrypted", "true");
            return created;
        }

        return new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(ListOf(path), Encoding.UTF8, "application/xml") };
    }

    private string ListOf(string container)
    {
        var blobs = new StringBuilder();
        foreach ((string path, byte[] body) in _blobs.Where(blob => blob.Key.StartsWith(container, StringComparison.Ordinal)))
        {
            string name = SecurityElement.Escape(path[(container.Length + 1)..]);
            blobs.Append(System.Globalization.CultureInfo.InvariantCulture,
                $"<Blob><Name>{name}</Name><Properties><Content-Length>{body.Length}</Content-Length><BlobType>BlockBlob</BlobType></Properties></Blob>");
        }

        return $"<?xml version=\"1.0\" encoding=\"utf-8\"?><EnumerationResults><Blobs>{blobs}</Blobs><NextMarker /></EnumerationResults>";
    }
}
