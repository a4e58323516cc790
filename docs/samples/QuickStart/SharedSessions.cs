using AuthCode;
using AuthCode.Testing;
using Azure.Core;

namespace QuickStart;

/// <summary>A session that outlives the process that began it, and that a second process shares: both know no more than a folder and a key.</summary>
internal static class SharedSessions
{
    private const string Vault = "https://vault.azure.net/.default";
    private const string Storage = "https://storage.azure.com/.default";

    internal static async Task ShowAsync(FakeAad aad, TimeProvider clock, Steps steps)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("authcode-quickstart-");
        using var protector = new AesSessionProtector();
        try
        {
            string sessionKey = "";
            await steps.ShowAsync("a sign-in, the session in a folder", "Key Vault", async () =>
            {
                sessionKey = await SignInAsync(Start(), aad);
                return $"{folder.GetFiles().Length} encrypted files";
            });

            AuthorizationCodeClient restarted = Start(), other = Start();
            await steps.ShowAsync("the process restarts", "Key Vault", () => GetTokenAsync(restarted, aad, sessionKey, Vault));
            await steps.ShowAsync("another instance", "Storage", () => GetTokenAsync(other, aad, sessionKey, Storage));
            await steps.ShowAsync("the restarted one again", "Storage", () => GetTokenAsync(restarted, aad, sessionKey, Storage));
            await other.Sessions.EndAsync(sessionKey);
            await steps.ShowAsync("signed out on the other instance", "Key Vault", () => GetTokenAsync(restarted, aad, sessionKey, Vault));
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        AuthorizationCodeClient Start()
        {
            var options = new AuthorizationCodeClientOptions
            {
                AuthorityHost = aad.AuthorityHost,
                ClientAuthentication = ClientAuthentication.Secret(aad.ClientSecret!),
                TimeProvider = clock,
            };
            options.Sessions.Store = new FileSessionStore(folder.FullName);
            options.Sessions.Protector = protector;

            // At each look, so that the steps need not wait for it.
            options.Sessions.RevalidateAfter = TimeSpan.Zero;
            return new AuthorizationCodeClient(aad.TenantId, aad.ClientId, options);
        }
    }

    private static async Task<string> SignInAsync(AuthorizationCodeClient client, FakeAad aad)
    {
        AuthorizationRequest request = await client.CreateAuthorizationRequestAsync(aad.RedirectUri, [Vault]);
        SignedInUser user = await client.CompleteSignInAsync(request.Transaction, await Browser.SignInAsync(request.Uri));
        return user.SessionKey;
    }

    private static async Task<string> GetTokenAsync(AuthorizationCodeClient client, FakeAad aad, string sessionKey, string scope)
    {
        UserSession? session = await client.Sessions.FindAsync(sessionKey);
        if (session is null)
        {
            return "no session: the user has signed out";
        }

        int before = aad.TokenRequests.Count;
        await session.Credential.GetTokenAsync(new TokenRequestContext([scope]), default);
        return aad.TokenRequests.Count == before ? "from the store" : "redeemed the refresh token";
    }
}
