using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;

namespace AuthCode.EndToEnd;

/// <summary>A key vault on loopback, for processes that the tests start. It serves whoever has a token for it that is valid now.</summary>
internal sealed class VaultServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private VaultServer(WebApplication app) => _app = app;

    internal Uri Address => new(_app.Urls.Single());

    internal static async Task<VaultServer> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(static kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        WebApplication app = builder.Build();
        app.MapGet("/secrets", static (HttpRequest request) => IsValid(request.Headers.Authorization.ToString())
            ? Results.Text("""{"value":[{"id":"https://contoso.vault.azure.net/secrets/database","attributes":{"enabled":true}}]}""", "application/json")
            : Results.Unauthorized());
        await app.StartAsync();
        return new VaultServer(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static bool IsValid(string authorization)
    {
        if (!authorization.StartsWith("Bearer ", StringComparison.Ordinal))
        {
            return false;
        }

        var token = new JsonWebToken(authorization["Bearer ".Length..]);
        return token.Audiences.Contains("https://vault.azure.net") && token.ValidTo > TimeProvider.System.GetUtcNow();
    }
}
