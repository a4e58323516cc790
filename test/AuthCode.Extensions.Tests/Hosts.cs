using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AuthCode.Extensions.Tests;

/// <summary>Hosts with a client that is configured by a section.</summary>
internal static class Hosts
{
    internal static readonly Uri RedirectUri = new("http://localhost:5000/signin-oidc");

    internal static IHost Create(
        IEnumerable<KeyValuePair<string, string?>> settings, Action<AuthCodeBuilder>? configure = null, Action<IServiceCollection>? services = null)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Services.AddSingleton<IDataProtectionProvider, EphemeralDataProtectionProvider>();
        services?.Invoke(builder.Services);
        AuthCodeBuilder client = builder.Services.AddAuthorizationCodeClient("entra", builder.Configuration.GetSection("AzureAd"));
        configure?.Invoke(client);
        return builder.Build();
    }

    /// <summary>Signs a user in at a host whose server is a fake one.</summary>
    internal static async Task<SignedInUser> SignInAsync(IHost host)
    {
        AuthorizationCodeClient client = host.Services.GetRequiredService<AuthorizationCodeClient>();
        AuthorizationRequest request = await client.CreateAuthorizationRequestAsync(RedirectUri, ["https://vault.azure.net/.default"]);
        using var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        using HttpResponseMessage page = await browser.GetAsync(request.Uri);
        return await client.CompleteSignInAsync(request.Transaction, page.Headers.Location!);
    }

    /// <summary>The settings with a prefix.</summary>
    internal static Dictionary<string, string?> AzureAd(params (string Key, string? Value)[] settings) =>
        settings.ToDictionary(static setting => $"AzureAd:{setting.Key}", static setting => setting.Value);
}
