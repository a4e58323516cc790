using AuthCode;
using AuthCode.Testing;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs;

namespace Minimal;

/// <summary>Entra ID and a storage account: the real ones if they are configured, or else a fake and a stub in this process.</summary>
internal sealed class Cloud : IDisposable
{
    internal const string StorageScope = "https://storage.azure.com/user_impersonation";

    private readonly Uri _account;
    private readonly FakeAad? _fake;
    private readonly HttpClient? _stub;

    private Cloud(AuthorizationCodeClient client, string account, FakeAad? fake, HttpClient? stub)
    {
        Client = client;
        _account = new Uri($"https://{account}.blob.core.windows.net");
        _fake = fake;
        _stub = stub;
    }

    /// <summary>The app registration.</summary>
    internal AuthorizationCodeClient Client { get; }

    internal static Cloud From(IConfiguration configuration, ILoggerFactory loggers)
    {
        if (configuration["EntraId:TenantId"] is not { Length: > 0 } tenantId)
        {
            return configuration.GetSection("EntraId").GetChildren().FirstOrDefault() is { } other
                ? throw new InvalidOperationException($"The configuration has {other.Path}, but not EntraId:TenantId. Set it, or leave the section EntraId out to use the fake.")
                : Pretend(loggers);
        }

        var client = new AuthorizationCodeClient(tenantId, Required("EntraId:ClientId"), new AuthorizationCodeClientOptions
        {
            ClientAuthentication = ClientAuthentication.Secret(Required("EntraId:ClientSecret")),
            LoggerFactory = loggers,
        });
        return new Cloud(client, Required("Storage:Account"), fake: null, stub: null);

        string Required(string key) => configuration[key] is { Length: > 0 } value ? value : throw new InvalidOperationException($"Set {key}, or leave EntraId:TenantId out.");
    }

    /// <summary>The account as a user accesses it.</summary>
    internal BlobServiceClient Storage(AuthorizationCodeCredential credential) => new(
        _account, credential, _stub is null ? new BlobClientOptions() : new BlobClientOptions { Transport = new HttpClientTransport(_stub) });

    public void Dispose()
    {
        _stub?.Dispose();
        _fake?.Dispose();
    }

    private static Cloud Pretend(ILoggerFactory loggers)
    {
        FakeAad fake = FakeAad.Start(static options =>
        {
            options.ShowSignInPage = true;
            // On loopback, any port is accepted.
            options.RedirectUris = [new($"http://localhost{SignInPages.CallbackPath}"), new($"http://127.0.0.1{SignInPages.CallbackPath}")];
        });
        var client = new AuthorizationCodeClient(fake.TenantId, fake.ClientId, new AuthorizationCodeClientOptions
        {
            AuthorityHost = fake.AuthorityHost,
            ClientAuthentication = ClientAuthentication.Secret(fake.ClientSecret!),
            LoggerFactory = loggers,
        });
        return new Cloud(client, "contoso", fake, new HttpClient(new StubBlobService()));
    }
}
