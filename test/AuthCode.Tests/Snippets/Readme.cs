using System.Security.Cryptography.X509Certificates;
using Azure.Core;

namespace AuthCode.Tests.Snippets;

/// <summary>The code of the README, compiled.</summary>
internal static class Readme
{
    internal static async Task<AccessToken> GetTokenAsync(
        string tenantId, string clientId, string authorizationCode, Uri redirectUri, string codeVerifier, X509Certificate2 certificate)
    {
        var credential = new AuthorizationCodeCredential(tenantId, clientId, authorizationCode, redirectUri, new AuthorizationCodeCredentialOptions
        {
            CodeVerifier = codeVerifier,
            ClientAuthentication = ClientAuthentication.Certificate(certificate),
        });
        AccessToken token = await credential.GetTokenAsync(new TokenRequestContext(["https://vault.azure.net/.default"]));
        return token;
    }
}
