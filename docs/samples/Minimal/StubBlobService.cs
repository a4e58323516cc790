using System.Net;
using System.Text;

namespace Minimal;

/// <summary>The part of a storage account that this sample needs: one container with two blobs, for requests with a bearer token.</summary>
internal sealed class StubBlobService : HttpMessageHandler
{
    private const string Containers = "<Containers><Container><Name>photos</Name><Properties /></Container></Containers>";
    private const string Blobs =
        "<Blobs><Blob><Name>cat.jpg</Name><Properties><Content-Length>48213</Content-Length></Properties></Blob>" +
        "<Blob><Name>tea &amp; &lt;biscuits&gt;.jpg</Name><Properties><Content-Length>9120</Content-Length></Properties></Blob></Blobs>";

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Headers.Authorization is not { Scheme: "Bearer", Parameter.Length: > 0 })
        {
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.Unauthorized));
        }

        string list = request.RequestUri!.AbsolutePath == "/" ? Containers : Blobs;
        string body = $"<?xml version=\"1.0\" encoding=\"utf-8\"?><EnumerationResults>{list}<NextMarker /></EnumerationResults>";
        return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(body, Encoding.UTF8, "application/xml") });
    }
}
