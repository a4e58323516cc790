using System.Net.Http.Headers;
using System.Security.Claims;
using Azure.Core;

namespace AuthCode.Tests.Snippets;

/// <summary>The code of docs/providers.md, compiled.</summary>
internal static class OtherProviders
{
    internal static async Task<AuthorizationRequest> Begin(string clientId, string clientSecret, Uri redirectUri)
    {
        AuthorizationServer server = AuthorizationServer.OpenIdProvider(new Uri("https://op.example"), new AuthorizationServerOptions { RequestOfflineAccess = true });
        var client = new AuthorizationCodeClient(server, clientId, new AuthorizationCodeClientOptions
        {
            ClientAuthentication = ClientAuthentication.Secret(clientSecret, ClientSecretMethod.Basic),
        });
        AuthorizationRequest request = await client.CreateAuthorizationRequestAsync(redirectUri, ["email", "profile"], new AuthorizationRequestOptions { Prompt = "consent" });
        return request;
    }

    internal static async Task<(SignedInUser User, ClaimsIdentity More)> Complete(AuthorizationCodeClient client, AuthorizationTransaction transaction, Uri callback)
    {
        SignedInUser user = await client.CompleteSignInAsync(transaction, callback);
        ClaimsIdentity more = await client.GetUserInfoAsync(user);
        return (user, more);
    }

    internal static AuthorizationServerOptions WithResources()
    {
        var options = new AuthorizationServerOptions
        {
            Resources = { ["mail.read"] = new Uri("https://mail.example/"), ["files.read"] = new Uri("https://files.example/") },
        };
        return options;
    }

    internal static string BindTokens(AuthorizationServer server, string clientId)
    {
        using var key = new DPoPKey();
        var client = new AuthorizationCodeClient(server, clientId, new AuthorizationCodeClientOptions { DPoPKey = key });
        return $"{client} {key}";
    }

    internal static async Task<HttpResponseMessage> Call(HttpClient http, DPoPKey key, AccessToken token)
    {
        using var call = new HttpRequestMessage(HttpMethod.Get, "https://api.example/things");
        call.Headers.Authorization = new AuthenticationHeaderValue(token.TokenType, token.Token);
        call.Headers.Add("DPoP", key.CreateProof(call.Method, call.RequestUri!, token.Token));
        return await http.SendAsync(call);
    }

    internal static async Task<Uri> SignOut(AuthorizationCodeClient client, SignedInUser user)
    {
        await user.Credential.RevokeAsync();
        Uri signOut = await client.CreateSignOutUriAsync(new Uri("https://app.example/"), user);
        return signOut;
    }

    internal static async Task<Uri> SignOutLater(AuthorizationCodeClient client, string idToken)
    {
        Uri signOut = await client.CreateSignOutUriAsync(idToken, new Uri("https://app.example/"));
        return signOut;
    }

    internal static AuthorizationCodeClient OfSomeTenants(string clientId)
    {
        var options = new AuthorizationCodeClientOptions { AllowedSignInTenants = { "8f4c1d2e-5a6b-4c7d-8e9f-0a1b2c3d4e5f" } };
        var client = new AuthorizationCodeClient("common", clientId, options);
        return client;
    }

    internal static AuthorizationServer GitHub()
    {
        AuthorizationServer gitHub = AuthorizationServer.OAuthServer(
            new Uri("https://github.com/login/oauth/authorize"),
            new Uri("https://github.com/login/oauth/access_token"),
            new AuthorizationServerOptions { Issuer = new Uri("https://github.com/login/oauth") });
        return gitHub;
    }

    internal static async Task<SignedInUser> Upgrade(AuthorizationCodeClient client, AuthorizationTransaction transaction, Uri callback, SignedInUser user)
    {
        SignedInUser upgraded = await client.CompleteSignInAsync(transaction, callback, upgrade: user);
        return upgraded;
    }
}
