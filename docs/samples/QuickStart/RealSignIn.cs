using System.Net;
using System.Net.Sockets;
using System.Text;
using AuthCode;
using Azure.Core;

namespace QuickStart;

/// <summary>A sign-in of a real user against the real Entra ID, which redirects the browser back to a loopback address of this program.</summary>
internal sealed class RealSignIn(string tenant, string clientId, string? clientSecret, string scope, int port)
{
    internal const string Usage =
        "QuickStart --tenant TENANT --client-id CLIENT [--client-secret SECRET] [--scope SCOPE] [--port PORT]\n" +
        "Register http://localhost:PORT/ (default 8400) as a redirect URI of the app: as 'Mobile and desktop' without a secret, as 'Web' with one.";

    private const string DefaultScope = "https://management.azure.com/.default";
    private const int DefaultPort = 8400;

    internal static RealSignIn? Parse(string[] args)
    {
        string[] known = ["--tenant", "--client-id", "--client-secret", "--scope", "--port"];
        if (args.Length % 2 != 0 || !args.Where(static (_, i) => i % 2 == 0).All(known.Contains))
        {
            return null;
        }

        Dictionary<string, string> given = args.Chunk(2).ToDictionary(static pair => pair[0], static pair => pair[1]);
        return given.TryGetValue("--tenant", out string? tenant) && given.TryGetValue("--client-id", out string? clientId)
            && int.TryParse(given.GetValueOrDefault("--port", $"{DefaultPort}"), out int port)
                ? new RealSignIn(tenant, clientId, given.GetValueOrDefault("--client-secret"), given.GetValueOrDefault("--scope", DefaultScope), port)
                : null;
    }

    internal async Task RunAsync()
    {
        var redirectUri = new Uri($"http://localhost:{port}/");
        var client = new AuthorizationCodeClient(tenant, clientId, new AuthorizationCodeClientOptions
        {
            ClientAuthentication = clientSecret is null ? ClientAuthentication.None : ClientAuthentication.Secret(clientSecret),
        });
        AuthorizationRequest request = await client.CreateAuthorizationRequestAsync(redirectUri, [scope]);
        using var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        Console.WriteLine($"Open this address in a browser and sign in:\n\n{request.Uri.AbsoluteUri}\n");

        Uri callback = await RedirectAsync(listener, redirectUri);
        await using AuthorizationCodeCredential credential = client.CreateCredential(request.Transaction, callback);
        AccessToken token = await credential.GetTokenAsync(new TokenRequestContext([scope]));
        Console.WriteLine($"Got a token for {scope} that expires on {token.ExpiresOn:O}.");
        await credential.GetTokenAsync(new TokenRequestContext([scope]));
        Console.WriteLine("Asked again: the same token, from the cache.");
        Console.WriteLine(Msal.Count());
    }

    // A browser requests a favicon as well: the first request with a query or for the root is the redirect.
    private static async Task<Uri> RedirectAsync(TcpListener listener, Uri redirectUri)
    {
        while (true)
        {
            using TcpClient browser = await listener.AcceptTcpClientAsync();
            NetworkStream stream = browser.GetStream();
            using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
            string[] requestLine = (await reader.ReadLineAsync() ?? "").Split(' ');
            bool isRedirect = requestLine is ["GET", ['/', '?', ..], _];
            string text = isRedirect ? "Signed in: you can close this page." : "Not here.";
            string status = isRedirect ? "200 OK" : "404 Not Found";
            await stream.WriteAsync(Encoding.ASCII.GetBytes(
                $"HTTP/1.1 {status}\r\nContent-Type: text/plain\r\nContent-Length: {text.Length}\r\nConnection: close\r\n\r\n{text}"));
            if (isRedirect)
            {
                return new Uri(redirectUri, requestLine[1]);
            }
        }
    }
}
