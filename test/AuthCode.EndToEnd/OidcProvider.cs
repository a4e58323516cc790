using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.Tokens;

namespace AuthCode.EndToEnd;

/// <summary>npm's oidc-provider, a certified OpenID provider of another maker, in a process that ends with the test.</summary>
internal sealed class OidcProvider : IAsyncDisposable
{
    /// <summary>A secret with what form encoding has to take care of.</summary>
    internal const string Secret = "a+b:c d%/=&~!*()";

    internal static readonly Uri RedirectUri = new("https://app.example/signin-oidc");
    internal static readonly Uri SignedOutUri = new("https://app.example/bye");

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly Process _process;

    private OidcProvider(Process process, string issuer)
    {
        _process = process;
        Issuer = new Uri(issuer);
    }

    internal Uri Issuer { get; }

    internal static X509Certificate2 RsaCertificate { get; } = Certificates.Rsa();

    internal static X509Certificate2 CurveCertificate { get; } = Certificates.Curve();

    /// <summary>Starts it; leaves the test out on a machine that has no packages for it, or fails it where there must be some.</summary>
    internal static async Task<OidcProvider> StartAsync()
    {
        string node = Path.Combine(NodeScripts.Folder, "node_modules", ".bin", "node");
        NodeScripts.Require(
            File.Exists(node) && Directory.Exists(Path.Combine(NodeScripts.Folder, "node_modules", "oidc-provider")),
            "A test against oidc-provider needs 'npm ci' in test/AuthCode.EndToEnd.");

        Process process = Process.Start(new ProcessStartInfo(node, ["provider.mjs"])
        {
            WorkingDirectory = NodeScripts.Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginErrorReadLine();
        await process.StandardInput.WriteLineAsync(Keys());
        await process.StandardInput.FlushAsync();
        using var limit = new CancellationTokenSource(Patience, TimeProvider.System);
        while (await process.StandardOutput.ReadLineAsync(limit.Token) is { } line)
        {
            if (line.StartsWith("http://", StringComparison.Ordinal))
            {
                return new OidcProvider(process, line);
            }
        }

        throw new InvalidOperationException("The provider ended before it began.");
    }

    /// <summary>A client of it.</summary>
    internal AuthorizationCodeClient Client(
        string clientId,
        ClientAuthentication? authentication = null,
        Action<AuthorizationCodeClientOptions>? configure = null,
        Action<AuthorizationServerOptions>? atServer = null)
    {
        var options = new AuthorizationCodeClientOptions
        {
            ClientAuthentication = authentication ?? ClientAuthentication.None,
        };
        configure?.Invoke(options);
        var serverOptions = new AuthorizationServerOptions { RequestOfflineAccess = true };
        atServer?.Invoke(serverOptions);
        return new AuthorizationCodeClient(AuthorizationServer.OpenIdProvider(Issuer, serverOptions), clientId, options);
    }

    /// <summary>Signs a user in, who enters a name and consents.</summary>
    internal static async Task<SignedInUser> SignInAsync(AuthorizationCodeClient client, params string[] scopes)
    {
        AuthorizationRequest request = await client.CreateAuthorizationRequestAsync(RedirectUri, scopes, new AuthorizationRequestOptions { Prompt = "consent" });
        return await client.CompleteSignInAsync(request.Transaction, await ProviderPages.WalkAsync(request.Uri));
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        using var limit = new CancellationTokenSource(Patience, TimeProvider.System);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }

    private static string Keys()
    {
        RSAParameters rsa = RsaCertificate.GetRSAPublicKey()!.ExportParameters(includePrivateParameters: false);
        ECPoint point = CurveCertificate.GetECDsaPublicKey()!.ExportParameters(includePrivateParameters: false).Q;
        return new JsonObject
        {
            ["keys"] = new JsonObject { ["PS256"] = Rsa(), ["RS256"] = Rsa(), ["ES256"] = new JsonObject { ["kty"] = "EC", ["crv"] = "P-256", ["x"] = Base64UrlEncoder.Encode(point.X), ["y"] = Base64UrlEncoder.Encode(point.Y) } },
        }.ToJsonString();

        JsonObject Rsa() => new() { ["kty"] = "RSA", ["n"] = Base64UrlEncoder.Encode(rsa.Modulus), ["e"] = Base64UrlEncoder.Encode(rsa.Exponent) };
    }
}
