using System.Text;
using AuthCode;
using AuthCode.Testing;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace QuickStart;

/// <summary>The life of a session, step by step, against a fake of Entra ID in this process.</summary>
internal sealed class Tour : IDisposable
{
    private const string Vault = "https://vault.azure.net/.default";
    private const string Storage = "https://storage.azure.com/.default";
    private const string OtherTenant = "fabrikam.example";
    private const string Claims = """{"access_token":{"nbf":{"essential":true,"value":"1700000000"}}}""";
    private const int Callers = 100;

    private readonly SampleClock _clock = new();
    private readonly FakeAad _aad;
    private readonly AuthorizationCodeClient _client;
    private readonly Steps _steps;

    private Tour()
    {
        _aad = FakeAad.Start(options => options.TimeProvider = _clock);
        _steps = new Steps(() => _aad.TokenRequests.Count);
        _client = new AuthorizationCodeClient(_aad.TenantId, _aad.ClientId, new AuthorizationCodeClientOptions
        {
            AuthorityHost = _aad.AuthorityHost,
            ClientAuthentication = ClientAuthentication.Secret(_aad.ClientSecret!),
            AdditionallyAllowedTenants = { OtherTenant },
            TimeProvider = _clock,
        });
    }

    internal static async Task RunAsync()
    {
        using var tour = new Tour();
        await tour.ShowSessionAsync();
        await tour.ShowManyCallersAsync();
        await SharedSessions.ShowAsync(tour._aad, tour._clock, tour._steps);
        Console.WriteLine();
        Console.WriteLine(Msal.Count());
    }

    public void Dispose() => _aad.Dispose();

    private async Task ShowSessionAsync()
    {
        await using AuthorizationCodeCredential credential = await SignInAsync();
        Steps.Header();
        await ShowAsync("first token", credential, new TokenRequestContext([Vault]));
        await ShowAsync("same token again", credential, new TokenRequestContext([Vault]));
        await ShowAsync("another API", credential, new TokenRequestContext([Storage]));
        await ShowAsync("an allowed tenant", credential, new TokenRequestContext([Vault], tenantId: OtherTenant), $"Key Vault of {OtherTenant}");
        await ShowAsync("a tenant that is not allowed", credential, new TokenRequestContext([Vault], tenantId: "evil.example"), "Key Vault of evil.example");
        await ShowAsync("a claims challenge", credential, new TokenRequestContext([Vault], claims: Claims, isCaeEnabled: true), "Key Vault with claims");
        await ShowAsync("the call after it, without claims", credential, new TokenRequestContext([Vault], isCaeEnabled: true));
        _clock.Advance(TimeSpan.FromMinutes(56));
        await ShowAsync("56 minutes later: the token is due", credential, new TokenRequestContext([Storage]));
        await ShowBlobsAsync(credential);
    }

    /// <summary>Signs a user in as a service and a browser do: an authorization request, a redirect, and a credential that will redeem the code.</summary>
    private async Task<AuthorizationCodeCredential> SignInAsync()
    {
        AuthorizationRequest request = await _client.CreateAuthorizationRequestAsync(_aad.RedirectUri, [Vault]);
        Uri callback = await Browser.SignInAsync(request.Uri);
        return _client.CreateCredential(request.Transaction, callback);
    }

    private Task ShowAsync(string step, AuthorizationCodeCredential credential, TokenRequestContext request, string? asked = null) =>
        _steps.ShowAsync(step, asked ?? (request.Scopes[0] == Vault ? "Key Vault" : "Storage"), async () =>
        {
            int before = _aad.TokenRequests.Count;
            try
            {
                await credential.GetTokenAsync(request);
            }
            catch (AuthenticationFailedException e)
            {
                return $"{e.GetType().Name}\n{e.Message}";
            }

            return _aad.TokenRequests.Skip(before).FirstOrDefault()?.GrantType switch
            {
                null => "from the cache",
                "authorization_code" => "redeemed the authorization code",
                _ => "redeemed the refresh token",
            };
        });

    private async Task ShowBlobsAsync(AuthorizationCodeCredential credential)
    {
        using var handler = new StubBlobService();
        using var http = new HttpClient(handler);
        var service = new BlobServiceClient(
            new Uri("https://account.blob.core.windows.net"), credential, new BlobClientOptions { Transport = new HttpClientTransport(http) });
        BlobContainerClient container = service.GetBlobContainerClient("photos");

        await _steps.ShowAsync("BlobServiceClient uploads", "Storage, by the Azure SDK with CAE", async () =>
        {
            using var picture = new MemoryStream(Encoding.UTF8.GetBytes("a picture"));
            await container.UploadBlobAsync("cat.jpg", picture);
            return "uploaded cat.jpg";
        });
        await _steps.ShowAsync("BlobServiceClient lists", "Storage, by the Azure SDK with CAE", async () =>
        {
            var names = new List<string>();
            await foreach (BlobItem blob in container.GetBlobsAsync())
            {
                names.Add(blob.Name);
            }

            return $"listed {string.Join(", ", names)}";
        });
    }

    private async Task ShowManyCallersAsync()
    {
        await using AuthorizationCodeCredential credential = await SignInAsync();
        await _steps.ShowAsync($"{Callers} callers, a cold credential", "Key Vault", async () =>
        {
            IEnumerable<Task<AccessToken>> calls = Enumerable.Range(0, Callers)
                .Select(_ => Task.Run(async () => await credential.GetTokenAsync(new TokenRequestContext([Vault]))));
            AccessToken[] tokens = await Task.WhenAll(calls);
            return $"{tokens.Select(static token => token.Token).Distinct().Count()} token for {tokens.Length} callers";
        });
    }
}
