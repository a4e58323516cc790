using AuthCode.Testing;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs;
using WebApp.Apis;

namespace WebApp.Demo;

/// <summary>Lets the sample run without a tenant: with a fake of Entra ID and stubs of the three APIs in this process. Delete this folder to start an application of your own.</summary>
internal static class DemoSetup
{
    internal static void UseDemoUnlessConfigured(this WebApplicationBuilder builder)
    {
        if (builder.Configuration["AzureAd:ClientId"] is { Length: > 0 })
        {
            return;
        }

        if (builder.Configuration.GetSection("AzureAd").GetChildren().FirstOrDefault() is { } other)
        {
            throw new InvalidOperationException($"The configuration has {other.Path}, but not AzureAd:ClientId. Set it, or leave the section AzureAd out to use the fake.");
        }

        FakeAad fake = FakeAad.Start(static options =>
        {
            options.ShowSignInPage = true;
            // On loopback, any port is accepted.
            options.RedirectUris = [new("http://localhost/signin-oidc")];
            // The user consents to the calendar when the application first needs it.
            options.ConsentedScopes["https://graph.microsoft.com"] = [];
        });
        builder.Configuration.AddInMemoryCollection(
        [
            new("AzureAd:Instance", fake.AuthorityHost.AbsoluteUri),
            new("AzureAd:TenantId", fake.TenantId),
            new("AzureAd:ClientId", fake.ClientId),
            new("AzureAd:ClientSecret", fake.ClientSecret),
            new("Storage:Address", "https://contoso.blob.core.windows.net"),
            new("Vault:Address", "https://contoso.vault.azure.net"),
        ]);

        // By a function, so that the container disposes of it.
        builder.Services.AddSingleton(_ => fake);
        builder.Services.AddSingleton(static services => new BlobClientOptions
        {
            Transport = new HttpClientTransport(new StubApis(services.GetRequiredService<FakeAad>())),
        });
        foreach (string client in (string[])[nameof(Calendar), nameof(Vault)])
        {
            builder.Services.AddHttpClient(client).ConfigurePrimaryHttpMessageHandler(static services => new StubApis(services.GetRequiredService<FakeAad>()));
        }
    }
}
