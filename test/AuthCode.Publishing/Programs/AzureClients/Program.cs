// Two Azure SDK clients on the newest Azure.Core. Arguments: authority, tenant, client id, secret, redirect URI, code.
using System.Net;
using System.Text;
using AuthCode;
using Azure.Core.Pipeline;
using Azure.Security.KeyVault.Secrets;
using Azure.Storage.Blobs;

using var credential = new AuthorizationCodeCredential(args[1], args[2], args[3], args[5], new AuthorizationCodeCredentialOptions
{
    AuthorityHost = new Uri(args[0]),
    RedirectUri = new Uri(args[4]),
});
var transport = new HttpClientTransport(new HttpClient(new Resources(args[1])));
var secrets = new SecretClient(new Uri("https://a.vault.azure.net/"), credential, new SecretClientOptions { Transport = transport });
var blobs = new BlobServiceClient(new Uri("https://a.blob.core.windows.net/"), credential, new BlobClientOptions { Transport = transport });
string secret = (await secrets.GetSecretAsync("answer")).Value.Value;
bool exists = await blobs.GetBlobContainerClient("container").ExistsAsync();
Console.WriteLine($"{secret} {exists}");

/// <summary>A vault and a storage account that want a token each.</summary>
internal sealed class Resources(string tenant) : HttpMessageHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Headers.Authorization?.Parameter is not { Length: > 0 })
        {
            var challenge = new HttpResponseMessage(HttpStatusCode.Unauthorized);
            challenge.Headers.Add("WWW-Authenticate", $"Bearer authorization=\"https://login.microsoftonline.com/{tenant}\", resource=\"https://vault.azure.net\"");
            return Task.FromResult(challenge);
        }

        return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK)
        {
            Content = new StringContent("""{"value":"forty-two","id":"https://a.vault.azure.net/secrets/answer/1","attributes":{"enabled":true}}""", Encoding.UTF8, "application/json"),
            Headers = { { "x-ms-request-id", "1" } },
        });
    }
}
