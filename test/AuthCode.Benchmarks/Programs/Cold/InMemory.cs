using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace AuthCode.Benchmarks.Cold;

/// <summary>A token endpoint in memory.</summary>
internal sealed class InMemory : HttpMessageHandler
{
    internal const string Scope = "https://vault.azure.net/.default";
    private const string User = "9f4880d8-0000-4000-8000-8f0e5a7fcf4b";

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        string idToken = string.Join(
            '.',
            Base64Url("""{"typ":"JWT","alg":"RS256","kid":"k"}"""),
            Base64Url($$"""{"aud":"4a1aa1d5-0000-4000-8000-d8a4f4d1d1c4","iss":"https://login.microsoftonline.com/72f988bf-0000-4000-8000-2d7cd011db47/v2.0","exp":4000000000,"oid":"{{User}}","sub":"{{User}}","tid":"72f988bf-0000-4000-8000-2d7cd011db47","ver":"2.0"}"""),
            "signature");
        string json = $$"""{"token_type":"Bearer","scope":"{{Scope}}","expires_in":3600,"access_token":"{{new string('A', 1250)}}","refresh_token":"{{new string('R', 1250)}}","id_token":"{{idToken}}","client_info":"{{Base64Url($$"""{"uid":"{{User}}","utid":"72f988bf-0000-4000-8000-2d7cd011db47"}""")}}"}""";
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(json));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = content });
    }

    private static string Base64Url(string json) => Convert.ToBase64String(Encoding.UTF8.GetBytes(json)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
